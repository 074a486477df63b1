#pragma once
// Read-only commands of one key, answered from that key's value as the server would answer them.
//
//     if (const auto* how = local::find(command)) {
//       cache.peek(key, [&](const store::entry_view& entry) {
//         local::answer(*how, command, entry.value(), reply);      // "$3\r\nAda\r\n"
//       });
//     }
//
// The bytes are those of Redis 7.0, in RESP2 and RESP3, error texts included, but for the order in
// which a hash or a set shows its pairs: that is the server's own. docs/parts/local.md lists the
// commands.

#include <cstdint>
#include <string_view>

#include "sandpiper/resp/command.hpp"
#include "sandpiper/resp/encoder.hpp"
#include "sandpiper/store/value.hpp"

namespace sandpiper::local {

struct call;

/// How one command is answered: an entry of the table of them, which is there from the program's
/// start to its end. Immutable.
struct reading {
  std::string_view name;   // "GET"
  std::uint32_t size_min;  // arguments, the name included
  std::uint32_t size_max;

  /// Writes the reply.
  void (*run)(call&);

  /// Whether what stands behind the key is of a form that is known here; null: any is.
  bool (*knows)(resp::command::walker behind_key) noexcept = nullptr;

  /// The type of value it is for; a value of another one is answered with an error. none: any.
  store::value_type type = store::value_type::none;

  /// A string value is the reply as it lies, so who wants just that need not encode it: GET.
  bool whole_string = false;
};

/// The entry for `command`, whose key is its argument 1; whatever the case of its name. Null when
/// only a server can answer: it is none of the commands known here, has too few or too many
/// arguments, several keys, or a word that is no option here but may be one of a later server.
/// Allocates nothing. Thread-safe.
[[nodiscard]] const reading* find(const resp::command& command) noexcept;

/// Writes the reply that `command` has where its key's value is `value`, in `out`'s protocol. Type
/// none: there is no such key. `how`: find(command). Allocates nothing beyond what `out` needs,
/// but for odd floats ("0x10", " 1") and offsets into sorted sets. Thread-safe while `value` is.
void answer(const reading& how, const resp::command& command, const store::value_view& value,
            resp::encoder& out);

}  // namespace sandpiper::local

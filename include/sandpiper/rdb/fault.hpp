#pragma once
// What is wrong with a snapshot, for programs and for people.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sandpiper/base/error.hpp"

namespace sandpiper::rdb {

/// The class of a fault: what follows from it.
enum class fault_kind : std::uint8_t {
  truncated,    // the input ended too early: a longer copy may be good
  corrupt,      // bytes no server writes
  unsupported,  // sound as far as one can see, but of a version, type or product not known here
  over_limit,   // over a bound of rdb::limits
  io,           // the source could not be read
};

/// What it is about.
enum class subject : std::uint8_t {
  magic,
  version,
  length,
  string_encoding,
  string,
  lzf,
  listpack,
  ziplist,
  intset,
  zipmap,
  quicklist,
  pairs,
  score,
  duplicate,
  ttl,
  stream,
  pending,
  module,
  module_aux,
  array,
  hash_template,
  key_meta,
  opcode,
  type,
  empty_key,
  checksum,
  payload,
  input,
};

[[nodiscard]] std::string_view to_string(fault_kind k) noexcept;
[[nodiscard]] std::string_view to_string(subject s) noexcept;

/// Why reading stopped. A value; it owns its strings.
struct fault {
  static constexpr std::size_t key_bytes_max = 256;  // of a longer name the beginning is kept

  fault_kind kind = fault_kind::corrupt;
  subject about = subject::input;
  std::string_view detail;  // a sentence of the library's own, never of the file's
  std::uint64_t offset =
      0;  // in the snapshot: of the field that is wrong, or where the input ended
  std::optional<std::uint64_t> inner;  // and in the packed blob that stands there
  std::uint64_t db = 0;
  std::optional<std::string> key;       // when a key's value was being read
  std::optional<std::uint8_t> type;     // its number in the file
  std::optional<std::uint64_t> number;  // the number found, where that is what is wrong

  /// "corrupt listpack at byte 42+7: an entry reaches past the end (db 0, key "a", type 16)". Bytes
  /// of the key that are not printable ASCII are shown as \x1b.
  [[nodiscard]] std::string message() const;
};

/// The same as the library's general error: errc::over_limit or errc::malformed and the words.
[[nodiscard]] error to_error(const fault& why);

/// Something a server would not write and reading survives. The views are valid for the call.
struct warning {
  subject about = subject::input;
  std::string_view detail;
  std::uint64_t offset = 0;
  std::uint64_t db = 0;
  std::string_view key;
};

}  // namespace sandpiper::rdb

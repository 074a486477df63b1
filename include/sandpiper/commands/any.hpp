#pragma once
// A command as a value that knows what its reply is; and any command that has no factory of its
// own.
//
//     sp::get("k")                                  command<std::optional<std::string>>
//     sp::get("k").as<int>()                        command<int>
//     sp::command("FT.SEARCH", "idx", "*")          command<reply>: a reply to walk
//     sp::command("FT.SEARCH", "idx", "*").as<std::vector<std::string>>()

#include <concepts>
#include <string_view>
#include <type_traits>
#include <utility>

#include "sandpiper/resp/command.hpp"
#include "sandpiper/resp/reply.hpp"

namespace sandpiper {

using resp::command_flags;

/// What is known of a command called `name` without asking a server: whether it would change the
/// state of a connection that others share (SELECT, SUBSCRIBE, CLIENT REPLY ...), and is refused
/// therefore, and whether it may wait (BLPOP, XREAD ...). Upper and lower case are the same.
[[nodiscard]] command_flags flags_of(std::string_view name,
                                     std::string_view subcommand = {}) noexcept;

/// The same of a whole command, whose options may decide: XREAD waits with BLOCK only.
[[nodiscard]] command_flags flags_of(const resp::command& whole) noexcept;

/// T is what its reply is decoded to; see resp/decode.hpp. A value.
template <class T = resp::reply>
class command : public resp::command {
 public:
  using reply_type = T;

  /// Any command: its name and its arguments (strings, integers, doubles).
  template <class... Arguments>
  requires(sizeof...(Arguments) > 0 ||
           std::same_as<T, resp::reply>) explicit command(std::string_view name,
                                                          Arguments&&... arguments)
      : resp::command(name) {
    (add(std::forward<Arguments>(arguments)), ...);
    set_flags(flags_of(static_cast<const resp::command&>(*this)));
  }

  /// What factories begin with: a name, and what is known of it.
  command(std::string_view name, command_flags flags) : resp::command(name, flags) {}
  explicit command(resp::command&& encoded) noexcept : resp::command(std::move(encoded)) {}

  /// The same command, its reply decoded to a U.
  template <class U>
  [[nodiscard]] command<U> as() && {
    return command<U>(static_cast<resp::command&&>(*this));
  }
  template <class U>
  [[nodiscard]] command<U> as() const& {
    return command<U>(resp::command(*this));
  }

  /// Says of a command that this library does not know: it only reads; running it twice in a row is
  /// as good as once. Then it is sent again after a lost connection instead of failing.
  [[nodiscard]] command read_only() && {
    auto known = flags();
    known.read_only = known.idempotent = true;
    set_flags(known);
    return std::move(*this);
  }
  [[nodiscard]] command idempotent() && {
    auto known = flags();
    known.idempotent = true;
    set_flags(known);
    return std::move(*this);
  }
};

template <class C>
concept any_command = requires {
  typename std::remove_cvref_t<C>::reply_type;
}
&&std::derived_from<std::remove_cvref_t<C>, resp::command>;

/// What the reply to a command of type C is decoded to.
template <any_command C>
using reply_of = typename std::remove_cvref_t<C>::reply_type;

}  // namespace sandpiper

#pragma once
// What commands take (text, numbers, and ranges of them) and what their factories are made of.
//
// Whose memory: an argument of resp::command::referenced_bytes_min or more that is given as a view
// or a named string is referenced and must outlive the command (or call own()); given as a
// temporary std::string it is moved in. Keys, and what stands in a temporary range or in braces,
// are copied.

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "sandpiper/commands/any.hpp"

namespace sandpiper {

/// Sent as it is: any bytes.
template <class T>
concept text_argument =
    std::convertible_to<T, std::string_view> && !std::is_null_pointer_v<std::remove_cvref_t<T>>;

template <class T, class... Ts>
inline constexpr bool is_one_of = (std::is_same_v<T, Ts> || ...);

template <class T>
inline constexpr bool is_number = is_one_of<T, float, double> ||
                                  (std::is_integral_v<T> &&
                                   !is_one_of<T, bool, char, wchar_t, char8_t, char16_t, char32_t>);

/// Sent in decimal. A bool or a character might mean a number or a text, so they are neither.
template <class T>
concept number_argument = is_number<std::remove_cvref_t<T>>;

/// A text or a number, to mix both: hset("user:1", {{"name", "Ann"}, {"visits", 3}}). It converts
/// from what it stands for. A value; borrows the text.
class argument {
 public:
  template <text_argument T>
  argument(const T& text) : value_(std::string_view(text)) {}  // NOLINT
  template <number_argument T>
  argument(T number) {  // NOLINT
    if constexpr (std::floating_point<T>) {
      value_ = static_cast<double>(number);
    } else if constexpr (std::signed_integral<T>) {
      value_ = static_cast<std::int64_t>(number);
    } else {
      value_ = static_cast<std::uint64_t>(number);
    }
  }

  /// Calls `use` with a std::string_view, std::int64_t, std::uint64_t or double.
  template <class Use>
  void visit(Use use) const {
    std::visit(use, value_);
  }

 private:
  std::variant<std::string_view, std::int64_t, std::uint64_t, double> value_;
};

/// What commands take for a value, a member, a field.
template <class T>
concept any_argument =
    text_argument<T> || number_argument<T> || std::same_as<std::remove_cvref_t<T>, argument>;

/// What `for` can walk through and is not a text.
template <class R>
concept any_range = !text_argument<R> && requires(R & range) {
  std::begin(range) != std::end(range);
};

template <class R>
using element_of = decltype(*std::begin(std::declval<R&>()));

template <class R>
concept text_range = any_range<R> && text_argument<element_of<R>>;

template <class R>
concept argument_range = any_range<R> && any_argument<element_of<R>>;

template <class R>
using first_of = decltype((std::declval<element_of<R>>().first));
template <class R>
using second_of = decltype((std::declval<element_of<R>>().second));

/// A map, or a range of std::pair.
template <class R>
concept pair_range = any_range<R> && any_argument<first_of<R>> && any_argument<second_of<R>>;

/// An end of a range that is not part of it: zrange("z").by_score(exclusive(1), 5). A value.
template <class T>
struct exclusive {
  T value;

  constexpr explicit exclusive(T end) : value(std::move(end)) {}
};

namespace commands {

/// The flags of most commands. What answers differently the second time (a count of what is new)
/// is not idempotent, even if the data are the same afterwards.
inline constexpr command_flags reads = {.read_only = true, .idempotent = true, .cacheable = true};
inline constexpr command_flags writes = {};
inline constexpr command_flags writes_repeatably = {.idempotent = true};

/// Of those that touch no key: they ask the server something, they do something, they change the
/// connection they come on.
inline constexpr command_flags asks = {.read_only = true, .idempotent = true, .keyless = true};
inline constexpr command_flags acts = {.keyless = true};
inline constexpr command_flags changes_connection = {.keyless = true, .refused = true};

/// How long the memory of an argument lasts.
enum class memory { lasting, passing };

[[nodiscard]] inline bool must_copy(std::string_view text, memory m) noexcept {
  return m == memory::passing && text.size() >= resp::command::referenced_bytes_min;
}

[[gnu::always_inline]] inline void add_key(resp::command& to, std::string_view key) {
  if (must_copy(key, memory::passing)) {
    to.add_key(std::string(key));
  } else {
    to.add_key(key);
  }
}

template <memory Memory = memory::lasting, any_argument T>
[[gnu::always_inline]] inline void add(resp::command& to, T&& one) {
  if constexpr (number_argument<T>) {
    to.add(one);
  } else if constexpr (std::same_as<T, std::string>) {
    to.add(std::move(one));
  } else if constexpr (text_argument<T>) {
    const std::string_view text(one);
    must_copy(text, Memory) ? to.add(std::string(text)) : to.add(text);
  } else {
    one.visit([&](auto value) { add<Memory>(to, value); });
  }
}

/// What a range hands out by value, and what stands in a temporary one, is gone after the call.
template <class R>
inline constexpr bool lasts =
    std::is_lvalue_reference_v<R>&& std::is_lvalue_reference_v<element_of<R>>;
template <class R>
inline constexpr memory memory_of = lasts<R> ? memory::lasting : memory::passing;

template <argument_range R>
void add_all(resp::command& to, R&& range) {
  for (auto&& one : range) add<memory_of<R>>(to, std::forward<decltype(one)>(one));
}

/// Pairs behind a key: fields and values.
template <pair_range R>
void add_pairs(resp::command& to, R&& range) {
  for (auto&& one : range) {
    add<memory_of<R>>(to, one.first);
    add<memory_of<R>>(to, one.second);
  }
}

/// Key, value, key, value ...
template <class Key, class Value, class... More>
void add_keys_and_values(resp::command& to, const Key& key, Value&& value, More&&... more) {
  add_key(to, key);
  add(to, std::forward<Value>(value));
  if constexpr (sizeof...(More) > 0) add_keys_and_values(to, std::forward<More>(more)...);
}

/// Whether Ts are pairs of a key and something to add.
template <class... Ts>
[[nodiscard]] consteval bool are_keys_and_values() {
  bool key = true;
  bool good = sizeof...(Ts) > 0 && sizeof...(Ts) % 2 == 0;
  ((good = good && (key ? text_argument<Ts> : any_argument<Ts>), key = !key), ...);
  return good;
}

/// What stands in braces.
using texts = std::initializer_list<std::string_view>;
using arguments = std::initializer_list<argument>;
template <class First>
using pairs = std::initializer_list<std::pair<First, argument>>;

}  // namespace commands
}  // namespace sandpiper

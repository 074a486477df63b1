#pragma once
// Commands of the group "generic": keys, whatever they hold.

#include <cassert>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "sandpiper/commands/arguments.hpp"

namespace sandpiper {

/// DEL key [key ...]. O(n), and O(m) for a key with m elements. Since 1.0.0.
/// Reply     how many of the keys were there
///
/// del("a", "b"), del({"a", "b"}), del(keys). The server refuses a range without keys.
template <text_range Keys>
[[nodiscard]] command<std::int64_t> del(Keys&& keys) {
  return commands::on_keys<std::int64_t>("DEL", commands::writes, keys);
}
[[nodiscard]] inline auto del(commands::texts keys) { return del<commands::texts&>(keys); }
template <text_argument... Keys>
requires(sizeof...(Keys) > 0) [[nodiscard]] auto del(const Keys&... keys) {
  return del(commands::texts{keys...});
}

/// EXISTS key [key ...]. O(n). Since 1.0.0; several keys since 3.0.3.
/// Reply     how many of the keys are there; a key named twice counts twice
///
/// exists("a", "b"), exists({"a", "b"}), exists(keys). The server refuses a range without keys.
template <text_range Keys>
[[nodiscard]] command<std::int64_t> exists(Keys&& keys) {
  return commands::on_keys<std::int64_t>("EXISTS", commands::reads, keys);
}
[[nodiscard]] inline auto exists(commands::texts keys) { return exists<commands::texts&>(keys); }
template <text_argument... Keys>
requires(sizeof...(Keys) > 0) [[nodiscard]] auto exists(const Keys&... keys) {
  return exists(commands::texts{keys...});
}

/// EXPIRE key seconds [NX | XX | GT | LT]. O(1). Since 1.0.0; conditions since 7.0.0.
///
/// Reply     whether the expiry was set (or the key deleted, by a span that is not positive)
///
/// Conditions that exclude each other do not compile. Idempotent without conditions and with a
/// positive span.
template <conditions Given = conditions{}>
class expire_command : public command<bool> {
 public:
  using command<bool>::command;

  /// Only if the key has no expiry.
  [[nodiscard]] auto nx() && requires(Given.may_nx()) { return given<Given.with_nx()>("NX"); }

  /// Only if the key has an expiry.
  [[nodiscard]] auto xx() && requires(Given.may_xx()) { return given<Given.with_xx()>("XX"); }

  /// Only if it then lives longer, or shorter. A key without an expiry lives longest.
  [[nodiscard]] auto gt() && requires(Given.may_compare()) { return given<Given.with_gt()>("GT"); }
  [[nodiscard]] auto lt() && requires(Given.may_compare()) { return given<Given.with_lt()>("LT"); }

 private:
  template <conditions Next>
  auto given(const char* word) {
    add(word);
    set_flags(commands::writes);
    return expire_command<Next>(static_cast<resp::command&&>(*this));
  }
};

/// expire("k", 60s).nx()
[[nodiscard]] inline expire_command<> expire(std::string_view key, std::chrono::seconds span) {
  const auto flags = span.count() > 0 ? commands::writes_repeatably : commands::writes;
  return commands::on_key<bool, expire_command<>>("EXPIRE", flags, key, span.count());
}

/// How long a key still lives: a span, for ever, or not at all because it is not there. A value.
template <class Span = std::chrono::seconds>
class lifetime {
 public:
  /// There is no such key.
  constexpr lifetime() noexcept = default;
  constexpr explicit lifetime(Span left) noexcept : count_(left.count()) { assert(expires()); }
  [[nodiscard]] static constexpr lifetime unlimited() noexcept {
    lifetime l;
    l.count_ = no_expiry;
    return l;
  }

  [[nodiscard]] constexpr bool exists() const noexcept { return count_ != no_key; }
  [[nodiscard]] constexpr bool expires() const noexcept { return count_ >= 0; }

  /// Requires expires().
  [[nodiscard]] constexpr Span left() const noexcept {
    assert(expires());
    return Span(count_);
  }

  friend constexpr bool operator==(const lifetime&, const lifetime&) = default;

 private:
  static constexpr std::int64_t no_key = -2;  // the server's own numbers
  static constexpr std::int64_t no_expiry = -1;

  std::int64_t count_ = no_key;
};

/// TTL key. How long a key still lives, to the nearest second. O(1). Since 1.0.0.
/// Reply     see lifetime; as<std::int64_t>() gives the server's number
/// Not cacheable: the answer changes with time alone.
[[nodiscard]] inline command<lifetime<>> ttl(std::string_view key) {
  return commands::on_key<lifetime<>>("TTL", {.read_only = true, .idempotent = true}, key);
}

}  // namespace sandpiper

template <class Span>
struct sandpiper::resp::decoder<sandpiper::lifetime<Span>> {
  static result<void> read(const reply_view& view, lifetime<Span>& into) {
    std::int64_t count = 0;
    if (auto done = read_into(view, count); !done) return done;
    if (count < -2) return wrong_type(view, "a time to live, -1 or -2");
    into = count == -2   ? lifetime<Span>()
           : count == -1 ? lifetime<Span>::unlimited()
                         : lifetime<Span>(Span(count));
    return {};
  }
};

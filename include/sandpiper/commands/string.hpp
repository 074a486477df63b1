#pragma once
// Commands of the group "string".

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sandpiper/commands/arguments.hpp"

namespace sandpiper {

/// SET key value [NX | XX] [GET] [EX | PX | PXAT | KEEPTTL]. O(1). Since 1.0.0.
///
/// Reply     nothing; with nx() or xx() whether the key was set; with get() its former value
///
/// Each kind of option is given at most once, which the compiler sees to. Idempotent without nx(),
/// xx() and get().
template <class T, bool Conditional = false, bool Expires = false>
class set_command : public command<T> {
 public:
  using command<T>::command;

  static constexpr bool answers_value = std::same_as<T, std::optional<std::string>>;

  /// The key expires after `span`, told to the server in seconds or, when it is not whole ones, in
  /// milliseconds. The server refuses what is not positive.
  [[nodiscard]] auto ex(std::chrono::milliseconds span) && requires(!Expires) {
    const auto ms = span.count();
    ms % 1000 == 0 ? this->add("EX").add(ms / 1000) : this->add("PX").add(ms);
    return become<T, Conditional, true>();
  }

  /// The key expires at `time`. Since 6.2.0.
  [[nodiscard]] auto exat(std::chrono::system_clock::time_point time) && requires(!Expires) {
    const auto since = std::chrono::ceil<std::chrono::milliseconds>(time.time_since_epoch());
    this->add("PXAT").add(since.count());
    return become<T, Conditional, true>();
  }

  /// The key keeps the expiry it has. Since 6.0.0.
  [[nodiscard]] auto keep_ttl() && requires(!Expires) {
    this->add("KEEPTTL");
    return become<T, Conditional, true>();
  }

  /// Only if the key does not exist.
  [[nodiscard]] auto nx() && requires(!Conditional) { return condition("NX"); }

  /// Only if the key exists.
  [[nodiscard]] auto xx() && requires(!Conditional) { return condition("XX"); }

  /// Answers the value that the key had before. Since 6.2.0; together with nx() since 7.0.0.
  [[nodiscard]] auto get() && requires(!answers_value) {
    this->add("GET");
    this->set_flags(commands::writes);
    return become<std::optional<std::string>, Conditional, Expires>();
  }

 private:
  template <class U, bool C, bool E>
  auto become() {
    return set_command<U, C, E>(static_cast<resp::command&&>(*this));
  }
  auto condition(const char* word) {
    this->add(word);
    this->set_flags(commands::writes);
    return become<std::conditional_t<answers_value, T, bool>, true, Expires>();
  }
};

/// set("k", "v").nx().ex(60s)
template <any_argument Value>
[[nodiscard]] set_command<void> set(std::string_view key, Value&& value) {
  return commands::on_key<void, set_command<void>>("SET", commands::writes_repeatably, key,
                                                   std::forward<Value>(value));
}

/// GET key. The value of a string. O(1). Since 1.0.0.
/// Reply     the value, or nothing if there is no such key
[[nodiscard]] inline command<std::optional<std::string>> get(std::string_view key) {
  return commands::on_key<std::optional<std::string>>("GET", commands::reads, key);
}

/// INCR key. Adds one to the integer at a key, which counts as 0 when there is none. O(1).
/// Since 1.0.0.
/// Reply     the new value
[[nodiscard]] inline command<std::int64_t> incr(std::string_view key) {
  return commands::on_key<std::int64_t>("INCR", commands::writes, key);
}

/// INCRBY key increment. Adds `increment`, which may be negative. O(1). Since 1.0.0.
/// Reply     the new value
[[nodiscard]] inline command<std::int64_t> incrby(std::string_view key, std::int64_t increment) {
  return commands::on_key<std::int64_t>("INCRBY", commands::writes, key, increment);
}

/// DECR key. Takes one from the integer at a key, which counts as 0 when there is none. O(1).
/// Since 1.0.0.
/// Reply     the new value
[[nodiscard]] inline command<std::int64_t> decr(std::string_view key) {
  return commands::on_key<std::int64_t>("DECR", commands::writes, key);
}

/// MGET key [key ...]. The values of several strings. O(n). Since 1.0.0.
/// Reply     a value or nothing for each key, in the order of the keys; nothing, too, for a key
///           that holds no string
///
/// mget("a", "b"), mget({"a", "b"}), mget(keys). The server refuses a range without keys.
template <text_range Keys>
[[nodiscard]] command<std::vector<std::optional<std::string>>> mget(Keys&& keys) {
  return commands::on_keys<std::vector<std::optional<std::string>>>("MGET", commands::reads, keys);
}
[[nodiscard]] inline auto mget(commands::texts keys) { return mget<commands::texts&>(keys); }
template <text_argument... Keys>
requires(sizeof...(Keys) > 0) [[nodiscard]] auto mget(const Keys&... keys) {
  return mget(commands::texts{keys...});
}

/// MSET key value [key value ...]. Sets several keys at once. O(n). Since 1.0.1.
/// Reply     nothing
///
/// mset("a", 1, "b", "x"), mset({{"a", 1}, {"b", "x"}}), mset(map). The server refuses a range
/// without pairs.
template <class... KeysAndValues>
requires(commands::are_keys_and_values<KeysAndValues...>())
    [[nodiscard]] command<void> mset(KeysAndValues&&... keys_and_values) {
  command<void> c("MSET", commands::writes_repeatably);
  commands::add_keys_and_values(c, std::forward<KeysAndValues>(keys_and_values)...);
  return c;
}
template <pair_range Pairs>
requires text_argument<first_of<Pairs>>
[[nodiscard]] command<void> mset(Pairs&& pairs) {
  command<void> c("MSET", commands::writes_repeatably);
  for (auto&& one : pairs) {
    commands::add_key(c, one.first);
    commands::add<commands::memory_of<Pairs>>(c, one.second);
  }
  return c;
}
[[nodiscard]] inline command<void> mset(commands::pairs<std::string_view> pairs) {
  return mset<commands::pairs<std::string_view>>(std::move(pairs));
}

}  // namespace sandpiper

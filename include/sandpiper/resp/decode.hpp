#pragma once
// From a reply to a C++ value, in one pass.
//
//     result<std::vector<std::string>> names = decode<std::vector<std::string>>(view);
//
//     asked for                   what is taken
//     integers                    integer; a string or big number that is one, within range
//     double, float               number, integer; a string that is one (RESP2)
//     bool                        boolean; integer 0 or 1 (RESP2); OK or null (SET with NX)
//     std::string, string_view    any string, big number
//     optional<T>                 null, or what T takes
//     vector, set, unordered_set  array, set, push; a map's keys and values in turn
//     array<T, N>, pair, tuple    an aggregate of exactly so many elements
//     map, unordered_map          map; an array of pairs, or of keys and values in turn (RESP2)
//     vector<pair<K, V>>          the same as a map, in the order of the wire
//     variant<Ts...>              the first of Ts that takes it
//     result<T>                   an error in this place, or what T takes
//     void, std::monostate        anything but an error
//     reply, reply_view           anything; inside an aggregate errors too
//
// A string_view or reply_view borrows from the reply.

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "sandpiper/base/result.hpp"
#include "sandpiper/resp/reply_view.hpp"

namespace sandpiper::resp {

/// How a T is read. For types of one's own:
///
///     template <> struct sandpiper::resp::decoder<point> {
///       static result<void> read(const reply_view& view, point& into) {
///         std::pair<int, int> xy;
///         if (auto done = read_into(view, xy); !done) return done;
///         into = {xy.first, xy.second};
///         return {};
///       }
///     };
///
/// `into` may hold an earlier value, whose memory is then used again.
template <class T>
struct decoder {
  static_assert(sizeof(T) == 0, "no decoder<T>: specialise sandpiper::resp::decoder for this type");
};

template <class T>
result<void> read_into(const reply_view& view, T& into) {
  return decoder<T>::read(view, into);
}

/// Errors    wrong_type, telling what was there and what was asked; the server's own error when
///           the reply is one. Either way the fate is `answered`.
template <class T>
[[nodiscard]] result<T> decode(const reply_view& view) {
  if (view.is_error()) [[unlikely]]
    return error::from_server(view.text());
  if constexpr (std::is_void_v<T>) {
    std::monostate anything;
    return read_into(view, anything);
  } else {
    T value{};
    auto done = read_into(view, value);
    if (!done) return std::move(done).error();
    return value;
  }
}

/// "asked for an integer, the reply is a bulk string"; or the server's error if `view` is one.
[[nodiscard]] error wrong_type(const reply_view& view, std::string_view asked);

/// The same, for an element: `place` is its index.
[[nodiscard]] error in_element(const error& why, std::size_t place);

/// Text as a number: exactly one, nothing before or behind it.
[[nodiscard]] bool read_integer(std::string_view text, std::int64_t& into) noexcept;
[[nodiscard]] bool read_integer(std::string_view text, std::uint64_t& into) noexcept;
[[nodiscard]] bool read_number(std::string_view text, double& into) noexcept;

template <std::integral T>
requires(!std::same_as<T, bool>) struct decoder<T> {
  static result<void> read(const reply_view& view, T& into) {
    if (view.type() == kind::integer) {
      if (!std::in_range<T>(view.integer())) return wrong_type(view, "an integer in its range");
      into = static_cast<T>(view.integer());
      return {};
    }
    using whole = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
    whole number = 0;
    if (view.is_error() || !read_integer(view.text(), number))
      return wrong_type(view, "an integer");
    if (!std::in_range<T>(number)) return wrong_type(view, "an integer in its range");
    into = static_cast<T>(number);
    return {};
  }
};

template <std::floating_point T>
struct decoder<T> {
  static result<void> read(const reply_view& view, T& into) {
    double d = 0;
    if (view.type() == kind::number) {
      d = view.number();
    } else if (view.type() == kind::integer) {
      d = static_cast<double>(view.integer());
    } else if (view.is_error() || !read_number(view.text(), d)) {
      return wrong_type(view, "a double");
    }
    into = static_cast<T>(d);
    return {};
  }
};

template <>
struct decoder<bool> {
  static result<void> read(const reply_view& view, bool& into) {
    if (view.type() == kind::boolean) {
      into = view.boolean();
    } else if (view.type() == kind::integer && (view.integer() == 0 || view.integer() == 1)) {
      into = view.integer() == 1;
    } else if (view.is_null() || (view.type() == kind::simple_string && view.text() == "OK")) {
      into = !view.is_null();
    } else {
      return wrong_type(view, "a boolean");
    }
    return {};
  }
};

template <>
struct decoder<std::string_view> {
  static result<void> read(const reply_view& view, std::string_view& into) {
    if (!view.is_string() && view.type() != kind::big_number) return wrong_type(view, "a string");
    into = view.text();
    return {};
  }
};

template <>
struct decoder<std::string> {
  static result<void> read(const reply_view& view, std::string& into) {
    std::string_view text;
    auto done = read_into(view, text);
    if (done) into.assign(text);
    return done;
  }
};

template <>
struct decoder<std::monostate> {
  static result<void> read(const reply_view& view, std::monostate&) {
    if (view.is_error()) return wrong_type(view, "anything");
    return {};
  }
};

template <>
struct decoder<reply_view> {
  static result<void> read(const reply_view& view, reply_view& into) {
    into = view;
    return {};
  }
};

template <class T>
struct decoder<std::optional<T>> {
  static result<void> read(const reply_view& view, std::optional<T>& into) {
    if (view.is_null()) {
      into.reset();
      return {};
    }
    if (!into) into.emplace();
    return read_into(view, *into);
  }
};

template <class T>
struct decoder<result<T>> {
  static result<void> read(const reply_view& view, result<T>& into) {
    into = decode<T>(view);
    return {};
  }
};

template <class... Ts>
struct decoder<std::variant<Ts...>> {
  static result<void> read(const reply_view& view, std::variant<Ts...>& into) {
    if (view.is_error()) return wrong_type(view, "one of several types");
    const bool taken = (take<Ts>(view, into) || ...);
    if (!taken) return wrong_type(view, "one of several types, none of which takes it");
    return {};
  }

 private:
  template <class T>
  static bool take(const reply_view& view, std::variant<Ts...>& into) {
    auto value = decode<T>(view);
    if (value) into.template emplace<T>(*std::move(value));
    return value.has_value();
  }
};

/// Calls `each(key, value)` for the pairs of a map, of an array of pairs, or of an array of keys
/// and values in turn, until one answers with an error.
template <class Each>
result<void> for_each_pair(const reply_view& view, Each each) {
  const bool flat = view.type() == kind::map || view.empty() || !(*view.begin()).is_aggregate();
  if (!view.is_aggregate() || (flat && view.size() % 2 != 0)) return wrong_type(view, "a map");
  std::size_t place = 0;
  for (auto it = view.begin(); it != view.end(); ++it, ++place) {
    auto first = *it;
    if (!flat && first.size() != 2) return in_element(wrong_type(first, "a pair"), place);
    const auto second = flat ? *++it : first[1];
    if (!flat) first = first[0];
    if (auto done = each(first, second); !done) return in_element(done.error(), place);
  }
  return {};
}

template <class K, class V, class Insert>
result<void> read_pairs(const reply_view& view, Insert insert) {
  return for_each_pair(view, [&](const reply_view& first, const reply_view& second) {
    K key{};
    V value{};
    auto done = read_into(first, key);
    if (done) done = read_into(second, value);
    if (done) insert(std::move(key), std::move(value));
    return done;
  });
}

template <class T>
struct decoder<std::vector<T>> {
  static result<void> read(const reply_view& view, std::vector<T>& into) {
    if (!view.is_aggregate()) return wrong_type(view, "an array");
    into.resize(view.size());
    std::size_t place = 0;
    for (const auto child : view) {
      if (auto done = element(child, into, place); !done) return in_element(done.error(), place);
      ++place;
    }
    return {};
  }

 private:
  static result<void> element(const reply_view& child, std::vector<T>& into, std::size_t place) {
    if constexpr (std::same_as<T, bool>) {
      bool flag = false;
      auto done = read_into(child, flag);
      into[place] = flag;
      return done;
    } else {
      return read_into(child, into[place]);
    }
  }
};

template <class K, class V>
struct decoder<std::vector<std::pair<K, V>>> {
  static result<void> read(const reply_view& view, std::vector<std::pair<K, V>>& into) {
    into.clear();
    return read_pairs<K, V>(
        view, [&](K&& key, V&& value) { into.emplace_back(std::move(key), std::move(value)); });
  }
};

template <class T>
concept associative = requires {
  typename T::key_type;
};

/// map, unordered_map: the last of two equal keys wins, as it does on the server.
template <associative T>
requires requires { typename T::mapped_type; }
struct decoder<T> {
  static result<void> read(const reply_view& view, T& into) {
    using K = typename T::key_type;
    using V = typename T::mapped_type;
    into.clear();
    return read_pairs<K, V>(
        view, [&](K&& key, V&& value) { into.insert_or_assign(std::move(key), std::move(value)); });
  }
};

/// set, unordered_set.
template <associative T>
requires(!requires { typename T::mapped_type; }) struct decoder<T> {
  static result<void> read(const reply_view& view, T& into) {
    if (!view.is_aggregate()) return wrong_type(view, "a set");
    into.clear();
    std::size_t place = 0;
    for (const auto child : view) {
      typename T::key_type key{};
      if (auto done = read_into(child, key); !done) return in_element(done.error(), place);
      into.insert(std::move(key));
      ++place;
    }
    return {};
  }
};

/// Reads each child of `view` into the next of `into`; there must be exactly so many.
template <class... Ts>
result<void> read_each(const reply_view& view, Ts&... into) {
  if (!view.is_aggregate() || view.size() != sizeof...(Ts)) {
    return wrong_type(view, "an array of " + std::to_string(sizeof...(Ts)));
  }
  result<void> done;
  auto child = view.begin();
  std::size_t place = 0;
  [[maybe_unused]] const auto step = [&](auto& one) {  // unused by an empty array
    done = read_into(*child, one);
    if (!done) {
      done = in_element(done.error(), place);
      return false;
    }
    ++child;
    ++place;
    return true;
  };
  static_cast<void>((step(into) && ...));
  return done;
}

template <class... Ts>
struct decoder<std::tuple<Ts...>> {
  static result<void> read(const reply_view& view, std::tuple<Ts...>& into) {
    return std::apply([&](auto&... each) { return read_each(view, each...); }, into);
  }
};

template <class A, class B>
struct decoder<std::pair<A, B>> {
  static result<void> read(const reply_view& view, std::pair<A, B>& into) {
    return read_each(view, into.first, into.second);
  }
};

template <class T, std::size_t N>
struct decoder<std::array<T, N>> {
  static result<void> read(const reply_view& view, std::array<T, N>& into) {
    return std::apply([&](auto&... each) { return read_each(view, each...); }, into);
  }
};

}  // namespace sandpiper::resp

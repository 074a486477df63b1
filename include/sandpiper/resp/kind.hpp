#pragma once
// The kinds of value RESP2 and RESP3 know, named by the byte that announces them.

#include <cstdint>
#include <string_view>

namespace sandpiper::resp {

/// Source    https://github.com/redis/redis-specifications/blob/master/protocol/RESP3.md
enum class kind : std::uint8_t {
  simple_string = '+',
  error = '-',  // "-ERR ..."
  integer = ':',
  bulk_string = '$',  // any bytes; a streamed string ("$?") arrives here joined
  array = '*',
  null = '_',  // RESP2's "$-1" and "*-1" too
  boolean = '#',
  number = ',',      // a double
  big_number = '(',  // an integer of any length, kept as text
  bulk_error = '!',
  verbatim = '=',  // text with a three-letter format
  map = '%',
  set = '~',
  push = '>',       // out of band: answers no command
  attribute = '|',  // annotates the value that follows; neither a reply nor an element
};

/// The kind as one calls it in a sentence: "a bulk string", "an integer".
[[nodiscard]] std::string_view to_string(kind k) noexcept;

/// Kinds as the bits of a word: no two of them agree in the six low bits of their byte, but for the
/// set and the push, which are asked about together wherever they are asked about.
template <class... Kinds>
[[nodiscard]] constexpr bool is_one_of(kind k, Kinds... kinds) noexcept {
  constexpr auto place = [](kind one) { return static_cast<unsigned>(one) & 63U; };
  return (((std::uint64_t{1} << place(kinds)) | ...) >> place(k) & 1) != 0;
}

[[nodiscard]] constexpr bool is_aggregate(kind k) noexcept {
  return is_one_of(k, kind::array, kind::map, kind::set, kind::push, kind::attribute);
}

/// Kinds whose content is text: reply_view::text() gives it.
[[nodiscard]] constexpr bool is_string(kind k) noexcept {
  return is_one_of(k, kind::bulk_string, kind::simple_string, kind::verbatim);
}

[[nodiscard]] constexpr bool is_error(kind k) noexcept {
  return is_one_of(k, kind::error, kind::bulk_error);
}

/// Kinds whose node holds where bytes lie, not what they say.
[[nodiscard]] constexpr bool is_text(kind k) noexcept {
  return is_string(k) || is_error(k) || k == kind::big_number;
}

}  // namespace sandpiper::resp

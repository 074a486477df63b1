#pragma once
// A reply as one line of text that shows all of it, in the coding of tests/resp/cases.jsonl.

#include <charconv>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>

#include "sandpiper/resp/reply_view.hpp"

namespace sandpiper::test {

inline std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += digits[static_cast<unsigned char>(c) >> 4];
    text += digits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

/// ASCII as a JSON string; what holds anything else, or a control character, as {"hex":"00ff"}.
inline std::string json_string(std::string_view text) {
  std::string line = "\"";
  for (const char c : text) {
    switch (c) {
      case '\r': line += "\\r"; break;
      case '\n': line += "\\n"; break;
      case '\t': line += "\\t"; break;
      case '"': line += "\\\""; break;
      case '\\': line += "\\\\"; break;
      default:
        if (c < ' ' || c > '~') return "{\"hex\":\"" + hex(text) + "\"}";
        line += c;
    }
  }
  return line + '"';
}

/// "1.5", "10.0", "1e+300", "inf", "nan".
inline std::string number_text(double d) {
  if (std::isnan(d)) return "nan";
  char text[32];
  std::string shortest(text, std::to_chars(text, text + sizeof text, d).ptr);
  const bool integral = shortest.find_first_not_of("-0123456789") == std::string::npos;
  return integral ? shortest + ".0" : shortest;
}

inline std::string told(const resp::reply_view& view);

inline std::string children(const resp::reply_view& view, bool pairs) {
  std::string text = "[";
  std::size_t place = 0;
  for (const auto child : view) {
    if (place > 0) text += ',';
    if (pairs && place % 2 == 0) text += '[';
    text += told(child);
    if (pairs && place % 2 != 0) text += ']';
    ++place;
  }
  return text + ']';
}

inline std::string content(const resp::reply_view& view) {
  using resp::kind;
  switch (view.type()) {
    case kind::integer: return std::to_string(view.integer());
    case kind::null: return "null";
    case kind::boolean: return view.boolean() ? "true" : "false";
    case kind::number: return '"' + number_text(view.number()) + '"';
    case kind::verbatim:
      return '[' + json_string(view.format()) + ',' + json_string(view.text()) + ']';
    case kind::map:
    case kind::attribute: return children(view, true);
    case kind::array:
    case kind::set:
    case kind::push: return children(view, false);
    default: return json_string(view.text());
  }
}

/// {"+":"OK"}, {"%":[[key,value],...]}, {"|":[[key,value],...],"v":value}. Recursive: for replies
/// that came through a parser with the usual depth limit.
inline std::string told(const resp::reply_view& view) {
  const std::string type(1, static_cast<char>(view.type()));
  const auto value = "{\"" + type + "\":" + content(view) + '}';
  if (!view.has_attributes()) return value;
  return "{\"|\":" + content(view.attributes()) + ",\"v\":" + value + '}';
}

}  // namespace sandpiper::test

#include "resp_cat/json.hpp"

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace resp_cat {
namespace {

using sandpiper::resp::kind;
using sandpiper::resp::reply_view;

// Length of the UTF-8 sequence at the front of `text` and its code point; 0 when there is none.
std::size_t read_code_point(std::string_view text, std::uint32_t& code) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if ((first >= 0x80 && first < 0xC2) || first > 0xF4 || text.size() < size) return 0;

  constexpr unsigned first_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  code = first & first_bits[size];
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3F);
  }
  constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = 0xD800 <= code && code < 0xE000;
  return code < smallest[size] || code > 0x10FFFF || surrogate ? 0 : size;
}

bool is_control(std::uint32_t code) noexcept {
  if (code == '\r' || code == '\n' || code == '\t') return false;
  return code < 0x20 || (0x7F <= code && code < 0xA0);
}

void append_hex(std::string& out, std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += R"({"hex":")";
  for (const char c : bytes) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  out += "\"}";
}

void append_number(std::string& out, double d) {
  if (std::isnan(d)) {
    out += "nan";
    return;
  }
  char text[32];
  const std::string_view shortest(text, std::to_chars(text, text + sizeof text, d).ptr);
  out += shortest;
  if (shortest.find_first_not_of("-0123456789") == shortest.npos) out += ".0";
}

void append_scalar(std::string& out, const reply_view& value) {
  switch (value.type()) {
    case kind::integer: out += std::to_string(value.integer()); return;
    case kind::null: out += "null"; return;
    case kind::boolean: out += value.boolean() ? "true" : "false"; return;
    case kind::number:
      out += '"';
      append_number(out, value.number());
      out += '"';
      return;
    case kind::verbatim:
      out += '[';
      append_text(out, value.format());
      out += ',';
      append_text(out, value.text());
      out += ']';
      return;
    default: append_text(out, value.text());
  }
}

// Children that are being written, and what follows the last of them.
struct level {
  reply_view::iterator next;
  reply_view::iterator end;
  bool pairs = false;
  std::string_view close;
  std::optional<reply_view> annotated;  // the value behind its attributes
  std::size_t place = 0;
};

class writer {
 public:
  explicit writer(std::string& out) : out_(out) {}

  void write(const reply_view& value) {
    begin(value);
    while (!open_.empty()) step();
  }

 private:
  // A value as far as it goes without its children, for which a level is left.
  void begin(const reply_view& value) {
    if (value.has_attributes()) {
      out_ += R"({"|":[)";
      const auto attributes = value.attributes();
      const auto* const behind = value.first_node() + attributes.node_count();
      open_.push_back({attributes.begin(), attributes.end(), true, R"(],"v":)",
                       reply_view(behind, value.bytes())});
      return;
    }
    out_ += "{\"";
    out_ += static_cast<char>(value.type());
    out_ += "\":";
    if (value.is_aggregate()) {
      out_ += '[';
      open_.push_back({value.begin(), value.end(), value.type() == kind::map, "]}", {}});
    } else {
      append_scalar(out_, value);
      out_ += '}';
    }
  }

  void step() {
    auto& inner = open_.back();
    if (inner.next == inner.end) return close();
    if (inner.pairs && inner.place % 2 == 0) {
      out_ += inner.place > 0 ? "],[" : "[";
    } else if (inner.place > 0) {
      out_ += ',';
    }
    ++inner.place;
    const auto child = *inner.next++;
    begin(child);  // `inner` may have moved
  }

  void close() {
    const auto done = open_.back();
    open_.pop_back();
    if (done.pairs && done.place > 0) out_ += ']';
    out_ += done.close;
    if (!done.annotated) return;
    open_.push_back({{}, {}, false, "}", {}});
    begin(*done.annotated);
  }

  std::string& out_;
  std::vector<level> open_;
};

}  // namespace

bool is_printable_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    std::uint32_t code = 0;
    const auto size = read_code_point(text, code);
    if (size == 0 || is_control(code)) return false;
    text.remove_prefix(size);
  }
  return true;
}

void append_text(std::string& out, std::string_view text) {
  if (!is_printable_utf8(text)) return append_hex(out, text);
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '\r': out += "\\r"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      default: out += c;
    }
  }
  out += '"';
}

void append_value(std::string& out, const reply_view& value) { writer(out).write(value); }

}  // namespace resp_cat

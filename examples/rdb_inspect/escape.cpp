#include "rdb_inspect/escape.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace rdb_inspect {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

unsigned byte_at(std::string_view text, std::size_t i) noexcept {
  return static_cast<unsigned char>(text[i]);
}

void append_byte(std::string& out, unsigned byte) {
  out.append("\\x").append(1, hex_digits[byte >> 4]).append(1, hex_digits[byte & 15]);
}

// C1 controls, and what turns the reading direction round: a terminal obeys them.
bool is_unsafe_sequence(std::string_view sequence) noexcept {
  if (sequence.size() == 2) return byte_at(sequence, 0) == 0xC2 && byte_at(sequence, 1) < 0xA0;
  if (sequence.size() != 3 || byte_at(sequence, 0) != 0xE2) return false;
  const unsigned tail = byte_at(sequence, 1) << 8 | byte_at(sequence, 2);
  return (0x80A8 <= tail && tail <= 0x80AE) || (0x81A6 <= tail && tail <= 0x81A9);
}

void append_printable(std::string& out, std::string_view bytes, bool utf8) {
  while (!bytes.empty()) {
    const auto first = byte_at(bytes, 0);
    std::size_t taken = 1;
    if (bytes[0] == '\\') {
      out += "\\\\";
    } else if (0x20 <= first && first < 0x7F) {
      out += bytes[0];
    } else if (utf8 && first >= 0x80 && utf8_length(bytes) > 0) {
      taken = utf8_length(bytes);
      const auto sequence = bytes.substr(0, taken);
      if (is_unsafe_sequence(sequence)) {
        for (std::size_t i = 0; i < taken; ++i) append_byte(out, byte_at(sequence, i));
      } else {
        out += sequence;
      }
    } else {
      append_byte(out, first);
    }
    bytes.remove_prefix(taken);
  }
}

// Bytes of JSON text that stand as they are.
constexpr auto plain_bytes = [] {
  std::array<bool, 256> plain{};
  for (std::size_t i = 0x20; i < 256; ++i)
    plain[i] = i != '"' && i != '\\' && i != '<' && i != 0x7F;
  return plain;
}();

// Eight bytes, none of which is a control byte, '"', '\\', '<', DEL or not ASCII.
bool eight_plain(const char* at) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101;
  const auto holds = [](std::uint64_t w, char c) {
    w ^= ones * static_cast<unsigned char>(c);
    return (w - ones) & ~w;
  };
  std::uint64_t w = 0;
  std::memcpy(&w, at, 8);
  const auto special =
      holds(w, '"') | holds(w, '\\') | holds(w, '<') | holds(w, '\x7f') | (w - ones * 0x20) | w;
  return (special & ones << 7) == 0;
}

// How many bytes at the front are ASCII that stands as it is.
std::size_t plain_ascii(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at + 8 <= text.size() && eight_plain(text.data() + at)) at += 8;
  // The last eight, some of them for the second time.
  if (at + 8 > text.size() && at >= 8 && eight_plain(text.data() + text.size() - 8)) {
    return text.size();
  }
  while (at < text.size() && byte_at(text, at) < 0x80 && plain_bytes[byte_at(text, at)]) ++at;
  return at;
}

void append_json_escape(std::string& out, unsigned char byte) {
  switch (byte) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: out.append("\\u00").append(1, hex_digits[byte >> 4]).append(1, hex_digits[byte & 15]);
  }
}

}  // namespace

std::size_t utf8_length(std::string_view text) noexcept {
  const unsigned first = byte_at(text, 0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (text.size() < size) return 0;
  const unsigned second = byte_at(text, 1);
  const unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (second < low || second > high) return 0;
  for (std::size_t i = 2; i < size; ++i) {
    if ((byte_at(text, i) & 0xC0) != 0x80) return 0;
  }
  return size;
}

bool is_utf8(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    if (byte_at(text, at) < 0x80) {
      ++at;
      continue;
    }
    const auto size = utf8_length(text.substr(at));
    if (size == 0) return false;
    at += size;
  }
  return true;
}

void append_escaped(std::string& out, std::string_view bytes, escape_style style) {
  switch (style) {
    case escape_style::utf8: return append_printable(out, bytes, true);
    case escape_style::print: return append_printable(out, bytes, false);
    case escape_style::hex: return append_hex(out, bytes);
    case escape_style::base64: return append_base64(out, bytes);
  }
}

std::string escaped(std::string_view bytes, escape_style style) {
  std::string text;
  append_escaped(text, bytes, style);
  return text;
}

std::string without_controls(std::string_view words) {
  std::string text;
  for (; !words.empty(); words.remove_prefix(1)) {
    const auto byte = byte_at(words, 0);
    const bool c1 = byte == 0xC2 && words.size() > 1 && byte_at(words, 1) < 0xA0;
    if (byte < 0x20 || byte == 0x7F || c1) {
      append_byte(text, byte);
    } else {
      text += words[0];
    }
  }
  return text;
}

void append_hex(std::string& out, std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out += hex_digits[byte_at(bytes, i) >> 4];
    out += hex_digits[byte_at(bytes, i) & 15];
  }
}

void append_base64(std::string& out, std::string_view bytes) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto left = bytes.size() - i;
    const unsigned three = byte_at(bytes, i) << 16 | (left > 1 ? byte_at(bytes, i + 1) << 8 : 0U) |
                           (left > 2 ? byte_at(bytes, i + 2) : 0U);
    out += letters[three >> 18];
    out += letters[three >> 12 & 63];
    out += left > 1 ? letters[three >> 6 & 63] : '=';
    out += left > 2 ? letters[three & 63] : '=';
  }
}

void append_json_text(std::string& out, std::string_view text) {
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (plain_bytes[byte]) [[likely]]
      continue;
    out.append(text.substr(done, i - done));
    append_json_escape(out, byte);
    done = i + 1;
  }
  out.append(text.substr(done));
}

void append_json_bytes(std::string& out, std::string_view bytes) {
  const auto plain = plain_ascii(bytes);
  if (plain == bytes.size() || is_utf8(bytes.substr(plain))) {
    out += '"';
    out += bytes.substr(0, plain);
    if (plain < bytes.size()) append_json_text(out, bytes.substr(plain));
    out += '"';
    return;
  }
  out += R"({"b64":")";
  append_base64(out, bytes);
  out += "\"}";
}

void append_json_lossy(std::string& out, std::string_view bytes) {
  out += '"';
  const auto plain = plain_ascii(bytes);
  out += bytes.substr(0, plain);
  bytes.remove_prefix(plain);
  while (!bytes.empty()) {
    const auto size = utf8_length(bytes);
    if (size == 0) {
      out += "\xEF\xBF\xBD";
    } else {
      append_json_text(out, bytes.substr(0, size));
    }
    bytes.remove_prefix(size == 0 ? 1 : size);
  }
  out += '"';
}

std::string_view digits_of(double number, std::array<char, 32>& room) {
  constexpr double exact_max = 9007199254740992;
  const bool whole = std::abs(number) < exact_max && number == std::trunc(number) &&
                     (number != 0 || !std::signbit(number));
  char* const begin = room.data();
  char* const end = begin + room.size();
  const auto written = whole ? std::to_chars(begin, end, static_cast<std::int64_t>(number))
                             : std::to_chars(begin, end, number);
  return {begin, static_cast<std::size_t>(written.ptr - begin)};
}

void append_json_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += std::isnan(number) ? "\"nan\"" : number < 0 ? "\"-inf\"" : "\"inf\"";
    return;
  }
  std::array<char, 32> room;
  const auto digits = digits_of(number, room);
  out += digits == "-0" ? "-0.0" : digits;
}

}  // namespace rdb_inspect

#include "rdb/encode.hpp"

#include <charconv>
#include <limits>

#include "rdb/listpack.hpp"
#include "rdb/lzf.hpp"
#include "sandpiper/rdb/item.hpp"

namespace sandpiper::rdb {
namespace {

constexpr std::size_t compress_bytes_min = 21;
constexpr std::size_t integer_text_max = 11;  // of those that strings are stored as

template <class Number>
void append_be(std::string& to, Number n) {
  for (std::size_t i = sizeof n; i-- > 0;) to += static_cast<char>(n >> (8 * i) & 255);
}

template <class Small>
bool fits(std::int64_t n) noexcept {
  return n >= std::numeric_limits<Small>::min() && n <= std::numeric_limits<Small>::max();
}

bool append_number(std::string& to, std::string_view bytes) {
  std::int64_t n = 0;
  if (bytes.size() > integer_text_max || !as_integer(bytes, n) || !fits<std::int32_t>(n)) {
    return false;
  }
  if (fits<std::int8_t>(n)) {
    append_le(to.append("\xc0"), static_cast<std::uint8_t>(n));
  } else if (fits<std::int16_t>(n)) {
    append_le(to.append("\xc1"), static_cast<std::uint16_t>(n));
  } else {
    append_le(to.append("\xc2"), static_cast<std::uint32_t>(n));
  }
  return true;
}

}  // namespace

void append_length(std::string& to, std::uint64_t length) {
  if (length < 1 << 6) {
    to += static_cast<char>(length);
  } else if (length < 1 << 14) {
    append_be(to, static_cast<std::uint16_t>(length | 1 << 14));
  } else if (length <= UINT32_MAX) {
    append_be(to += '\x80', static_cast<std::uint32_t>(length));
  } else {
    append_be(to += '\x81', length);
  }
}

bool as_integer(std::string_view text, std::int64_t& number) noexcept {
  if (text.empty() || text.size() > 20) return false;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return false;
  item_room room;
  return item(number).text(room) == text;  // neither "05" nor "-0"
}

void append_string(std::string& to, std::string_view bytes, bool compress) {
  if (append_number(to, bytes)) return;
  std::string stored;
  if (compress && bytes.size() >= compress_bytes_min && lzf_compress(bytes, stored)) {
    to += '\xc3';
    append_length(to, stored.size());
    append_length(to, bytes.size());
    to += stored;
    return;
  }
  append_length(to, bytes.size());
  to += bytes;
}

void listpack_writer::add(std::string_view text) {
  const auto before = bytes_.size();
  std::int64_t number = 0;
  if (as_integer(text, number)) {
    add_integer(number);
  } else {
    add_text(text);
  }
  add_backlen(bytes_.size() - before);
  ++count_;
}

void listpack_writer::add_integer(std::int64_t n) {
  if (n >= 0 && n < 128) {
    bytes_ += static_cast<char>(n);
  } else if (n >= -4096 && n < 4096) {
    append_be(bytes_, static_cast<std::uint16_t>((n & 8191) | 0xc000));
  } else if (fits<std::int16_t>(n)) {
    append_le(bytes_ += '\xf1', static_cast<std::uint16_t>(n));
  } else if (n >= -(1 << 23) && n < 1 << 23) {
    append_le(bytes_ += '\xf2', static_cast<std::uint32_t>(n));
    bytes_.pop_back();
  } else if (fits<std::int32_t>(n)) {
    append_le(bytes_ += '\xf3', static_cast<std::uint32_t>(n));
  } else {
    append_le(bytes_ += '\xf4', static_cast<std::uint64_t>(n));
  }
}

void listpack_writer::add_text(std::string_view text) {
  if (text.size() < 1 << 6) {
    bytes_ += static_cast<char>(0x80 | text.size());
  } else if (text.size() < 1 << 12) {
    append_be(bytes_, static_cast<std::uint16_t>(0xe000 | text.size()));
  } else {
    append_le(bytes_ += '\xf0', static_cast<std::uint32_t>(text.size()));
  }
  bytes_ += text;
}

void listpack_writer::add_backlen(std::size_t size) {
  const auto groups = listpack::backlen_bytes(size);
  for (auto i = groups; i-- > 0;) {
    const auto bits = size >> (7 * i) & 127;
    bytes_ += static_cast<char>(i + 1 == groups ? bits : bits | 128);
  }
}

std::string listpack_writer::take() {
  bytes_ += '\xff';
  std::string header;
  append_le(header, static_cast<std::uint32_t>(bytes_.size()));
  append_le(header, static_cast<std::uint16_t>(count_ < 65535 ? count_ : 65535));
  bytes_.replace(0, header.size(), header);

  std::string whole(6, '\0');
  whole.swap(bytes_);
  count_ = 0;
  return whole;
}

}  // namespace sandpiper::rdb

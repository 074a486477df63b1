#pragma once
// Snapshots written by hand, for what no server at hand writes.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "rdb/encode.hpp"
#include "sandpiper/rdb/crc64.hpp"

namespace sandpiper::rdb {

/// "0b 04 ff" as bytes.
inline std::string hex(std::string_view text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size();) {
    if (text[i] == ' ') {
      ++i;
      continue;
    }
    bytes += static_cast<char>(digit(text[i]) << 4 | digit(text[i + 1]));
    i += 2;
  }
  return bytes;
}

inline std::string len(std::uint64_t n) {
  std::string bytes;
  append_length(bytes, n);
  return bytes;
}

/// A plain string.
inline std::string str(std::string_view text) { return len(text.size()).append(text); }

template <class Number>
std::string le(Number n) {
  std::string bytes;
  append_le(bytes, n);
  return bytes;
}

inline std::string be64(std::uint64_t n) {
  std::string bytes = le(n);
  return {bytes.rbegin(), bytes.rend()};
}

inline std::string record(unsigned type, std::string_view name, std::string_view value) {
  return std::string(1, static_cast<char>(type)).append(str(name)).append(value);
}

/// A whole file around records.
inline std::string snapshot(std::string_view records, std::string_view header = "REDIS0011") {
  std::string bytes(header);
  bytes.append(records).append("\xff");
  append_le(bytes, crc64(0, bytes));
  return bytes;
}

/// A file of one key "k".
inline std::string one_key(unsigned type, std::string_view value,
                           std::string_view header = "REDIS0011") {
  return snapshot(record(type, "k", value), header);
}

/// Entries in the form a server would choose.
inline std::string listpack_of(std::initializer_list<std::string_view> entries) {
  listpack_writer made;
  for (const auto entry : entries) made.add(entry);
  return made.take();
}

/// A ziplist of entries that are given as encoding and data.
inline std::string ziplist_raw(const std::vector<std::string>& entries) {
  std::string bytes;
  std::size_t before = 0;
  std::size_t tail = 10;
  for (const auto& entry : entries) {
    tail = 10 + bytes.size();
    const auto from = bytes.size();
    if (before < 254) {
      bytes += static_cast<char>(before);
    } else {
      bytes += '\xfe';
      append_le(bytes, static_cast<std::uint32_t>(before));
    }
    bytes += entry;
    before = bytes.size() - from;
  }
  std::string header = le(static_cast<std::uint32_t>(10 + bytes.size() + 1));
  append_le(header, static_cast<std::uint32_t>(tail));
  append_le(header, static_cast<std::uint16_t>(entries.size()));
  return header + bytes + '\xff';
}

/// A ziplist of short texts.
inline std::string ziplist_of(std::initializer_list<std::string_view> texts) {
  std::vector<std::string> entries;
  for (const auto text : texts) {
    entries.push_back(std::string(1, static_cast<char>(text.size())).append(text));
  }
  return ziplist_raw(entries);
}

}  // namespace sandpiper::rdb

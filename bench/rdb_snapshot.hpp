#pragma once
// Snapshots made for measuring: the shapes of a server's file, from a fixed seed.

#include <charconv>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "sandpiper/rdb/crc64.hpp"
#include "sandpiper/rdb/dump.hpp"

namespace bench {

/// Writes a snapshot of version 10, key by key.
class snapshot_writer {
 public:
  snapshot_writer() : bytes_("REDIS0010") {}

  void aux(std::string_view name, std::string_view value) {
    bytes_ += '\xfa';
    string(name);
    string(value);
  }
  void expiry(std::uint64_t ms) {
    bytes_ += '\xfc';
    le(ms, 8);
  }
  void text(std::string_view key, std::string_view value) {
    bytes_ += '\0';
    string(key);
    string(value);
    ++keys_;
  }
  /// A value as DUMP would give it.
  void value(std::string_view key, std::string_view payload) {
    constexpr std::size_t footer_bytes = 10;
    bytes_ += payload.front();
    string(key);
    bytes_ += payload.substr(1, payload.size() - 1 - footer_bytes);
    ++keys_;
  }

  [[nodiscard]] std::uint64_t keys() const { return keys_; }
  [[nodiscard]] std::string finish() && {
    bytes_ += '\xff';
    le(sandpiper::rdb::crc64(0, bytes_), 8);
    return std::move(bytes_);
  }

  void string(std::string_view text) {
    length(text.size());
    bytes_ += text;
  }
  void length(std::uint64_t n) {
    if (n < 64) {
      bytes_ += static_cast<char>(n);
    } else if (n < 1 << 14) {
      bytes_ += static_cast<char>(0x40 | n >> 8);
      bytes_ += static_cast<char>(n & 255);
    } else {
      bytes_ += '\x80';
      for (int shift = 24; shift >= 0; shift -= 8) bytes_ += static_cast<char>(n >> shift & 255);
    }
  }
  void le(std::uint64_t n, int size) {
    for (int i = 0; i < size; ++i) bytes_ += static_cast<char>(n >> (8 * i) & 255);
  }

 private:
  std::string bytes_;
  std::uint64_t keys_ = 0;
};

/// A stream of one node, its entries of two fields each, as type 15.
inline std::string stream_payload(int entries) {
  std::string pack(6, '\0');
  std::uint64_t count = 0;
  const auto number = [&](int n) {
    pack += static_cast<char>(n);
    pack += '\1';
    ++count;
  };
  const auto text = [&](std::string_view t) {
    pack += static_cast<char>(0x80 | t.size());
    pack += t;
    pack += static_cast<char>(t.size() + 1);
    ++count;
  };
  number(entries), number(0), number(2), text("sensor"), text("reading"), number(0);
  for (int i = 0; i < entries; ++i) {
    number(2), number(i), number(0);
    text("sensor-" + std::to_string(i % 7)), text(std::to_string(i * 37) + ".25"), number(5);
  }
  pack += '\xff';

  snapshot_writer made;
  made.value("", std::string(1, '\x0f') + std::string(10, '\0'));
  made.length(1);
  made.string(std::string(8, '\1') + std::string(8, '\0'));
  std::string header;
  for (int i = 0; i < 4; ++i) header += static_cast<char>(pack.size() >> (8 * i) & 255);
  for (int i = 0; i < 2; ++i) header += static_cast<char>(count >> (8 * i) & 255);
  made.string(pack.replace(0, 6, header));
  made.length(static_cast<std::uint64_t>(entries));
  for (int i = 0; i < 3; ++i) made.length(0);  // last id, no groups
  const auto whole = std::move(made).finish();
  constexpr std::size_t before = 9 + 2;  // the header; the type and the empty key
  return '\x0f' + whole.substr(before, whole.size() - before - 9) + std::string(10, '\0');
}

/// The mixture: strings of several kinds, small packed collections, some large plain ones, streams.
class mixture {
 public:
  /// `scale` 1 is about 35 MB.
  static std::string make(double scale, std::uint64_t* keys) {
    mixture m(scale);
    m.strings();
    m.hashes();
    m.lists();
    m.sets();
    m.zsets();
    for (int i = 0; i < m.scaled(250); ++i) m.out_.value(m.name("stream"), stream_payload(60));
    for (int i = 0; i < m.scaled(150000); ++i) m.out_.text(m.name("key"), m.name("value"));
    *keys = m.out_.keys();
    return std::move(m.out_).finish();
  }

 private:
  explicit mixture(double scale) : scale_(scale) {}

  int scaled(int n) const { return static_cast<int>(n * scale_) + 1; }
  std::string name(std::string_view prefix) {
    return std::string(prefix).append(":").append(std::to_string(next_++));
  }
  std::string hex(int bytes) {
    std::string text;
    while (static_cast<int>(text.size()) < bytes) text += "0123456789abcdef"[random_() & 15];
    return text;
  }
  std::string json() {
    std::string text = R"({"id":)" + std::to_string(random_() % 1000000) + R"(,"name":"user )" +
                       hex(6) + R"(","email":")" + hex(8) + R"(@example.org","orders":[)";
    for (int i = 0; i < 3; ++i) {
      text += R"({"order":)" + std::to_string(random_() % 100000) +
              R"(,"state":"delivered","price":)" + std::to_string(random_() % 10000) + R"(.50},)";
    }
    text.back() = ']';
    return text + R"(,"address":{"street":"Main Street )" + std::to_string(random_() % 300) +
           R"("}})";
  }

  void strings() {
    for (int i = 0; i < scaled(75000); ++i) {
      if (i % 5 == 0) out_.expiry(2000000000000ULL + static_cast<std::uint64_t>(i));
      out_.text(name("session"), hex(64));
    }
    for (int i = 0; i < scaled(37000); ++i) {
      out_.value(name("counter"),
                 sandpiper::rdb::dump_string(std::to_string(random_() % 100000000)));
    }
    for (int i = 0; i < scaled(27000); ++i)
      out_.value(name("doc"), sandpiper::rdb::dump_string(json()));
    for (int i = 0; i < scaled(400); ++i) out_.text(name("blob"), hex(16384));
  }
  void hash(int fields, const sandpiper::rdb::dump_options& how) {
    std::vector<std::string> text;
    for (int f = 0; f < fields; ++f) {
      text.push_back("field" + std::to_string(f));
      text.push_back(f % 3 == 0 ? std::to_string(random_() % 10000) : hex(12));
    }
    std::vector<sandpiper::rdb::field_value> pairs;
    for (std::size_t f = 0; f < text.size(); f += 2) pairs.push_back({text[f], text[f + 1]});
    out_.value(name("hash"), sandpiper::rdb::dump_hash(pairs, how));
  }
  void hashes() {
    for (int i = 0; i < scaled(19000); ++i) hash(8, {.compress = false});
    for (int i = 0; i < scaled(25); ++i) hash(2000, {.packed = false});
  }
  std::vector<std::string> words(int n, std::string_view prefix) {
    std::vector<std::string> text;
    for (int i = 0; i < n; ++i) text.push_back(std::string(prefix) + std::to_string(i * 7919));
    return text;
  }
  static std::vector<std::string_view> views(const std::vector<std::string>& text) {
    return {text.begin(), text.end()};
  }
  void lists() {
    for (int i = 0; i < scaled(7500); ++i) {
      out_.value(name("list"),
                 sandpiper::rdb::dump_list(views(words(12, "item-")), {.compress = false}));
    }
    for (int i = 0; i < scaled(8); ++i) {
      out_.value(name("queue"),
                 sandpiper::rdb::dump_list(views(words(20000, "job-")), {.compress = false}));
    }
  }
  void sets() {
    for (int i = 0; i < scaled(7500); ++i) {
      out_.value(name("ids"), sandpiper::rdb::dump_set(views(words(20, "")), {.compress = false}));
    }
    for (int i = 0; i < scaled(12); ++i) {
      out_.value(name("set"),
                 sandpiper::rdb::dump_set(views(words(4000, "member-")), {.packed = false}));
    }
  }
  void zset(int n, const sandpiper::rdb::dump_options& how) {
    const auto text = words(n, "player-");
    std::vector<sandpiper::rdb::member_score> members;
    for (const auto& t : text) members.push_back({t, static_cast<double>(random_() % 4000) / 4});
    out_.value(name("board"), sandpiper::rdb::dump_zset(members, how));
  }
  void zsets() {
    for (int i = 0; i < scaled(7500); ++i) zset(10, {.compress = false});
    for (int i = 0; i < scaled(12); ++i) zset(4000, {.packed = false});
  }

  double scale_;
  snapshot_writer out_;
  std::mt19937_64 random_{20240229};
  std::uint64_t next_ = 0;
};

}  // namespace bench

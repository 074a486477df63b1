#pragma once
// A visitor that says what each key holds in the form of the fixtures' .jsonl files.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandpiper/rdb/visitor.hpp"

namespace sandpiper::rdb {

class json_lines final : public visitor {
 public:
  /// One line a key, sorted.
  [[nodiscard]] std::string text() {
    std::sort(lines_.begin(), lines_.end());
    std::string all;
    for (const auto& line : lines_) all.append(line).append("\n");
    return all;
  }

  depth key(const key_info& k) override {
    members_.clear();
    value_.clear();
    entries_.clear();
    groups_.clear();
    kind_ = k.kind;
    head_ = R"({"db":)" + std::to_string(k.db) + R"(,"key":)" + quoted(k.name) + R"(,"type":")" +
            std::string(to_string(k.kind)) + R"(","encoding":")" +
            std::string(to_string(k.encoding)) + R"(","expires_ms":)" +
            (k.expires_at ? std::to_string(k.expires_at->time_since_epoch().count()) : "null");
    return depth::elements;
  }
  void end_key(const key_end&) override {
    close_group();
    if (kind_ == kind::set || kind_ == kind::hash || kind_ == kind::zset) {
      std::sort(members_.begin(), members_.end());
    }
    if (kind_ == kind::stream) {
      value_ =
          stream_ + R"(,"entries":)" + array(entries_) + R"(,"groups":)" + array(groups_) + "}";
    } else if (kind_ != kind::string) {
      std::vector<std::string> shown;
      for (const auto& [order, text] : members_) shown.push_back(text);
      value_ = array(shown);
    }
    lines_.push_back(head_ + R"(,"value":)" + value_ + "}");
  }

  void string(const item& v) override { value_ = quoted(v.str()); }
  void list_item(const item& v) override { members_.emplace_back("", quoted(v.str())); }
  void set_member(const item& v, std::optional<unix_ms>) override {
    members_.emplace_back(v.str(), quoted(v.str()));
  }
  void hash_field(const item& f, const item& v, std::optional<unix_ms>) override {
    members_.emplace_back(f.str(), "[" + quoted(f.str()) + "," + quoted(v.str()) + "]");
  }
  void zset_member(const item& m, double score) override {
    members_.emplace_back(ordered(score) + m.str(),
                          "[" + quoted(m.str()) + ",\"" + digits(bits(score)) + "\"]");
  }

  void stream_entry(const stream_id& id, std::uint64_t) override {
    entries_.push_back("[" + quoted(to_string(id)) + ",[]]");
  }
  void stream_field(const item& f, const item& v) override {
    auto& entry = entries_.back();
    entry.resize(entry.size() - 2);
    if (entry.back() != '[') entry += ',';
    entry.append(quoted(f.str())).append(",").append(quoted(v.str())).append("]]");
  }
  void stream(const stream_meta& m) override {
    stream_ = R"({"length":)" + std::to_string(m.length) + R"(,"last":)" +
              quoted(to_string(m.last)) + R"(,"first":)" + quoted(to_string(m.first)) +
              R"(,"max_deleted":)" + quoted(to_string(m.max_deleted)) + R"(,"added":)" +
              std::to_string(m.added);
  }
  void stream_group(const rdb::stream_group& g) override {
    close_group();
    in_group_ = true;
    group_ = R"({"name":)" + quoted(g.name) + R"(,"last":)" + quoted(to_string(g.last)) +
             R"(,"read":)" + (g.entries_read ? std::to_string(*g.entries_read) : "null");
  }
  void stream_pending(const rdb::stream_pending& p) override {
    pending_.push_back("[" + quoted(to_string(p.id)) + "," + std::to_string(p.deliveries) + "]");
  }
  void stream_consumer(const rdb::stream_consumer& c) override {
    close_consumer();
    consumer_ = "[" + quoted(c.name) + ",";
  }
  void stream_owned(const stream_id& id) override { owned_.push_back(quoted(to_string(id))); }

 private:
  static std::string array(const std::vector<std::string>& parts) {
    std::string all = "[";
    for (const auto& part : parts) all.append(all.size() == 1 ? "" : ",").append(part);
    return all + "]";
  }
  static std::uint64_t bits(double score) { return std::bit_cast<std::uint64_t>(score); }
  static std::string digits(std::uint64_t n) {
    std::string text(16, '0');
    for (std::size_t i = 16; i-- > 0; n >>= 4) text[i] = "0123456789abcdef"[n & 15];
    return text;
  }
  // Digits that sort as the doubles do, both zeros alike.
  static std::string ordered(double score) {
    const auto raw = bits(score == 0 ? 0.0 : score);
    return digits(raw >> 63 ? ~raw : raw | 1ULL << 63);
  }
  static std::string quoted(std::string_view bytes) {
    std::string text = "\"";
    for (const char c : bytes) {
      constexpr std::string_view special = "\"\\\n\r\t\b\f";
      const auto byte = static_cast<unsigned char>(c);
      if (const auto at = special.find(c); at != special.npos) {
        text.append("\\").append(1, "\"\\nrtbf"[at]);
      } else if (byte < 0x20 || byte > 0x7e) {
        text.append("\\u").append(digits(byte).substr(12));
      } else {
        text += c;
      }
    }
    return text + '"';
  }

  void close_consumer() {
    if (!consumer_.empty()) consumers_.push_back(consumer_ + array(owned_) + "]");
    consumer_.clear();
    owned_.clear();
  }
  void close_group() {
    close_consumer();
    if (std::exchange(in_group_, false)) {
      groups_.push_back(group_ + R"(,"pending":)" + array(pending_) + R"(,"consumers":)" +
                        array(consumers_) + "}");
    }
    pending_.clear();
    consumers_.clear();
  }

  std::vector<std::string> lines_;
  std::string head_;
  std::string value_;
  kind kind_ = kind::string;
  std::vector<std::pair<std::string, std::string>> members_;  // what to sort by; what to show
  std::vector<std::string> entries_;
  std::string stream_;
  std::vector<std::string> groups_;
  std::string group_;
  bool in_group_ = false;
  std::vector<std::string> pending_;
  std::vector<std::string> consumers_;
  std::string consumer_;
  std::vector<std::string> owned_;
};

}  // namespace sandpiper::rdb

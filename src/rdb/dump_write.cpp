// Payloads for RESTORE.

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "rdb/encode.hpp"
#include "rdb/quicklist.hpp"
#include "rdb/types.hpp"
#include "sandpiper/rdb/crc64.hpp"
#include "sandpiper/rdb/dump.hpp"

namespace sandpiper::rdb {
namespace {

// What servers keep packed, and how large they let a list's node grow.
constexpr std::size_t packed_entries_max = 128;
constexpr std::size_t packed_text_max = 64;
constexpr std::size_t intset_entries_max = 512;
constexpr std::size_t node_bytes_max = 8 << 10;

constexpr std::uint16_t listpack_since = 10;
constexpr std::uint16_t set_listpack_since = 11;
constexpr std::uint16_t quicklist_since = 10;

std::string begin(unsigned type) { return std::string(1, static_cast<char>(type)); }

std::string& finish(std::string& payload, std::uint16_t version) {
  append_le(payload, version);
  append_le(payload, crc64(0, payload));
  return payload;
}

bool small(std::string_view text) { return text.size() <= packed_text_max; }

void append_double(std::string& to, double value) {
  append_le(to, std::bit_cast<std::uint64_t>(value));
}

// As servers write them into listpacks: integers without a point, others to read back the same.
std::string_view score_text(double score, item_room& room) {
  if (std::isinf(score)) return score > 0 ? "inf" : "-inf";
  const auto written = std::to_chars(room.data(), room.data() + room.size(), score);
  return {room.data(), static_cast<std::size_t>(written.ptr - room.data())};
}

std::optional<std::string> make_intset(std::span<const std::string_view> members) {
  if (members.size() > intset_entries_max) return std::nullopt;
  std::vector<std::int64_t> numbers;
  for (const auto text : members) {
    std::int64_t n = 0;
    if (!as_integer(text, n)) return std::nullopt;
    numbers.push_back(n);
  }
  std::sort(numbers.begin(), numbers.end());
  const auto within = [&](std::int64_t bound) {
    return numbers.front() >= -bound - 1 && numbers.back() <= bound;
  };
  const std::uint32_t width = within(INT16_MAX) ? 2 : within(INT32_MAX) ? 4 : 8;
  std::string blob;
  append_le(blob, width);
  append_le(blob, static_cast<std::uint32_t>(numbers.size()));
  for (const auto n : numbers) {
    append_le(blob, static_cast<std::uint64_t>(n));
    blob.resize(blob.size() - (8 - width));
  }
  return blob;
}

std::vector<std::string> make_nodes(std::span<const std::string_view> items) {
  std::vector<std::string> nodes;
  listpack_writer node;
  for (const auto text : items) {
    if (!node.empty() && node.size_bytes() + text.size() > node_bytes_max) {
      nodes.push_back(node.take());
    }
    node.add(text);
  }
  if (!node.empty()) nodes.push_back(node.take());
  return nodes;
}

std::uint16_t version_of(unsigned type) {
  if (type == type::hash_ttl_pre_ga || type == type::hash_listpack_ttl_pre_ga) return 12;
  if (type <= type::hash_ziplist) return type == type::zset_2 || type == type::module_2 ? 8 : 6;
  if (type == type::list_quicklist) return 7;
  if (type == type::stream) return 9;
  if (type <= type::stream_2) return 10;
  if (type <= type::stream_3) return 11;
  if (type <= type::hash_listpack_ttl) return 12;
  if (type == type::stream_4) return 13;
  return type <= type::array ? 14 : 15;
}

}  // namespace

std::string dump_string(std::string_view value, const dump_options& how) {
  auto payload = begin(type::string);
  append_string(payload, value, how.compress);
  return finish(payload, how.version);
}

std::string dump_list(std::span<const std::string_view> items, const dump_options& how) {
  if (!how.packed || how.version < quicklist_since) {
    auto payload = begin(type::list);
    append_length(payload, items.size());
    for (const auto text : items) append_string(payload, text, how.compress);
    return finish(payload, how.version);
  }
  auto payload = begin(type::list_quicklist_2);
  const auto nodes = make_nodes(items);
  append_length(payload, nodes.size());
  for (const auto& node : nodes) {
    append_length(payload, quicklist::packed);
    append_string(payload, node, how.compress);
  }
  return finish(payload, how.version);
}

std::string dump_set(std::span<const std::string_view> members, const dump_options& how) {
  if (how.packed && !members.empty()) {
    if (const auto blob = make_intset(members)) {
      auto payload = begin(type::set_intset);
      append_string(payload, *blob, how.compress);
      return finish(payload, how.version);
    }
  }
  const bool packed = how.packed && how.version >= set_listpack_since &&
                      members.size() <= packed_entries_max &&
                      std::all_of(members.begin(), members.end(), small);
  auto payload = begin(packed ? type::set_listpack : type::set);
  if (packed) {
    listpack_writer blob;
    for (const auto text : members) blob.add(text);
    append_string(payload, blob.take(), how.compress);
    return finish(payload, how.version);
  }
  append_length(payload, members.size());
  for (const auto text : members) append_string(payload, text, how.compress);
  return finish(payload, how.version);
}

std::string dump_hash(std::span<const field_value> fields, const dump_options& how) {
  const auto is_small = [](const field_value& f) { return small(f.field) && small(f.value); };
  const bool packed = how.packed && how.version >= listpack_since &&
                      fields.size() <= packed_entries_max &&
                      std::all_of(fields.begin(), fields.end(), is_small);
  auto payload = begin(packed ? type::hash_listpack : type::hash);
  if (packed) {
    listpack_writer blob;
    for (const auto& [field, value] : fields) {
      blob.add(field);
      blob.add(value);
    }
    append_string(payload, blob.take(), how.compress);
    return finish(payload, how.version);
  }
  append_length(payload, fields.size());
  for (const auto& [field, value] : fields) {
    append_string(payload, field, how.compress);
    append_string(payload, value, how.compress);
  }
  return finish(payload, how.version);
}

std::string dump_zset(std::span<const member_score> members, const dump_options& how) {
  std::vector<member_score> sorted(members.begin(), members.end());
  std::sort(sorted.begin(), sorted.end(), [](const member_score& a, const member_score& b) {
    return a.score != b.score ? a.score < b.score : a.member < b.member;
  });
  const auto is_small = [](const member_score& m) { return small(m.member); };
  const bool packed = how.packed && how.version >= listpack_since &&
                      sorted.size() <= packed_entries_max &&
                      std::all_of(sorted.begin(), sorted.end(), is_small);
  auto payload = begin(packed ? type::zset_listpack : type::zset_2);
  if (packed) {
    listpack_writer blob;
    for (const auto& [member, score] : sorted) {
      item_room room;
      blob.add(member);
      blob.add(score_text(score, room));
    }
    append_string(payload, blob.take(), how.compress);
    return finish(payload, how.version);
  }
  append_length(payload, sorted.size());
  for (auto it = sorted.rbegin(); it != sorted.rend(); ++it) {  // the highest first, as servers do
    append_string(payload, it->member, how.compress);
    append_double(payload, it->score);
  }
  return finish(payload, how.version);
}

std::string dump_raw(std::uint8_t type, std::string_view value, std::uint16_t version) {
  auto payload = begin(type);
  payload += value;
  return finish(payload, std::max(version, version_of(type)));
}

}  // namespace sandpiper::rdb

#include "rdb_inspect/estimate.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>

namespace rdb_inspect {
namespace {

constexpr std::uint64_t object_bytes = 16;
constexpr std::uint64_t table_entry_bytes = 24;
constexpr std::uint64_t table_bytes = 56;
constexpr std::uint64_t quicklist_bytes = 40;
constexpr std::uint64_t quicklist_node_bytes = 40;
constexpr std::uint64_t node_listpack_bytes_max = 8192;
constexpr std::uint64_t listpack_frame_bytes = 7;
constexpr std::uint64_t skiplist_bytes = 16 + 32 + 640;  // zset, list, its header's allocation
// 24 bytes and 16 a level, one level in four going on: 48, 64, 80, 96 ... by size classes.
constexpr double skiplist_node_bytes = 53.4;
constexpr std::uint64_t stream_bytes = 80;
constexpr std::uint64_t stream_node_entries_max = 100;
constexpr std::uint64_t stream_node_bytes_max = 4096;
constexpr std::uint64_t radix_node_bytes = 4 + 30 * 8;
constexpr std::uint64_t stream_id_bytes = 16;

// A dynamic string: header by its length, bytes, NUL.
std::uint64_t text_bytes(std::uint64_t length) noexcept {
  const std::uint64_t header = length < 32         ? 1
                               : length < 256      ? 3
                               : length < 65536    ? 5
                               : length >> 32 == 0 ? 9
                                                   : 17;
  return allocation_bytes(header + length + 1);
}

std::uint64_t packed_number_bytes(std::int64_t n) noexcept {
  if (0 <= n && n <= 127) return 1;
  if (-4096 <= n && n <= 4095) return 2;
  if (INT16_MIN <= n && n <= INT16_MAX) return 3;
  if (-(1 << 23) <= n && n < (1 << 23)) return 4;
  if (INT32_MIN <= n && n <= INT32_MAX) return 5;
  return 9;
}

std::uint64_t with_back_length(std::uint64_t entry) noexcept {
  return entry + (entry < 128 ? 1 : entry < 16384 ? 2 : entry < 2097152 ? 3 : 4);
}

// An entry of a listpack.
std::uint64_t packed_bytes(const rdb::item& it) noexcept {
  if (it.is_integer()) return with_back_length(packed_number_bytes(it.number()));
  const auto length = it.size_bytes();
  return with_back_length(length + (length < 64 ? 1 : length < 4096 ? 2 : 5));
}

std::uint64_t packed_score_bytes(double score) noexcept {
  if (std::abs(score) < 9e15 && score == std::trunc(score)) {
    return with_back_length(packed_number_bytes(static_cast<std::int64_t>(score)));
  }
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), score).ptr;
  return with_back_length(1 + static_cast<std::uint64_t>(end - digits.data()));
}

// The keys are ids of nearly the same bytes: a common beginning, then a tail and a leaf for each.
std::uint64_t radix_bytes(std::uint64_t keys) noexcept {
  const std::uint64_t nodes = keys == 0 ? 1 : keys == 1 ? 2 : 2 + 2 * keys;
  return keys * stream_id_bytes + nodes * radix_node_bytes;
}

std::uint8_t width_of(std::int64_t n) noexcept {
  if (INT16_MIN <= n && n <= INT16_MAX) return 2;
  return INT32_MIN <= n && n <= INT32_MAX ? 4 : 8;
}

}  // namespace

std::uint64_t allocation_bytes(std::uint64_t bytes) noexcept {
  if (bytes <= 8) return 8;
  if (bytes <= 128) return (bytes + 15) / 16 * 16;
  if (bytes > UINT64_MAX / 2) return bytes;
  const auto step = std::uint64_t{1} << (std::bit_width(bytes - 1) - 3);
  return (bytes + step - 1) / step * step;
}

void estimate::begin(const rdb::key_info& key) noexcept {
  *this = {};
  kind_ = key.kind;
  encoding_ = key.encoding;
  key_bytes_ = key.name.size();
}

bool estimate::packed() const noexcept {
  switch (encoding_) {
    case rdb::encoding::listpack:
    case rdb::encoding::ziplist:
    case rdb::encoding::zipmap:
    case rdb::encoding::hash_template: return true;
    default: return false;
  }
}

void estimate::string(const rdb::item& value) noexcept {
  plain_bytes_ = object_bytes;
  if (value.is_integer()) return;
  const auto length = value.size_bytes();
  if (length <= 44) {
    plain_bytes_ = allocation_bytes(object_bytes + 3 + length + 1);
  } else {
    plain_bytes_ += text_bytes(length);
  }
}

void estimate::list_item(const rdb::item& item) noexcept {
  const auto bytes = packed_bytes(item);
  if (node_entries_ > 0 && listpack_frame_bytes + node_bytes_ + bytes > node_listpack_bytes_max) {
    plain_bytes_ += allocation_bytes(listpack_frame_bytes + node_bytes_);
    node_bytes_ = node_entries_ = 0;
    ++nodes_;
  }
  node_bytes_ += bytes;
  ++node_entries_;
  ++entries_;
}

void estimate::set_member(const rdb::item& member) noexcept {
  ++entries_;
  if (encoding_ == rdb::encoding::intset && member.is_integer()) {
    const auto width = width_of(member.number());
    if (width > width_) width_ = width;
  } else if (packed()) {
    packed_bytes_ += packed_bytes(member);
  } else {
    plain_bytes_ += table_entry_bytes + text_bytes(member.size_bytes());
  }
}

void estimate::zset_member(const rdb::item& member, double score) noexcept {
  ++entries_;
  if (packed()) {
    packed_bytes_ += packed_bytes(member) + packed_score_bytes(score);
  } else {
    plain_bytes_ += table_entry_bytes + text_bytes(member.size_bytes());
  }
}

void estimate::hash_field(const rdb::item& field, const rdb::item& value, bool expires) noexcept {
  ++entries_;
  if (packed()) {
    packed_bytes_ += packed_bytes(field) + packed_bytes(value) + (expires ? 10 : 0);
  } else {
    plain_bytes_ += table_entry_bytes + text_bytes(field.size_bytes()) +
                    text_bytes(value.size_bytes()) + (expires ? 16 : 0);
  }
}

void estimate::stream_entry() noexcept {
  if (node_entries_ == stream_node_entries_max || node_bytes_ >= stream_node_bytes_max) {
    plain_bytes_ += allocation_bytes(listpack_frame_bytes + node_bytes_);
    node_bytes_ = node_entries_ = 0;
    ++nodes_;
  }
  if (node_entries_ == 0) node_bytes_ = 12;  // counts and field names of the master entry
  node_bytes_ += 10;                         // flags, the id's difference, lengths
  ++node_entries_;
  ++entries_;
}

// The names of a node's first entry are stored once; those of its others nearly always are the
// same.
void estimate::stream_field(const rdb::item& field, const rdb::item& value) noexcept {
  node_bytes_ += packed_bytes(value) + (node_entries_ == 1 ? packed_bytes(field) : 0);
}

void estimate::stream_group() noexcept { ++groups_; }
void estimate::stream_pending() noexcept { ++pending_; }
void estimate::stream_owned() noexcept { ++owned_; }
void estimate::stream_consumer(std::uint64_t name_bytes) noexcept {
  ++consumers_;
  plain_bytes_ += 32 + name_bytes;
}

std::uint64_t estimate::table() const noexcept {
  return table_bytes + 8 * std::bit_ceil(entries_ < 4 ? std::uint64_t{4} : entries_);
}

std::uint64_t estimate::stream() const noexcept {
  const auto nodes = nodes_ + (node_entries_ > 0 ? 1 : 0);
  constexpr std::uint64_t group_bytes = 40, pending_entry_bytes = 24;
  return stream_bytes + radix_bytes(nodes) +
         (node_entries_ > 0 ? allocation_bytes(listpack_frame_bytes + node_bytes_) : 0) +
         groups_ * (group_bytes + radix_node_bytes) + consumers_ * radix_node_bytes +
         pending_ * (pending_entry_bytes + stream_id_bytes + 2 * radix_node_bytes) +
         owned_ * (stream_id_bytes + 2 * radix_node_bytes);
}

std::uint64_t estimate::total() const noexcept {
  const auto key = table_entry_bytes + text_bytes(key_bytes_);
  switch (kind_) {
    case rdb::kind::string: return key + plain_bytes_;
    case rdb::kind::list: {
      const auto nodes = nodes_ + (node_entries_ > 0 ? 1 : 0);
      return key + object_bytes + quicklist_bytes + nodes * quicklist_node_bytes + plain_bytes_ +
             (node_entries_ > 0 ? allocation_bytes(listpack_frame_bytes + node_bytes_) : 0);
    }
    case rdb::kind::set:
      if (encoding_ == rdb::encoding::intset) {
        return key + object_bytes + allocation_bytes(8 + entries_ * width_);
      }
      break;
    case rdb::kind::stream: return key + object_bytes + plain_bytes_ + stream();
    case rdb::kind::zset:
      if (packed()) break;
      return key + object_bytes + skiplist_bytes + table() + plain_bytes_ +
             static_cast<std::uint64_t>(skiplist_node_bytes * static_cast<double>(entries_));
    case rdb::kind::hash: break;
    default: return key + object_bytes + plain_bytes_;
  }
  if (packed()) {
    return key + object_bytes + allocation_bytes(listpack_frame_bytes + packed_bytes_);
  }
  return key + object_bytes + table() + plain_bytes_;
}

}  // namespace rdb_inspect

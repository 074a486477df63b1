#include "store/packed.hpp"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <vector>

namespace sandpiper::store {
namespace {

constexpr std::size_t count_bytes = 4;
constexpr std::size_t state_bytes = 40;

constexpr std::size_t head_bytes(value_type type) {
  return count_bytes + (type == value_type::stream ? state_bytes : 0);
}

std::size_t length_bytes(std::size_t length) {
  std::size_t bytes = 1;
  while (length >>= 7) ++bytes;
  return bytes;
}

void append_length(std::string& bytes, std::size_t length) {
  while (length > 127) {
    bytes += static_cast<char>((length & 127) | 128);
    length >>= 7;
  }
  bytes += static_cast<char>(length);
}

void change_count(std::string& bytes, std::int32_t by) {
  auto count = static_cast<std::uint32_t>(packed_count(bytes));
  count += static_cast<std::uint32_t>(by);
  std::memcpy(bytes.data(), &count, count_bytes);
}

std::string encoded(value_type type, std::string_view name, std::string_view value) {
  std::string out;
  out.reserve(packed_pair_bytes(type, name.size(), value.size()));
  append_counted(out, name);
  if (has_values(type)) append_counted(out, value);
  return out;
}

bool pair_before(const packed_pair& one, const packed_pair& other) {
  return before(score_of(one.value), one.name, score_of(other.value), other.name);
}

}  // namespace

void append_counted(std::string& bytes, std::string_view text) {
  append_length(bytes, text.size());
  bytes += text;
}

bool take_counted(std::string_view& bytes, std::string_view& text) noexcept {
  std::size_t length = 0;
  std::size_t at = 0;
  for (unsigned shift = 0;; shift += 7) {
    if (at == bytes.size() || shift > 56) return false;
    const auto byte = static_cast<unsigned char>(bytes[at++]);
    length |= static_cast<std::size_t>(byte & 127u) << shift;
    if (byte < 128) break;
  }
  if (length > bytes.size() - at) return false;
  text = bytes.substr(at, length);
  bytes.remove_prefix(at + length);
  return true;
}

packed_reader::packed_reader(value_type type, std::string_view bytes) noexcept
    : type_(type), bytes_(bytes), at_(head_bytes(type)) {
  assert(is_collection(type) && bytes.size() >= at_);
}

bool packed_reader::next(packed_pair& pair) noexcept {
  if (at_ == bytes_.size()) return false;
  auto rest = bytes_.substr(at_);
  pair.value = {};
  [[maybe_unused]] bool whole = take_counted(rest, pair.name);
  if (has_values(type_)) whole = take_counted(rest, pair.value) && whole;
  assert(whole);
  pair.begin = at_;
  pair.end = at_ = bytes_.size() - rest.size();
  return true;
}

std::size_t packed_count(std::string_view bytes) noexcept {
  std::uint32_t count = 0;
  assert(bytes.size() >= count_bytes);
  std::memcpy(&count, bytes.data(), count_bytes);
  return count;
}

stream_state packed_state(std::string_view bytes) noexcept {
  stream_state state;
  static_assert(sizeof state == state_bytes);
  assert(bytes.size() >= count_bytes + state_bytes);
  std::memcpy(&state, bytes.data() + count_bytes, state_bytes);
  return state;
}

void packed_set_state(std::string& bytes, const stream_state& state) {
  assert(bytes.size() >= count_bytes + state_bytes);
  std::memcpy(bytes.data() + count_bytes, &state, state_bytes);
}

void packed_reset(value_type type, std::string& bytes) { bytes.assign(head_bytes(type), '\0'); }

std::optional<packed_pair> packed_find(value_type type, std::string_view bytes,
                                       std::string_view name) noexcept {
  packed_reader reader(type, bytes);
  for (packed_pair pair; reader.next(pair);) {
    if (pair.name == name) return pair;
  }
  return std::nullopt;
}

std::optional<packed_pair> packed_at(value_type type, std::string_view bytes,
                                     std::size_t index) noexcept {
  packed_reader reader(type, bytes);
  for (packed_pair pair; reader.next(pair);) {
    if (index-- == 0) return pair;
  }
  return std::nullopt;
}

std::size_t packed_pair_bytes(value_type type, std::size_t name_bytes,
                              std::size_t value_bytes) noexcept {
  return length_bytes(name_bytes) + name_bytes +
         (has_values(type) ? length_bytes(value_bytes) + value_bytes : 0);
}

void packed_append(value_type type, std::string& bytes, std::string_view name,
                   std::string_view value) {
  append_counted(bytes, name);
  if (has_values(type)) append_counted(bytes, value);
  change_count(bytes, 1);
}

void packed_insert(value_type type, std::string& bytes, std::size_t at, std::string_view name,
                   std::string_view value) {
  bytes.insert(at, encoded(type, name, value));
  change_count(bytes, 1);
}

void packed_erase(std::string& bytes, const packed_pair& pair) {
  bytes.erase(pair.begin, pair.end - pair.begin);
  change_count(bytes, -1);
}

std::size_t packed_zset_place(std::string_view bytes, double score,
                              std::string_view member) noexcept {
  packed_reader reader(value_type::zset, bytes);
  for (packed_pair pair; reader.next(pair);) {
    if (!before(score_of(pair.value), pair.name, score, member)) return pair.begin;
  }
  return bytes.size();
}

bool packed_is_sorted(std::string_view bytes) noexcept {
  packed_reader reader(value_type::zset, bytes);
  packed_pair last;
  if (!reader.next(last)) return true;
  for (packed_pair pair; reader.next(pair); last = pair) {
    if (pair_before(pair, last)) return false;
  }
  return true;
}

bool packed_sort(std::string& bytes) {
  if (packed_is_sorted(bytes)) return true;
  std::vector<packed_pair> pairs;
  pairs.reserve(packed_count(bytes));
  packed_reader reader(value_type::zset, bytes);
  for (packed_pair pair; reader.next(pair);) pairs.push_back(pair);
  std::sort(pairs.begin(), pairs.end(), pair_before);

  std::string sorted;
  packed_reset(value_type::zset, sorted);
  sorted.reserve(bytes.size());
  for (const auto& pair : pairs) packed_append(value_type::zset, sorted, pair.name, pair.value);
  bytes.swap(sorted);
  return false;
}

}  // namespace sandpiper::store

#include "sandpiper/store/value.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "store/collection.hpp"
#include "store/packed.hpp"
#include "store/view.hpp"

namespace sandpiper::store {
namespace {

constexpr std::size_t name_bytes_max = std::numeric_limits<std::uint32_t>::max();

void put_big_endian(char* to, std::uint64_t number) {
  for (int i = 7; i >= 0; --i, number >>= 8) to[i] = static_cast<char>(number & 255);
}

std::uint64_t big_endian(const char* from) {
  std::uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8 | static_cast<unsigned char>(from[i]);
  return number;
}

}  // namespace

std::string_view to_string(value_type type) noexcept {
  switch (type) {
    case value_type::none: return "none";
    case value_type::string: return "string";
    case value_type::hash: return "hash";
    case value_type::list: return "list";
    case value_type::set: return "set";
    case value_type::zset: return "zset";
    case value_type::stream: return "stream";
  }
  return "unknown";
}

std::array<char, 16> name_of(stream_id id) noexcept {
  std::array<char, 16> name{};
  put_big_endian(name.data(), id.ms);
  put_big_endian(name.data() + 8, id.sequence);
  return name;
}

stream_id stream_id_of(std::string_view name) noexcept {
  if (name.size() != 16) return {};
  return {big_endian(name.data()), big_endian(name.data() + 8)};
}

std::array<char, 8> bytes_of(double score) noexcept {
  return std::bit_cast<std::array<char, 8>>(score);
}

double score_of(std::string_view bytes) noexcept {
  double score = 0;
  if (bytes.size() == sizeof score) std::memcpy(&score, bytes.data(), sizeof score);
  return score;
}

bool for_each_field(std::string_view packed, pair_visitor visit) {
  while (!packed.empty()) {
    std::string_view field;
    std::string_view value;
    if (!take_counted(packed, field) || !take_counted(packed, value)) return false;
    if (!visit(field, value)) return false;
  }
  return true;
}

void append_field(std::string& packed, std::string_view field, std::string_view value) {
  append_counted(packed, field);
  append_counted(packed, value);
}

bool pair_fits(value_type type, std::string_view name, std::string_view value) noexcept {
  if (!is_collection(type) || name.size() > name_bytes_max || value.size() > name_bytes_max) {
    return false;
  }
  if (type == value_type::zset) return value.size() == 8 && !std::isnan(score_of(value));
  return type != value_type::stream || name.size() == 16;
}

std::string_view packed_of(const value_view& view) noexcept { return view.bytes_; }

std::size_t value_view::size() const noexcept {
  if (type_ == value_type::none) return 0;
  if (type_ == value_type::string) return 1;
  return large_ != nullptr ? large_->size() : packed_count(bytes_);
}

bool value_view::range(std::size_t first, std::size_t count, pair_visitor visit) const {
  if (!is_collection(type_)) return true;
  if (large_ != nullptr) return large_->range(first, count, visit);
  packed_reader reader(type_, bytes_);
  packed_pair pair;
  for (std::size_t i = 0; count > 0 && reader.next(pair); ++i) {
    if (i < first) continue;
    if (!visit(pair.name, pair.value)) return false;
    --count;
  }
  return true;
}

std::optional<std::string_view> value_view::find(std::string_view name) const {
  if (!has_unique_names(type_)) return std::nullopt;
  if (large_ != nullptr) return large_->find(name);
  const auto pair = packed_find(type_, bytes_, name);
  if (!pair) return std::nullopt;
  return pair->value;
}

std::optional<double> value_view::score(std::string_view member) const {
  if (type_ != value_type::zset) return std::nullopt;
  const auto bytes = find(member);
  if (!bytes) return std::nullopt;
  return score_of(*bytes);
}

std::optional<std::size_t> value_view::rank(std::string_view member) const {
  const auto known = score(member);
  if (!known) return std::nullopt;
  return lower_bound(*known, member);
}

std::size_t value_view::lower_bound(double score, std::string_view member) const {
  if (type_ != value_type::zset) return size();
  if (large_ != nullptr) return large_->lower_bound(score, member);
  std::size_t place = 0;
  for_each([&](std::string_view name, std::string_view value) {
    if (!before(score_of(value), name, score, member)) return false;
    ++place;
    return true;
  });
  return place;
}

std::size_t value_view::lower_bound(stream_id id) const {
  if (type_ != value_type::stream) return size();
  if (large_ != nullptr) return large_->lower_bound(id);
  std::size_t place = 0;
  for_each([&](std::string_view name, std::string_view) {
    if (stream_id_of(name) >= id) return false;
    ++place;
    return true;
  });
  return place;
}

stream_state value_view::stream_state() const noexcept {
  if (type_ != value_type::stream) return {};
  return large_ != nullptr ? large_->state() : packed_state(bytes_);
}

value::value(value_type type) { reset(type); }

value value::string(std::string_view bytes) {
  value made(value_type::string);
  made.bytes_ = bytes;
  return made;
}

value::value(const value_view& other) {
  reset(other.type());
  if (type_ == value_type::string) bytes_ = other.string();
  if (!is_collection(type_)) return;
  other.for_each([this](std::string_view name, std::string_view bytes) {
    packed_append(type_, bytes_, name, bytes);
    return true;
  });
  if (type_ == value_type::stream) packed_set_state(bytes_, other.stream_state());
}

bool value::accepts(std::string_view name, std::string_view bytes) const {
  if (!pair_fits(type_, name, bytes)) return false;
  return type_ != value_type::stream || stream_id_of(name) > packed_state(bytes_).last;
}

bool value::add_distinct(std::string_view name, std::string_view bytes) {
  if (!accepts(name, bytes)) return false;
  packed_append(type_, bytes_, name, bytes);
  if (type_ == value_type::stream) {
    auto state = packed_state(bytes_);
    state.last = stream_id_of(name);
    ++state.entries_added;
    packed_set_state(bytes_, state);
  }
  return true;
}

bool value::add(std::string_view name, std::string_view bytes) {
  if (!accepts(name, bytes)) return false;
  if (has_unique_names(type_) && type_ != value_type::stream) {
    if (const auto old = packed_find(type_, bytes_, name)) {
      const auto begin = old->begin;
      packed_erase(bytes_, *old);
      packed_insert(type_, bytes_, begin, name, bytes);
      return true;
    }
  }
  return add_distinct(name, bytes);
}

bool value::add(std::string_view member, double score) {
  const auto bytes = bytes_of(score);
  return type_ == value_type::zset && add(member, {bytes.data(), bytes.size()});
}

bool value::add(stream_id id, std::string_view packed_fields) {
  const auto name = name_of(id);
  return type_ == value_type::stream && add_distinct({name.data(), name.size()}, packed_fields);
}

bool value::set_stream_state(const store::stream_state& state) {
  if (type_ != value_type::stream) return false;
  stream_id last;
  view().for_each([&last](std::string_view name, std::string_view) {
    last = stream_id_of(name);
    return true;
  });
  if (state.last < last) return false;
  packed_set_state(bytes_, state);
  return true;
}

void value::sort() {
  if (type_ == value_type::zset) packed_sort(bytes_);
}

void value::reset(value_type type) {
  type_ = type;
  bytes_.clear();
  if (is_collection(type)) packed_reset(type, bytes_);
}

}  // namespace sandpiper::store

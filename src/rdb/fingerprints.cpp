#include "rdb/fingerprints.hpp"

#include <algorithm>
#include <cstring>
#include <random>

namespace sandpiper::rdb {
namespace {

constexpr std::size_t cells_min = 256;
constexpr std::uint64_t odd_a = 0x9e3779b97f4a7c15;
constexpr std::uint64_t odd_b = 0xd6e8feb86659fd93;
constexpr std::uint64_t odd_c = 0xa0761d6478bd642f;

struct wide {
  std::uint64_t low;
  std::uint64_t high;
};

wide multiply(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using uint128 = unsigned __int128;
  const auto product = static_cast<uint128>(a) * b;
  return {static_cast<std::uint64_t>(product), static_cast<std::uint64_t>(product >> 64)};
}

std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
  const auto product = multiply(a, b);
  return product.low ^ product.high;
}

std::uint64_t load(const char* at, std::size_t bytes) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, at, bytes);
  return word;
}

// 8 to 16 bytes as two words that overlap, fewer as one: no loop over bytes.
wide load_short(std::string_view thing) noexcept {
  const char* const at = thing.data();
  const auto n = thing.size();
  if (n >= 8) return {load(at, 8), load(at + n - 8, 8)};
  if (n >= 4) return {load(at, 4) | load(at + n - 4, 4) << 32, 0};
  if (n == 0) return {0, 0};
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint64_t>(static_cast<unsigned char>(at[i]));
  };
  return {byte(0) | byte(n / 2) << 8 | byte(n - 1) << 16, 0};
}

std::uint64_t process_seed() {
  static const std::uint64_t seed = [] {
    std::random_device device;
    return static_cast<std::uint64_t>(device()) << 32 | device();
  }();
  return seed;
}

}  // namespace

fingerprints::fingerprints() : seed_(process_seed()) {}

void fingerprints::clear(std::uint64_t entries_max) noexcept {
  size_ = 0;
  entries_max_ = entries_max;
  round_ += 2;
  if (round_ != 0) return;
  for (auto& c : cells_) c.round = 0;  // once in 2^31 clearings the rounds begin anew
  round_ = 2;
}

fingerprints::print fingerprints::of(std::uint64_t high, std::uint64_t low) const noexcept {
  const auto first = mix(high ^ seed_ ^ odd_a, low ^ odd_b);
  const auto second = mix(first ^ odd_c, high + (low << 32 | low >> 32) + seed_);
  return {first, static_cast<std::uint32_t>(second)};
}

fingerprints::print fingerprints::of(std::string_view thing, std::uint64_t space) const noexcept {
  auto state = seed_ ^ (thing.size() * odd_a + space * odd_b);
  auto other = seed_ + odd_c;
  while (thing.size() > 16) {
    const auto a = load(thing.data(), 8);
    const auto b = load(thing.data() + 8, 8);
    state = mix(a ^ state, b ^ odd_b);
    other = mix(b + other, a ^ odd_a);
    thing.remove_prefix(16);
  }
  const auto rest = load_short(thing);
  const auto first = mix(rest.low ^ state, rest.high ^ odd_b ^ other);
  const auto second = mix(rest.low + other, (rest.high ^ odd_a) + state);
  return {first, static_cast<std::uint32_t>(second ^ second >> 32)};
}

fingerprints::cell& fingerprints::find(print thing) noexcept {
  const auto mask = cells_.size() - 1;
  for (auto i = static_cast<std::size_t>(thing.first);; ++i) {
    auto& c = cells_[i & mask];
    if (!current(c) || (c.first == thing.first && c.second == thing.second)) return c;
  }
}

void fingerprints::grow() {
  std::vector<cell> before(std::max(cells_min, cells_.size() * 2));
  before.swap(cells_);
  for (const auto& c : before) {
    if (current(c)) find({c.first, c.second}) = c;
  }
}

bool fingerprints::insert(print thing) {
  if (full()) return true;
  if (size_ + 1 > cells_.size() / 4 * 3) grow();
  auto& c = find(thing);
  if (current(c)) return false;
  c = {thing.first, thing.second, round_};
  ++size_;
  return true;
}

bool fingerprints::insert(std::string_view thing, std::uint64_t space) {
  return insert(of(thing, space));
}

bool fingerprints::insert(std::uint64_t high, std::uint64_t low) { return insert(of(high, low)); }

bool fingerprints::insert(const item& thing) {
  if (thing.what() == item::form::chunked) return true;
  item_room room;
  return insert(thing.text(room));
}

bool fingerprints::take(std::uint64_t high, std::uint64_t low) {
  if (full()) return true;
  if (cells_.empty()) return false;
  auto& c = find(of(high, low));
  if (!current(c) || (c.round & 1) != 0) return false;
  c.round |= 1;
  return true;
}

}  // namespace sandpiper::rdb

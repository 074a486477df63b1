#include "store/core.hpp"

#include <algorithm>
#include <bit>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "store/collection.hpp"

namespace sandpiper::store {
namespace {

constexpr std::size_t shards_max = 256;
constexpr std::size_t credit_step_min = 64;
constexpr std::size_t credit_step_max = 64 * 1024;

// Frees what a last pin leaves behind, without the shard's lock.
class loose_heap final : public heap {
 public:
  explicit loose_heap(account& to) noexcept : to_(to) {}
  [[nodiscard]] void* allocate(std::size_t) override { return nullptr; }
  void release(void* block) noexcept override { to_.release_unlocked(block); }

 private:
  account& to_;
};

// Drops what a scan holds, whatever its visitor does.
struct gathered {
  core& owner;
  std::vector<entry*> entries;

  ~gathered() {
    for (entry* const each : entries) owner.drop(*each);
  }
};

}  // namespace

core::core(const options& how)
    : chosen(how),
      shard_bits(static_cast<unsigned>(
          std::bit_width(std::clamp<std::size_t>(how.shards, 1, shards_max) - 1))),
      shard_count(std::size_t{1} << shard_bits),
      memory(how.budget_bytes),
      shards(std::make_unique<shard[]>(shard_count)),
      reads(std::make_unique<read_counts[]>(own_lines + 1)) {
  const std::size_t own =
      sizeof(core) + shard_count * sizeof(shard) + (own_lines + 1) * sizeof(read_counts) + 3 * 64;
  fixed_bytes = memory.take(std::min(own, how.budget_bytes), 0);
  const std::size_t step = std::clamp(fair_bytes() / 32, credit_step_min, credit_step_max);
  for (std::size_t i = 0; i < shard_count; ++i) shards[i].open(*this, shard_bits, step);
}

void core::show_large(const entry& held, entry_visitor visit) {
  const std::shared_lock lock(held.large()->mutex());
  visit(seen(held));
}

std::uint64_t core::scan(std::uint64_t cursor, std::size_t count, entry_visitor visit,
                         const glob* match, const shard_set& held) {
  const auto bits = shard_bits;
  const auto split = 64 - bits;  // with one shard there are no bits to split off
  std::size_t number = bits == 0 ? 0 : cursor >> split;
  std::uint64_t next = cursor << bits >> bits;
  gathered found{*this, {}};
  count = std::max<std::size_t>(count, 1);
  while (count > 0 && number < shard_count) {
    auto& home = shards[number];
    auto lock = std::unique_lock(home.mutex(), std::defer_lock);
    if (!held.has(number)) lock.lock();
    next = home.gather(next, count, match, found.entries);
    if (next == 0) ++number;
  }
  for (const entry* const each : found.entries) show(*each, visit);
  if (number == shard_count) return 0;
  return bits == 0 ? next : number << split | next;
}

void core::drop(entry& held) noexcept {
  if (held.references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  loose_heap loose(shard_of(held.key()).memory());
  destroy_node(loose, &held);
}

bool core::borrow(shard& to, std::size_t bytes, bool from_rich_only) {
  const auto first = static_cast<std::size_t>(&to - shards.get());
  for (std::size_t i = 1; i < shard_count; ++i) {
    shard& other = shards[(first + i) & (shard_count - 1)];
    if (from_rich_only && other.memory().used() <= fair_bytes()) continue;
    if (!other.mutex().try_lock()) continue;
    const std::lock_guard lock(other.mutex(), std::adopt_lock);
    other.shed(to.memory(), bytes - std::min(bytes, to.memory().credit()));
    if (to.memory().reserve(bytes)) return true;
  }
  return false;
}

}  // namespace sandpiper::store

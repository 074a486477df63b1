#include "sandpiper/store/store.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "store/core.hpp"

namespace sandpiper::store {
local_store::local_store(const options& chosen) : core_(std::make_shared<core>(chosen)) {}

local_store::~local_store() = default;

std::uint64_t local_store::now_ms() const noexcept { return core_->chosen.now_ms(); }

std::uint64_t local_store::deadline(std::chrono::milliseconds span) const noexcept {
  return deadline_after(now_ms(), span);
}

bool local_store::copy(const key_ref& key, std::string& into) const {
  return core_->copy(key, into);
}

bool local_store::peek(const key_ref& key, entry_visitor visit) const {
  return core_->peek(key, visit);
}

bool local_store::visit(const key_ref& key, entry_visitor visit) const {
  const pin held = share(key);
  if (held) held.read(visit);
  return static_cast<bool>(held);
}

pin local_store::share(const key_ref& key) const {
  const epoch::guard guard;
  entry* const found = core_->read(guard, key);
  if (found == nullptr) return {};
  core::hold(*found);
  return core::make_pin(core_, *found);
}

std::optional<value_type> local_store::type(const key_ref& key) const {
  const epoch::guard guard;
  const entry* const found = core_->read(guard, key);
  if (found == nullptr) return std::nullopt;
  return found->type;
}

outcome local_store::set(const key_ref& key, std::string_view bytes, const write_options& how) {
  auto& home = core_->shard_of(key);
  const std::lock_guard lock(home.mutex());
  return home.set_string(key, bytes, how);
}

outcome local_store::set(const key_ref& key, const value& typed, const write_options& how) {
  auto& home = core_->shard_of(key);
  const std::lock_guard lock(home.mutex());
  return home.set_value(key, typed, how);
}

outcome local_store::update(const key_ref& key, value_editor change, const write_options& how) {
  auto& home = core_->shard_of(key);
  const std::lock_guard lock(home.mutex());
  return home.update(key, change, how, false);
}

outcome local_store::update(const key_ref& key, value_editor change) {
  auto& home = core_->shard_of(key);
  const std::lock_guard lock(home.mutex());
  return home.update(key, change, {}, true);
}

bool local_store::erase(const key_ref& key) {
  auto& home = core_->shard_of(key);
  const std::lock_guard lock(home.mutex());
  return home.erase(key);
}

bool local_store::expire(const key_ref& key, std::uint64_t deadline_ms) {
  auto& home = core_->shard_of(key);
  const std::lock_guard lock(home.mutex());
  return home.expire(key, deadline_ms);
}

std::size_t local_store::sweep(std::size_t entries_max) {
  std::size_t freed = 0;
  for (std::size_t i = 0; i < core_->shard_count && entries_max > 0; ++i) {
    const auto turn = core_->sweep_at.fetch_add(1, std::memory_order_relaxed);
    const auto at = turn & (core_->shard_count - 1);
    auto& home = core_->shards[at];
    const std::lock_guard lock(home.mutex());
    const auto done = home.sweep(entries_max);
    freed += done.freed;
    entries_max -= done.seen;
  }
  return freed;
}

void local_store::clear() {
  const auto all = lock_all();
  for (std::size_t i = 0; i < core_->shard_count; ++i) core_->shards[i].clear();
}

std::size_t local_store::size() const { return stats().entries; }

std::uint64_t local_store::scan(std::uint64_t cursor, std::size_t count, entry_visitor visit,
                                const glob* match) const {
  const shard_set none = {};
  return core_->scan(cursor, count, visit, match, none);
}

transaction local_store::lock(std::span<const key_ref> keys) { return {core_, keys, false}; }

transaction local_store::lock_all() { return {core_, {}, true}; }

std::size_t local_store::shards() const noexcept { return core_->shard_count; }

std::size_t local_store::shard_of(const key_ref& key) const noexcept {
  return core_->shard_number(key);
}

shard_statistics local_store::stats(std::size_t shard) const {
  if (shard >= core_->shard_count) return {};
  const std::lock_guard lock(core_->shards[shard].mutex());
  return core_->shards[shard].stats();
}

statistics local_store::stats() const {
  statistics sum;
  sum.charged_bytes = core_->fixed_bytes;
  for (std::size_t i = 0; i < core_->shard_count; ++i) {
    const auto each = stats(i);
    sum.entries += each.entries;
    sum.charged_bytes += each.charged_bytes;
    sum.retired_bytes += each.retired_bytes;
    sum.writes += each.writes;
    sum.erasures += each.erasures;
    sum.evictions += each.evictions;
    sum.expirations += each.expirations;
    sum.refusals += each.refusals;
  }
  for (std::size_t i = 0; i <= core::own_lines; ++i) {
    sum.hits += core_->reads[i].hits.load(std::memory_order_relaxed);
    sum.misses += core_->reads[i].misses.load(std::memory_order_relaxed);
  }
  return sum;
}

std::size_t local_store::budget_bytes() const noexcept { return core_->memory.bytes(); }

// ---- pins ----

pin::pin(pin&& other) noexcept
    : owner_(std::move(other.owner_)), held_(std::exchange(other.held_, nullptr)) {}

pin& pin::operator=(pin&& other) noexcept {
  if (this == &other) return *this;
  if (held_ != nullptr) owner_->drop(*held_);
  held_ = std::exchange(other.held_, nullptr);
  owner_ = std::move(other.owner_);
  return *this;
}

pin::~pin() {
  if (held_ != nullptr) owner_->drop(*held_);
}

std::string_view pin::string() const noexcept {
  return held_ != nullptr && held_->type == value_type::string ? held_->bytes()
                                                               : std::string_view();
}

void pin::read(entry_visitor visit) const { core::show(*held_, visit); }

}  // namespace sandpiper::store

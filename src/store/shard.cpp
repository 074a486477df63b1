#include "store/shard.hpp"

#include <algorithm>
#include <cassert>

#include "store/collection.hpp"
#include "store/core.hpp"
#include "store/editing.hpp"
#include "store/index_search.hpp"
#include "store/packed.hpp"
#include "store/view.hpp"

namespace sandpiper::store {
namespace {

using only_if = write_options::only_if;

bool allowed(const entry* live, only_if when) noexcept {
  const bool exists = live != nullptr && live->type != value_type::none;
  switch (when) {
    case only_if::always: return true;
    case only_if::absent: return !exists;
    case only_if::present: return exists;
    case only_if::unknown: return live == nullptr;
  }
  return false;
}

}  // namespace

shard::~shard() {
  queue_.for_each([this](entry& each) { destroy_node(*this, &each); });
  std::vector<node*> dead;  // gathered first: destroying one would end the walk
  graveyard_.for_each([&dead](node& each) { dead.push_back(&each); });
  for (node* each : dead) destroy_node(*this, each);
  if (node* const table = index_.close()) release(table);
}

void shard::open(core& owner, unsigned shard_bits, std::size_t credit_step) noexcept {
  core_ = &owner;
  index_.open(shard_bits);
  account_.open(owner.memory, credit_step);
}

entry* shard::locate(const key_ref& key) const noexcept {
  return index_.locate(key.hash(), key.bytes()).held;
}

bool shard::expired(const entry& held) const noexcept {
  const auto deadline = held.deadline_ms.load(std::memory_order_relaxed);
  return deadline != 0 && core_->chosen.now_ms() >= deadline;
}

// ---- writing ----

outcome shard::put(const key_ref& key, const new_value& fresh, const write_options& how) {
  const auto at = index_.locate(key.hash(), key.bytes());
  entry* const old = at.held;
  const bool live = old != nullptr && !expired(*old);
  if (!allowed(live ? old : nullptr, how.when)) return outcome::kept;

  const entry* const kept = std::exchange(keep_, old);
  entry* const made = make_entry(*this, key.bytes(), fresh.type, fresh.kind, fresh.bytes);
  keep_ = kept;
  if (made == nullptr || (old == nullptr && !make_slot())) {
    if (made != nullptr) release(made);
    ++counts_.refusals;
    return outcome::refused;
  }
  const auto had = live ? old->deadline_ms.load(std::memory_order_relaxed) : 0;
  set_deadline(*made, how.keep_deadline && had != 0 ? had : how.deadline_ms);
  made->tag.store(how.tag, std::memory_order_relaxed);
  if (old == nullptr) {
    queue_.push(*made);
    index_.insert(*made, key.hash());
  } else {
    if (old->deadline_ms.load(std::memory_order_relaxed) != 0) --expiring_;
    queue_.replace(*old, *made);
    index_.replace(at, *made, key.hash());  // evicting others did not move it
    graveyard_.retire(*old);
  }
  ++counts_.writes;
  if (graveyard_.worthwhile()) collect();
  return outcome::stored;
}

outcome shard::set(const key_ref& key, value_type type, std::string_view bytes,
                   const write_options& how) {
  if (!is_collection(type) || is_compact(type, bytes)) {
    return put(key, {type, node::layout::inline_bytes, bytes}, how);
  }
  collection* const large = build(type, bytes);
  if (large == nullptr) {
    ++counts_.refusals;
    return outcome::refused;
  }
  return put_large(key, large, how);
}

outcome shard::set_value(const key_ref& key, const value& typed, const write_options& how) {
  const auto packed = packed_of(typed.view());
  if (typed.type() != value_type::zset || packed_is_sorted(packed)) {
    return set(key, typed.type(), packed, how);
  }
  value sorted = typed;
  sorted.sort();
  return set(key, typed.type(), packed_of(sorted.view()), how);
}

outcome shard::put_large(const key_ref& key, collection* large, const write_options& how) {
  const std::string_view address(reinterpret_cast<const char*>(&large), sizeof large);
  const auto done = put(key, {large->type(), node::layout::large, address}, how);
  if (done != outcome::stored) destroy_collection(*this, large);
  return done;
}

bool shard::is_compact(value_type type, std::string_view packed) const noexcept {
  const auto& most = core_->chosen.compact;
  if (type == value_type::list) return packed.size() <= most.list_bytes_max;
  if (packed_count(packed) > most.pairs_max) return false;
  if (type == value_type::stream) return packed.size() <= most.stream_bytes_max;
  packed_reader reader(type, packed);
  for (packed_pair pair; reader.next(pair);) {
    if (std::max(pair.name.size(), pair.value.size()) > most.text_bytes_max) return false;
  }
  return true;
}

collection* shard::build(value_type type, std::string_view packed) {
  collection* const large = make_collection(*this, type);
  if (large == nullptr) return nullptr;
  collection_heap lent(*this, *large);
  packed_reader reader(type, packed);
  for (packed_pair pair; reader.next(pair);) {
    const bool added = type == value_type::list
                           ? large->insert_at(lent, large->size(), pair.name)
                           : large->put(lent, pair.name, pair.value) != change::refused;
    if (added) continue;
    destroy_collection(*this, large);
    return nullptr;
  }
  if (type == value_type::stream) large->set_state(packed_state(packed));
  return large;
}

outcome shard::update(const key_ref& key, value_editor change, const write_options& how,
                      bool keep_tag) {
  entry* found = locate(key);
  if (found != nullptr && expired(*found)) found = nullptr;
  if (!allowed(found, how.when)) return outcome::kept;
  auto then = how;
  then.when = only_if::always;
  if (keep_tag && found != nullptr) {
    then.tag = found->tag.load(std::memory_order_relaxed);
    then.keep_deadline = true;
  }
  editor::state edited(*this, found);
  editor lent(edited);
  change(lent);
  return edited.finish(key, then);
}

bool shard::erase(const key_ref& key) {
  const auto at = index_.locate(key.hash(), key.bytes());
  if (!at) return false;
  entry& gone = *at.held;
  const bool live = !expired(gone);
  ++(live ? counts_.erasures : counts_.expirations);
  unlink(gone, at);
  if (graveyard_.worthwhile()) collect();
  return live;
}

bool shard::expire(const key_ref& key, std::uint64_t deadline_ms) {
  entry* const found = locate(key);
  if (found == nullptr || expired(*found)) return false;
  set_deadline(*found, deadline_ms);
  return true;
}

void shard::set_deadline(entry& held, std::uint64_t deadline_ms) noexcept {
  const auto before = held.deadline_ms.load(std::memory_order_relaxed);
  if ((before != 0) != (deadline_ms != 0)) deadline_ms != 0 ? ++expiring_ : --expiring_;
  held.deadline_ms.store(deadline_ms, std::memory_order_relaxed);
}

void shard::unlink(entry& gone, index::position at) noexcept {
  if (gone.deadline_ms.load(std::memory_order_relaxed) != 0) --expiring_;
  index_.erase(at);
  queue_.remove(gone);
  graveyard_.retire(gone);
}

void shard::unlink(entry& gone) noexcept {
  unlink(gone, index_.locate(hash_of(gone.key()), gone.key()));
}

shard::sweeping shard::sweep(std::size_t entries_max) {
  sweeping done;
  const std::size_t most = std::min(entries_max, queue_.size());
  while (done.seen < most && expiring_ > 0) {
    entry* const each = queue_.next_to_sweep();
    if (each == nullptr) break;
    ++done.seen;
    if (!expired(*each)) continue;
    unlink(*each);
    ++counts_.expirations;
    ++done.freed;
  }
  if (!graveyard_.empty()) collect();
  return done;
}

void shard::clear() {
  queue_.for_each([this](entry& each) {
    queue_.remove(each);
    graveyard_.retire(each);
    ++counts_.erasures;
  });
  expiring_ = 0;
  if (node* const table = index_.close()) graveyard_.retire(*table);
  collect();
}

std::uint64_t shard::gather(std::uint64_t from, std::size_t& count, const glob* match,
                            std::vector<entry*>& into) const {
  const auto bits = core_->shard_bits;
  const auto consider = [&](entry& each, std::uint64_t hash) {
    if ((hash << bits >> bits) < from) return;
    count -= std::min<std::size_t>(count, 1);
    if (each.type == value_type::none || expired(each)) return;
    if (match != nullptr && !match->matches(each.key())) return;
    into.push_back(&each);
    core::hold(each);
  };
  if (index_.buckets() == 0) return 0;
  for (std::size_t home = index_.home_of(from); home < index_.buckets(); ++home) {
    if (count == 0) return index_.first_hash_of(home);
    index_.for_each_at(home, consider);
  }
  return 0;
}

shard_statistics shard::stats() const noexcept {
  auto now = counts_;
  now.entries = queue_.size();
  now.charged_bytes = account_.used();
  now.retired_bytes = graveyard_.bytes();
  return now;
}

// ---- room ----

void* shard::allocate(std::size_t bytes) {
  void* const block = account_.allocate(bytes);
  if (block != nullptr) return block;
  return make_room(account::bound(bytes)) ? account_.allocate(bytes) : nullptr;
}

bool shard::make_room(std::size_t bytes) {
  if (bytes > core_->memory.bytes()) return false;
  if (!graveyard_.empty()) collect();
  if (account_.reserve(bytes)) return true;
  const bool evict = core_->chosen.evict;
  const bool poor = account_.used() < core_->fair_bytes() / 8 * 7;
  if (evict && poor && core_->borrow(*this, bytes, true)) return true;
  const auto soon = [&] { return account_.credit() + core_->memory.left() + graveyard_.bytes(); };
  while (evict && soon() < bytes && evict_one()) {
  }
  return wait_for_readers(bytes) || core_->borrow(*this, bytes, false);
}

// A reader is inside for some tens of nanoseconds, unless it was put to sleep there: then what we
// wait for is refused, not waited for.
bool shard::wait_for_readers(std::size_t bytes) {
  constexpr int tries_max = 64;
  for (int tries = 0; tries < tries_max; ++tries) {
    collect();
    if (account_.reserve(bytes)) return true;
    if (graveyard_.empty()) return false;
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
  }
  return false;
}

bool shard::evict_one() {
  bool out_of_time = false;
  entry* const gone = queue_.victim([&](entry& each, bool visited) {
    if (&each == keep_ || each.references.load(std::memory_order_relaxed) > 1) {
      return sieve::verdict::spare;
    }
    out_of_time = expired(each);
    return out_of_time || !visited ? sieve::verdict::take : sieve::verdict::spare;
  });
  if (gone == nullptr) return false;
  unlink(*gone);
  ++(out_of_time ? counts_.expirations : counts_.evictions);
  return true;
}

// Growing may not evict: a shard that is full of small entries stays as it is.
bool shard::make_slot() {
  if (!index_.full()) return true;
  auto grown = index_.grow(account_);
  if (!grown.grown) {
    if (core_->chosen.evict && evict_one()) return true;
    if (!make_room(index_.growth_bytes())) return false;
    grown = index_.grow(account_);
  }
  if (grown.retired != nullptr) graveyard_.retire(*grown.retired);
  return grown.grown;
}

std::size_t shard::shed(account& to, std::size_t bytes) {
  const auto before = to.credit();
  const auto missing = [&] { return bytes - std::min(bytes, to.credit() - before); };
  account_.lend(to, bytes);
  while (core_->chosen.evict && account_.credit() + graveyard_.bytes() < missing() && evict_one()) {
  }
  if (missing() > 0) static_cast<void>(wait_for_readers(missing()));
  account_.lend(to, missing());
  return to.credit() - before;
}

}  // namespace sandpiper::store

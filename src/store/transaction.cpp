#include <utility>

#include "sandpiper/store/store.hpp"
#include "store/core.hpp"

namespace sandpiper::store {

// Always from the lowest shard up, so that two transactions cannot wait for each other.
transaction::transaction(std::shared_ptr<core> owner, std::span<const key_ref> keys, bool all)
    : owner_(std::move(owner)) {
  for (const auto& key : keys) held_.add(owner_->shard_number(key));
  for (std::size_t i = 0; i < owner_->shard_count; ++i) {
    if (all) held_.add(i);
    if (held_.has(i)) owner_->shards[i].mutex().lock();
  }
}

transaction::transaction(transaction&& other) noexcept
    : owner_(std::move(other.owner_)), held_(std::exchange(other.held_, {})) {}

transaction::~transaction() {
  if (owner_ == nullptr) return;
  for (std::size_t i = 0; i < owner_->shard_count; ++i) {
    if (held_.has(i)) owner_->shards[i].mutex().unlock();
  }
}

bool transaction::covers(const key_ref& key) const noexcept {
  return held_.has(owner_->shard_number(key));
}

bool transaction::peek(const key_ref& key, entry_visitor visit) const {
  return owner_->peek(key, visit);
}

bool transaction::copy(const key_ref& key, std::string& into) const {
  return owner_->copy(key, into);
}

outcome transaction::set(const key_ref& key, std::string_view bytes, const write_options& how) {
  if (!covers(key)) return outcome::refused;
  return owner_->shard_of(key).set(key, value_type::string, bytes, how);
}

outcome transaction::set(const key_ref& key, const value& typed, const write_options& how) {
  if (!covers(key)) return outcome::refused;
  return owner_->shard_of(key).set_value(key, typed, how);
}

outcome transaction::update(const key_ref& key, value_editor change, const write_options& how) {
  if (!covers(key)) return outcome::refused;
  return owner_->shard_of(key).update(key, change, how, false);
}

outcome transaction::update(const key_ref& key, value_editor change) {
  if (!covers(key)) return outcome::refused;
  return owner_->shard_of(key).update(key, change, {}, true);
}

bool transaction::erase(const key_ref& key) {
  return covers(key) && owner_->shard_of(key).erase(key);
}

bool transaction::expire(const key_ref& key, std::uint64_t deadline_ms) {
  return covers(key) && owner_->shard_of(key).expire(key, deadline_ms);
}

void transaction::clear() {
  for (std::size_t i = 0; i < owner_->shard_count; ++i) {
    if (held_.has(i)) owner_->shards[i].clear();
  }
}

std::uint64_t transaction::scan(std::uint64_t cursor, std::size_t count, entry_visitor visit,
                                const glob* match) const {
  return owner_->scan(cursor, count, visit, match, held_);
}

}  // namespace sandpiper::store

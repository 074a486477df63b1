#include "store/editing.hpp"

#include <algorithm>
#include <cassert>
#include <mutex>
#include <utility>

#include "store/packed.hpp"
#include "store/view.hpp"

namespace sandpiper::store {
namespace {

bool has_places(value_type type) noexcept {
  return type == value_type::list || type == value_type::stream;
}

}  // namespace

editor::state::state(shard& shard_of, entry* live) noexcept
    : home(shard_of), found(live), kept_before(std::exchange(home.keep_, live)) {
  if (found == nullptr) return;
  type = found->type;
  large = found->large();
  if (large != nullptr) at = place::large_found;
}

editor::state::~state() {
  home.keep_ = kept_before;
  drop_made();
}

void editor::state::drop_made() noexcept {
  if (at == place::large_made) destroy_collection(home, large);
  if (at == place::large_made || at == place::large_found) large = nullptr;
}

value_view editor::state::view() const noexcept {
  if (large != nullptr) return view_of(type, {}, large);
  if (at == place::scratch) return view_of(type, scratch, nullptr);
  return found != nullptr ? view_of(*found) : value_view();
}

void editor::state::open() {
  if (at != place::untouched) return;
  if (found != nullptr) scratch = found->bytes();
  at = place::scratch;
}

void editor::state::outgrow() {
  if (at != place::scratch || !is_collection(type) || home.is_compact(type, scratch)) return;
  large = home.build(type, scratch);
  if (large == nullptr) {
    refused = true;
    return;
  }
  at = place::large_made;
  scratch = {};
}

void editor::state::changed(bool fits) noexcept {
  dirty = dirty || fits;
  refused = refused || !fits;
}

change editor::state::put_packed(std::string_view name, std::string_view value) {
  open();
  const auto old = packed_find(type, scratch, name);
  std::size_t to = scratch.size();
  if (old) {
    to = old->begin;
    packed_erase(scratch, *old);
  }
  if (type == value_type::zset) to = packed_zset_place(scratch, score_of(value), name);
  packed_insert(type, scratch, to, name, value);
  if (type == value_type::stream) {
    auto known = packed_state(scratch);
    known.last = stream_id_of(name);
    ++known.entries_added;
    packed_set_state(scratch, known);
  }
  outgrow();
  return refused ? change::refused : old ? change::replaced : change::added;
}

outcome editor::state::finish(const key_ref& key, const write_options& how) {
  const bool in_place = at == place::large_found;
  if (refused && !in_place) {
    ++home.counts_.refusals;
    return outcome::refused;
  }
  if (dirty) {
    const bool empty = is_collection(type) && type != value_type::stream && view().size() == 0;
    if (type == value_type::none || empty) {
      drop_made();
      at = place::untouched;
      home.keep_ = kept_before;
      if (found != nullptr) home.erase(key);
    } else if (in_place) {
      const auto had = found->deadline_ms.load(std::memory_order_relaxed);
      home.set_deadline(*found, how.keep_deadline && had != 0 ? had : how.deadline_ms);
      found->tag.store(how.tag, std::memory_order_relaxed);
      found->mark_visited();
      ++home.counts_.writes;
    } else if (at == place::large_made) {
      at = place::untouched;
      return home.put_large(key, std::exchange(large, nullptr), how);
    } else {
      return home.put(key, {type, node::layout::inline_bytes, scratch}, how);
    }
  }
  if (refused) ++home.counts_.refusals;
  return refused ? outcome::refused : dirty ? outcome::stored : outcome::kept;
}

value_type editor::type() const noexcept { return state_->type; }

value_view editor::view() const noexcept { return state_->view(); }

bool editor::become(value_type type) {
  if (state_->type != value_type::none) return state_->type == type;
  if (type == value_type::none) return true;
  state_->open();
  state_->type = type;
  state_->scratch.clear();
  if (is_collection(type)) packed_reset(type, state_->scratch);
  state_->dirty = true;
  return true;
}

void editor::assign(std::string_view bytes) {
  clear();
  state_->scratch = bytes;
  state_->type = value_type::string;
  state_->dirty = true;
}

void editor::clear() {
  auto& now = *state_;
  now.dirty = now.dirty || now.type != value_type::none;
  now.drop_made();
  now.at = state::place::scratch;
  now.type = value_type::none;
  now.scratch.clear();
}

change editor::put(std::string_view name, std::string_view value) {
  auto& now = *state_;
  const bool fits = has_unique_names(now.type) && pair_fits(now.type, name, value);
  const bool behind =
      now.type != value_type::stream || now.view().stream_state().last < stream_id_of(name);
  if (now.refused || !fits || !behind) {
    now.refused = true;
    return change::refused;
  }
  if (!now.is_large()) {
    const auto done = now.put_packed(name, value);
    now.changed(done != change::refused);
    return done;
  }
  collection_heap lent(now.home, *now.large);
  const std::lock_guard lock(now.large->mutex());
  const auto done = now.large->put(lent, name, value);
  now.changed(done != change::refused);
  return done;
}

bool editor::erase(std::string_view name) {
  auto& now = *state_;
  if (!has_unique_names(now.type) || !now.view().find(name)) return false;
  now.dirty = true;
  if (now.is_large()) {
    collection_heap lent(now.home, *now.large);
    const std::lock_guard lock(now.large->mutex());
    return now.large->erase(lent, name);
  }
  if (now.type == value_type::stream)
    return erase_at(now.view().lower_bound(stream_id_of(name)), 1) == 1;
  now.open();
  packed_erase(now.scratch, *packed_find(now.type, now.scratch, name));
  return true;
}

bool editor::insert_at(std::size_t place, std::string_view text) {
  auto& now = *state_;
  if (now.type != value_type::list || place > now.view().size()) return false;
  if (now.refused || !pair_fits(now.type, text, {})) {
    now.refused = true;
    return false;
  }
  if (!now.is_large()) {
    now.open();
    const auto before = packed_at(now.type, now.scratch, place);
    packed_insert(now.type, now.scratch, before ? before->begin : now.scratch.size(), text, {});
    now.outgrow();
    now.changed(!now.refused);
    return !now.refused;
  }
  collection_heap lent(now.home, *now.large);
  const std::lock_guard lock(now.large->mutex());
  now.changed(now.large->insert_at(lent, place, text));
  return !now.refused;
}

bool editor::replace_at(std::size_t place, std::string_view text) {
  auto& now = *state_;
  if (now.type != value_type::list || place >= now.view().size()) return false;
  if (now.refused || !pair_fits(now.type, text, {})) {
    now.refused = true;
    return false;
  }
  if (!now.is_large()) {
    now.open();
    const auto old = *packed_at(now.type, now.scratch, place);
    packed_erase(now.scratch, old);
    packed_insert(now.type, now.scratch, old.begin, text, {});
    now.outgrow();
    now.changed(!now.refused);
    return !now.refused;
  }
  collection_heap lent(now.home, *now.large);
  const std::lock_guard lock(now.large->mutex());
  now.changed(now.large->replace_at(lent, place, text));
  return !now.refused;
}

std::size_t editor::erase_at(std::size_t place, std::size_t count) {
  auto& now = *state_;
  const std::size_t size = has_places(now.type) ? now.view().size() : 0;
  if (place >= size || count == 0) return 0;
  count = std::min(count, size - place);
  now.dirty = true;
  if (now.is_large()) {
    collection_heap lent(now.home, *now.large);
    const std::lock_guard lock(now.large->mutex());
    now.large->erase_at(lent, place, count);
    return count;
  }
  now.open();
  for (std::size_t i = 0; i < count; ++i) {
    const auto gone = *packed_at(now.type, now.scratch, place);
    if (now.type == value_type::stream) {
      auto known = packed_state(now.scratch);
      known.max_deleted = std::max(known.max_deleted, stream_id_of(gone.name));
      packed_set_state(now.scratch, known);
    }
    packed_erase(now.scratch, gone);
  }
  return count;
}

bool editor::set_stream_state(const stream_state& known) {
  auto& now = *state_;
  if (now.type != value_type::stream) return false;
  stream_id last;
  const auto size = now.view().size();
  now.view().range(size - std::min<std::size_t>(size, 1), 1,
                   [&last](std::string_view name, std::string_view) {
                     last = stream_id_of(name);
                     return true;
                   });
  if (known.last < last) return false;
  now.dirty = true;
  if (now.is_large()) {
    const std::lock_guard lock(now.large->mutex());
    now.large->set_state(known);
    return true;
  }
  now.open();
  packed_set_state(now.scratch, known);
  return true;
}

}  // namespace sandpiper::store

#include "store/collection.hpp"

#include <cassert>
#include <cstdint>

#include "store/packed.hpp"

namespace sandpiper::store {

std::size_t collection::size() const noexcept {
  return has_table() ? table_.size() : sequence_.size();
}

std::optional<std::string_view> collection::find(std::string_view name) const {
  if (type_ == value_type::stream) {
    const auto place = lower_bound(stream_id_of(name));
    if (place == size() || sequence_.at(place)->name() != name) return std::nullopt;
    return sequence_.at(place)->value();
  }
  const item* const held = has_table() ? table_.find(name) : nullptr;
  if (held == nullptr) return std::nullopt;
  return held->value();
}

bool collection::range(std::size_t first, std::size_t count, pair_visitor visit) const {
  if (has_sequence()) {
    return sequence_.range(first, count,
                           [&](const item& held) { return visit(held.name(), held.value()); });
  }
  std::size_t at = 0;
  for (std::size_t i = 0; count > 0; ++i) {
    const item* const held = table_.next(at);
    if (held == nullptr) break;
    if (i < first) continue;
    if (!visit(held->name(), held->value())) return false;
    --count;
  }
  return true;
}

std::size_t collection::lower_bound(double score, std::string_view member) const {
  return sequence_.partition_point(
      [&](const item& held) { return before(score_of(held.value()), held.name(), score, member); });
}

std::size_t collection::lower_bound(stream_id id) const {
  return sequence_.partition_point(
      [&](const item& held) { return stream_id_of(held.name()) < id; });
}

std::size_t collection::place_of(const item& held) const {
  const std::size_t place = lower_bound(score_of(held.value()), held.name());
  assert(sequence_.at(place) == &held);
  return place;
}

change collection::put(heap& memory, std::string_view name, std::string_view value) {
  assert(type_ != value_type::list);
  if (type_ == value_type::stream && stream_id_of(name) <= state_.last) return change::refused;
  item* const old = has_table() ? table_.find(name) : nullptr;
  if (old != nullptr && old->value() == value) return change::replaced;
  item* const added = make_item(memory, name, value);
  if (added == nullptr) return change::refused;

  if (old == nullptr && has_table() && !table_.reserve_one(memory)) {
    memory.release(added);
    return change::refused;
  }
  if (has_sequence()) return put_scored(memory, old, added);
  if (old == nullptr) {
    table_.insert(added);
    return change::added;
  }
  table_.replace(old, added);
  memory.release(old);
  return change::replaced;
}

change collection::put_scored(heap& memory, item* old, item* added) {
  if (old != nullptr && score_of(old->value()) == score_of(added->value())) {  // 0 and -0
    sequence_.replace(place_of(*old), added);
    table_.replace(old, added);
    memory.release(old);
    return change::replaced;
  }
  const bool stream = type_ == value_type::stream;
  const std::size_t place = stream ? size() : lower_bound(score_of(added->value()), added->name());
  if (!sequence_.insert(memory, place, added)) {
    memory.release(added);
    return change::refused;
  }
  if (stream) {
    state_.last = stream_id_of(added->name());
    ++state_.entries_added;
    return change::added;
  }
  if (old == nullptr) {
    table_.insert(added);
    return change::added;
  }
  sequence_.erase(memory, place_of(*old));
  table_.replace(old, added);
  memory.release(old);
  return change::replaced;
}

bool collection::erase(heap& memory, std::string_view name) {
  if (type_ == value_type::stream) {
    if (!find(name)) return false;
    erase_at(memory, lower_bound(stream_id_of(name)), 1);
    return true;
  }
  item* const held = has_table() ? table_.find(name) : nullptr;
  if (held == nullptr) return false;
  if (has_sequence()) sequence_.erase(memory, place_of(*held));
  table_.erase(held);
  memory.release(held);
  return true;
}

bool collection::insert_at(heap& memory, std::size_t place, std::string_view text) {
  assert(type_ == value_type::list && place <= size());
  item* const added = make_item(memory, text, {});
  if (added == nullptr) return false;
  if (sequence_.insert(memory, place, added)) return true;
  memory.release(added);
  return false;
}

bool collection::replace_at(heap& memory, std::size_t place, std::string_view text) {
  assert(type_ == value_type::list && place < size());
  item* const added = make_item(memory, text, {});
  if (added == nullptr) return false;
  memory.release(sequence_.replace(place, added));
  return true;
}

void collection::erase_at(heap& memory, std::size_t place, std::size_t count) noexcept {
  assert(!has_table() && place + count <= size());
  for (; count > 0; --count) {
    item* const taken = sequence_.erase(memory, place);
    if (type_ == value_type::stream && state_.max_deleted < stream_id_of(taken->name())) {
      state_.max_deleted = stream_id_of(taken->name());
    }
    memory.release(taken);
  }
}

void collection::for_each_item(function_ref<void(const item&)> visit) const {
  if (has_sequence()) {
    sequence_.range(0, SIZE_MAX, [&](const item& held) {
      visit(held);
      return true;
    });
    return;
  }
  std::size_t at = 0;
  while (const item* held = table_.next(at)) visit(*held);
}

void collection::clear(heap& memory) noexcept {
  for_each_item([&](const item& held) { memory.release(const_cast<item*>(&held)); });
  table_.clear(memory);
  sequence_.clear(memory);
}

}  // namespace sandpiper::store

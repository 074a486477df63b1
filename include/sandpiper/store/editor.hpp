#pragma once
// How one value is changed: local_store::update and transaction::update lend an editor.

#include <cstddef>
#include <string_view>

#include "sandpiper/store/value.hpp"

namespace sandpiper::store {

/// What became of one pair. `refused`: it did not fit the budget, or the type cannot hold it.
enum class change : std::uint8_t { refused, added, replaced };

/// One key's value, while it is changed under its shard's lock. A compact value changes in a copy
/// that is stored when the update ends, so it changes whole or not at all; a large one changes in
/// place, each call whole or not at all. After a refusal update() answers outcome::refused: a
/// compact value is as it was before the update, a large one as it was before the refused call.
/// A collection left empty goes, as on the server; a stream stays.
class editor {
 public:
  editor(const editor&) = delete;
  editor& operator=(const editor&) = delete;

  /// none: there is no such key.
  [[nodiscard]] value_type type() const noexcept;

  /// The value with the changes made so far; until the next change.
  [[nodiscard]] value_view view() const noexcept;

  /// Where there is no key: an empty value of that type. True when the type is now that one.
  bool become(value_type type);

  /// Makes it a string, whatever it was; takes away what there is.
  void assign(std::string_view bytes);
  void clear();

  /// hash: field and value; set: member; zset: member and bytes_of(score). A stream's id must be
  /// behind its last.
  change put(std::string_view name, std::string_view value = {});
  bool erase(std::string_view name);

  /// A list's items by place: before `place` (size() is the end), at `place`. False when there is
  /// no such place or no room.
  bool insert_at(std::size_t place, std::string_view text);
  bool replace_at(std::size_t place, std::string_view text);

  /// Up to `count` of a list's items or a stream's entries; says how many went.
  std::size_t erase_at(std::size_t place, std::size_t count);

  bool set_stream_state(const stream_state& known);

 private:
  friend class shard;
  struct state;
  explicit editor(state& of) noexcept : state_(&of) {}
  state* state_;
};

}  // namespace sandpiper::store

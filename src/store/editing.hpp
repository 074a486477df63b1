#pragma once
// An update in progress: where the value lies while it changes, and how it is stored in the end.

#include <string>
#include <string_view>

#include "sandpiper/store/editor.hpp"
#include "sandpiper/store/store.hpp"
#include "store/collection.hpp"
#include "store/entry.hpp"
#include "store/shard.hpp"

namespace sandpiper::store {

/// Lives within shard::update, under its lock.
struct editor::state {
  state(shard& home, entry* found) noexcept;
  ~state();
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  enum class place { untouched, scratch, large_found, large_made };

  /// Stores what was made, or leaves what was there.
  outcome finish(const key_ref& key, const write_options& how);

  [[nodiscard]] value_view view() const noexcept;
  /// A compact collection into scratch, where it can change.
  void open();
  /// Out of scratch into a large collection once it has outgrown it.
  void outgrow();
  void drop_made() noexcept;
  void changed(bool fits) noexcept;

  [[nodiscard]] bool is_large() const noexcept { return large != nullptr; }
  change put_packed(std::string_view name, std::string_view value);

  shard& home;
  entry* found;
  const entry* kept_before;
  place at = place::untouched;
  value_type type = value_type::none;
  std::string scratch;          // a string, or a packed collection
  collection* large = nullptr;  // found or made
  bool dirty = false;
  bool refused = false;
};

}  // namespace sandpiper::store

#pragma once
// Which commands may be sent a second time when nobody knows whether they ran.

#include <cstddef>
#include <span>
#include <unordered_set>
#include <vector>

#include "sandpiper/resp/command.hpp"

namespace sandpiper::wire {

/// Walks the commands that may have run, from the last one sent to the first, and says which of
/// them may run again: those that are idempotent and share no key with a write that came after
/// them.
///
/// Keys are held as hashes: two keys that collide make a command fail that could have been sent
/// again, never the other way round.
class retry_walk {
 public:
  /// `commands`: the next ones towards the front, that would be sent again together. True if
  /// running them again, in order, cannot be told from running them once.
  [[nodiscard]] bool may_run_again(std::span<const resp::command> commands);

  /// Something else that wrote there, and is not sent again.
  void add(std::span<const std::size_t> key_hashes, bool keys_known);
  [[nodiscard]] static std::vector<std::size_t> key_hashes(const resp::command& command);

 private:
  [[nodiscard]] bool written_later(const resp::command& command) const;
  void add(const resp::command& command);

  std::unordered_set<std::size_t> written_;
  bool any_ = false;      // something was written
  bool unknown_ = false;  // ... under keys that are not known
};

}  // namespace sandpiper::wire

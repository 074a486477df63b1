#include "wire/retry.hpp"

#include <functional>
#include <string_view>

namespace sandpiper::wire {
namespace {

using hasher = std::hash<std::string_view>;

}  // namespace

bool retry_walk::may_run_again(std::span<const resp::command> commands) {
  bool all = true;
  for (auto i = commands.size(); i-- > 0;) {
    const auto& command = commands[i];
    all = all && command.flags().idempotent && !written_later(command);
    add(command);
  }
  return all;
}

void retry_walk::add(const resp::command& command) {
  if (!command.flags().read_only) add(key_hashes(command), command.keys_known());
}

void retry_walk::add(std::span<const std::size_t> hashes, bool keys_known) {
  any_ = true;
  unknown_ = unknown_ || !keys_known;
  written_.insert(hashes.begin(), hashes.end());
}

std::vector<std::size_t> retry_walk::key_hashes(const resp::command& command) {
  std::vector<std::size_t> hashes(command.key_count());
  for (std::uint32_t i = 0; i < command.key_count(); ++i) hashes[i] = hasher{}(command.key(i));
  return hashes;
}

bool retry_walk::written_later(const resp::command& command) const {
  if (!any_) return false;
  if (unknown_ || !command.keys_known()) return true;
  for (std::uint32_t i = 0; i < command.key_count(); ++i) {
    if (written_.contains(hasher{}(command.key(i)))) return true;
  }
  return false;
}

}  // namespace sandpiper::wire

#pragma once
// What is known of keys: a store whose entries say since when, and in which generation.
//
//     the whole value    any read of that key can be answered from it
//     some replies       command bytes -> reply bytes, when only those were ever seen: a hash

#include <chrono>
#include <cstdint>
#include <string_view>

#include "sandpiper/cache/options.hpp"
#include "sandpiper/local/reading.hpp"
#include "sandpiper/resp/command.hpp"
#include "sandpiper/resp/reply_view.hpp"
#include "sandpiper/store/store.hpp"

namespace sandpiper::cache {

/// What stands beside every entry, in the 64 bits that the store keeps for its user.
struct mark {
  std::uint32_t generation = 0;  // 23 bits
  std::uint64_t since_ms = 0;    // 40 bits of base/clock.hpp: 34 years
  bool replies = false;

  [[nodiscard]] std::uint64_t packed() const noexcept {
    return std::uint64_t{generation} << 41 | (since_ms & since_mask) << 1 | (replies ? 1U : 0U);
  }
  [[nodiscard]] static mark of(std::uint64_t packed) noexcept {
    return {static_cast<std::uint32_t>(packed >> 41), packed >> 1 & since_mask, (packed & 1) != 0};
  }

  /// None for what was learned behind `now_ms`, which a reader that stood still may find.
  [[nodiscard]] std::chrono::milliseconds age_at(std::uint64_t now_ms) const noexcept {
    const auto age_ms = (now_ms - since_ms) & since_mask;
    return std::chrono::milliseconds(age_ms <= since_mask / 2 ? age_ms : 0);
  }

  static constexpr std::uint64_t since_mask = (std::uint64_t{1} << 40) - 1;
};

/// Asked whether an entry may be believed.
using belief = store::function_ref<bool(const mark&)>;
/// Told a reply; it lasts for the call.
using reply_visitor = store::function_ref<void(const resp::reply_view&)>;

/// Thread-safe; learn() for one key not twice at once, which its caller sees to.
class knowledge {
 public:
  explicit knowledge(const options& o);

  /// Answers `command`, a reading of one key, if what is known says what it would answer and
  /// `believed`, asked first, says yes. In steady state nothing is allocated.
  bool answer(const store::key_ref& key, const resp::command& command, const local::reading& how,
              belief believed, reply_visitor tell) const;

  /// Keeps what `reply` to `command` says, until `deadline_ms`. Errors say nothing.
  void learn(const store::key_ref& key, const resp::command& command, const local::reading& how,
             const resp::reply_view& reply, const mark& when, std::uint64_t deadline_ms);

  bool forget(const store::key_ref& key) { return store_.erase(key); }
  void forget_all() { store_.clear(); }
  void sweep(std::size_t entries_max) { store_.sweep(entries_max); }

  [[nodiscard]] store::statistics stats() const { return store_.stats(); }

 private:
  void learn_reply(const store::key_ref& key, std::string_view command,
                   const resp::reply_view& reply, mark when, std::uint64_t deadline_ms);

  store::local_store store_;
};

}  // namespace sandpiper::cache

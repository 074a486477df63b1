#pragma once
// Which keys are being fetched and which are being written by this client: what must be known for
// a fetch to be joined, kept, or doomed.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "cache/fetch.hpp"
#include "cache/knowledge.hpp"
#include "cache/vouching.hpp"
#include "cache/waiter_deadlines.hpp"

namespace sandpiper::cache {

/// A lock for each of some shards of keys, under which a key's fetches, its unanswered writes and
/// what is known of it change together. So, whoever comes when:
///
///   - a fetch that a change overtook, be it a push or a write of our own, is not kept, and nobody
///     joins it
///   - while a write is unanswered nothing is known of its keys, and nothing becomes known
///   - of those who miss the same reply at once, one leads and the others join
///
/// Guards fetch::{doomed, next, waiters}. Shared: thread-safe.
class ledger {
 public:
  ledger(knowledge& known, vouching& vouched, waiter_deadlines& deadlines)
      : known_(known), vouched_(vouched), deadlines_(deadlines) {}

  enum class entered : std::uint8_t {
    found,   // it became known meanwhile, and was told
    joined,  // `r` waits for a fetch that somebody else leads
    leads,   // `r` waits for the fetch that make() made, and the caller must send
    barred,  // a write to the key is unanswered: not to be cached
  };

  /// For `r`, whose one command reads one key that is not known. `look` is asked first, under the
  /// lock.
  entered enter(const store::key_ref& key, wire::request& r, store::function_ref<bool()> look,
                store::function_ref<std::unique_ptr<fetch>()> make, fetch*& led);

  /// The keys of `command` are about to be written: they are forgotten, their fetches doomed. A
  /// command whose keys are not known counts as a write to all.
  void begin_write(const resp::command& command);
  void end_write(const resp::command& command);

  /// The server says that it changed. Returns how many fetches it doomed.
  std::size_t changed(const store::key_ref& key);

  /// `f` is over: nobody joins it any more. Calls `keep` under the lock if what it brought is still
  /// true.
  bool finish(fetch& f, store::function_ref<void()> keep);

  /// Takes the next of those who wait for `f`, or null.
  [[nodiscard]] wire::request* next_waiter(fetch& f);
  /// `r` waits for `f` no longer.
  void leave(fetch& f, wire::request& r);

  /// All keys have a new generation.
  void void_all();

 private:
  struct activity {
    std::uint32_t writes = 0;  // unanswered
    fetch* fetches = nullptr;  // not doomed
  };
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return store::hash_of(text); }
  };
  struct alignas(64) shard {
    std::mutex mutex;
    std::unordered_map<std::string, activity, text_hash, std::equal_to<>> keys;
  };
  using place = decltype(shard::keys)::iterator;

  static constexpr std::size_t shards = 64;

  [[nodiscard]] shard& shard_of(std::uint64_t hash) noexcept { return shards_[hash % shards]; }
  [[nodiscard]] fetch* joinable(const activity& of, const resp::command& command) const;
  std::size_t doom(activity& of);
  void wait_for(fetch& f, wire::request& r);
  static void drop_if_idle(shard& in, place at);

  knowledge& known_;
  vouching& vouched_;
  waiter_deadlines& deadlines_;
  std::array<shard, shards> shards_;
  std::atomic<std::uint32_t> writes_to_all_ = 0;
};

}  // namespace sandpiper::cache

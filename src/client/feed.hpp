#pragma once
// One subscription's end of the line: filled on the strand, emptied by whoever reads.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <unordered_set>
#include <vector>

#include "client/message_queue.hpp"
#include "sandpiper/client/options.hpp"
#include "sandpiper/client/subscription.hpp"

namespace sandpiper {

struct topic;

/// Shared: thread-safe, but for what is marked as the strand's. User code runs in run() alone, and
/// never under the lock.
class feed final {
 public:
  feed(std::weak_ptr<hub> of, const subscription_options& o, std::chrono::milliseconds timeout,
       exception_handler on_exception);

  // --- readers, any thread

  result<message> next(std::chrono::milliseconds timeout);
  result<void> confirmed(std::chrono::milliseconds timeout);

  /// False: it has its value, and is not waited for.
  bool enlist(next_message& waiter);
  bool enlist(all_confirmed& waiter);
  void forget(next_message& waiter) noexcept;
  void forget(all_confirmed& waiter) noexcept;

  void set_handler(std::shared_ptr<message_handler> handler);

  [[nodiscard]] bool live() const;
  [[nodiscard]] bool ended() const;
  [[nodiscard]] subscription_counts counts() const;
  [[nodiscard]] const std::weak_ptr<hub>& of() const noexcept { return of_; }
  [[nodiscard]] std::chrono::milliseconds timeout() const noexcept { return timeout_; }

  // --- its end, any thread

  /// What is in the queue can still be read. Coroutines and callbacks hear of it in run().
  void end(const error& why);

  /// The owner goes: nothing is read any more, and no callback runs once this has returned.
  void abandon() noexcept;

  // --- the hub. The functions that answer a bool tell whether run() has something to do.

  void asked();  // any thread: more topics are on their way to the strand
  bool applied(std::size_t unconfirmed);
  bool topic_confirmed();
  bool topic_refused(message event, const error& why);
  void topic_lost(std::chrono::system_clock::time_point since, std::string_view why);
  bool topic_left(bool was_confirmed);
  bool offer(message one);

  /// The earliest deadline of a coroutine that waits to be confirmed; UINT64_MAX: none.
  [[nodiscard]] std::uint64_t next_deadline_ms() const;

  /// Calls and resumes whoever is due. Strand.
  void run(std::uint64_t now_ms);

  std::unordered_set<topic*> joined;  // the strand's

 private:
  using lock = std::unique_lock<std::mutex>;

  [[nodiscard]] bool readable() const noexcept { return queue_.front(!recovering_) != nullptr; }
  [[nodiscard]] bool over() const noexcept { return ended_ && queue_.front(true) == nullptr; }
  [[nodiscard]] bool settled() const noexcept;
  [[nodiscard]] bool due() const noexcept;
  result<message> take();
  result<void> take_confirmation();
  bool run_one(lock& held);
  bool settle_one(lock& held, std::uint64_t now_ms);
  void call_handler(lock& held);
  bool changed() noexcept;

  const std::weak_ptr<hub> of_;
  const std::chrono::milliseconds timeout_;
  const exception_handler on_exception_;

  mutable std::mutex mutex_;  // guards everything below
  std::condition_variable arrived_;
  std::condition_variable changed_;
  message_queue queue_;
  std::optional<error> ended_;
  std::optional<error> refusal_;
  std::size_t on_their_way_ = 0;  // calls of asked() without applied()
  std::size_t unconfirmed_ = 0;   // topics
  bool recovering_ = false;       // a gap is told when everything is confirmed
  std::size_t sleepers_ = 0;      // threads in next()
  std::vector<next_message*> readers_;
  std::vector<all_confirmed*> confirming_;
  std::shared_ptr<message_handler> handler_;
  bool running_ = false;
  bool abandoned_ = false;
  std::thread::id calling_;  // the thread in the handler
};

}  // namespace sandpiper

#pragma once
// What stands in front of a client's core: answers from here, or asks there and remembers.

#include <asio/steady_timer.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "cache/fetch.hpp"
#include "cache/knowledge.hpp"
#include "cache/lane.hpp"
#include "cache/ledger.hpp"
#include "cache/striped_count.hpp"
#include "cache/vouching.hpp"
#include "cache/waiter_deadlines.hpp"
#include "sandpiper/cache/near_cache.hpp"
#include "sandpiper/client/client.hpp"
#include "sandpiper/resp/reply.hpp"

namespace sandpiper::cache {

/// Calls go one of three ways, and each has somebody who carries it, so that it can be withdrawn:
///
///   a read of one key that may be kept    a fetch on the lane, shared by all who miss it
///   several commands at once, MGET        a gathering, which sends each of these ways
///   all else                              a carrier on the client's connection; of a write it
///                                         tells the ledger when it begins and when it ends
///
/// Shared: thread-safe. All that completes, completes on the strand of the client's connection.
class front final : public near_cache, private fetch_owner, private lane_user {
 public:
  front(const client& db, const options& o);
  ~front();

  /// What cached clients hold; when the last copy goes, what waits for a fetch ends with
  /// errc::closed.
  [[nodiscard]] static std::shared_ptr<near_cache> own(const client& db, const options& o);

  // near_cache
  bool look(const resp::command& command, teller tell) override;
  [[nodiscard]] status state() const override { return lane_.state(); }
  [[nodiscard]] statistics stats() const override;
  void forget(std::string_view key) override;
  void forget_all() override { ledger_.void_all(); }

  // home
  result<void> start(wire::request& r, std::chrono::milliseconds timeout) override;
  result<void> start_waiting(wire::request& r, std::chrono::milliseconds timeout) override;
  void withdraw(wire::request& r) override;
  void cancel(void* context, wire::request* (*which)(void* context)) override;
  [[nodiscard]] core& client_core() noexcept override { return *core_; }

  // For carriers and gatherings.
  [[nodiscard]] ledger& writes() noexcept { return ledger_; }
  [[nodiscard]] lane& tracking() noexcept { return lane_; }
  /// One request of one command, by the way that is right for it.
  result<void> start_one(wire::request& r, std::chrono::milliseconds timeout, bool waiting);

 private:
  struct owner;
  class found_answer;
  struct tally {
    std::atomic<std::uint64_t> stale = 0;
    std::atomic<std::uint64_t> missed = 0;
    std::atomic<std::uint64_t> joined = 0;
    std::atomic<std::uint64_t> bypassed = 0;
    std::atomic<std::uint64_t> fetches = 0;
    std::atomic<std::uint64_t> doomed = 0;
    std::atomic<std::uint64_t> invalidated = 0;
    std::atomic<std::uint64_t> generations = 0;
  };

  bool look_up(const store::key_ref& key, const resp::command& command, const local::reading& how,
               teller tell);
  [[nodiscard]] bool tracks(std::string_view key) const noexcept;
  /// What look_up() tells, to keep.
  [[nodiscard]] std::optional<resp::reply> copy_of(const store::key_ref& key,
                                                   const local::reading& how,
                                                   const resp::command& command);
  bool find_stale(const store::key_ref& key, const local::reading& how, wire::request& r);
  result<void> submit(wire::request& r, std::chrono::milliseconds timeout, bool waiting);
  result<void> fetch_for(const store::key_ref& key, const local::reading& how, wire::request& r,
                         std::chrono::milliseconds timeout, bool waiting);
  void send(fetch& f);
  [[nodiscard]] std::uint64_t deadline_of(const fetch& f, const resp::reply_view& reply) const;
  void reroute(fetch& f, const error& why);
  void watch_deadlines();
  void arm_deadlines();
  void expire();
  void shut_down();
  [[nodiscard]] std::shared_ptr<front> self() {
    return std::static_pointer_cast<front>(shared_from_this());
  }

  // fetch_owner, on the strand
  void on_answer(fetch& f, const resp::reply_view& reply) noexcept override;
  void on_failure(fetch& f, error why) noexcept override;
  void let_go(fetch& f, wire::request& r) override { ledger_.leave(f, r); }
  void abort(fetch& f, wire::request& r, errc why) override;

  // lane_user, on the strand
  void on_changed(std::string_view key) noexcept override;
  void on_all_changed() noexcept override;
  void on_tick() noexcept override;
  [[nodiscard]] std::shared_ptr<void> keep() noexcept override { return shared_from_this(); }

  const options options_;
  const std::uint64_t lease_ms_;
  std::unique_ptr<client> db_;  // until shut_down()
  const std::shared_ptr<core> core_;
  vouching vouched_;
  knowledge known_;
  waiter_deadlines deadlines_;
  ledger ledger_;
  lane lane_;
  asio::steady_timer deadline_timer_;
  bool closed_ = false;  // on the strand
  striped_count hits_;
  tally tally_;
};

}  // namespace sandpiper::cache

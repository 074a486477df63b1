#pragma once
// The tracking connection: cached reads run on it, and the server tells on it what changed.

#include <asio/any_io_executor.hpp>
#include <asio/steady_timer.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "cache/vouching.hpp"
#include "net/connection.hpp"
#include "sandpiper/cache/answer.hpp"
#include "sandpiper/cache/options.hpp"

namespace sandpiper::cache {

[[nodiscard]] inline std::uint64_t in_ms(std::chrono::milliseconds span) noexcept {
  return static_cast<std::uint64_t>(span.count());
}

/// Who stands behind a lane. Told on its strand.
class lane_user {
 public:
  virtual void on_changed(std::string_view key) noexcept = 0;
  virtual void on_all_changed() noexcept = 0;
  /// Every probe_interval.
  virtual void on_tick() noexcept = 0;
  /// What keeps the lane alive while a handler of its is under way.
  [[nodiscard]] virtual std::shared_ptr<void> keep() noexcept = 0;

 protected:
  ~lane_user() = default;
};

/// Shared: submit(), usable(), state() from any thread; the rest on the strand.
class lane final : public net::listener {
 public:
  lane(const asio::any_io_executor& strand, net::settings what, const options& o, vouching& v,
       lane_user& user);
  ~lane();

  void open();
  void close();

  /// Whether what is fetched on it may be kept.
  [[nodiscard]] bool usable(std::uint64_t now_ms) const noexcept {
    return vouched_.holds(now_ms, lease_ms_);
  }
  result<void> submit(wire::request& r) { return connection_->submit(r); }
  [[nodiscard]] net::connection& connection() noexcept { return *connection_; }

  /// A fetch sent at `sent_ms` was answered.
  void answered(std::uint64_t sent_ms) noexcept;

  /// Whether hashes of this server may have fields that expire on their own.
  [[nodiscard]] bool fields_expire() const noexcept { return fields_expire_; }
  [[nodiscard]] status state() const;

  void on_ready() noexcept override;
  void on_lost() noexcept override;
  void on_failed_attempt(const error& why) noexcept override;
  void on_push(const resp::reply_view& push) noexcept override;

 private:
  class probe;

  void arm();
  void tick();
  void ask();
  void probed(std::uint64_t sent_ms) noexcept;
  void fields_told(const resp::reply_view& reply);
  void say(condition now, std::string why);

  const std::uint64_t lease_ms_;
  const std::chrono::milliseconds interval_;
  const bool broadcast_;
  vouching& vouched_;
  lane_user& user_;
  std::shared_ptr<net::connection> connection_;
  asio::steady_timer timer_;
  std::unique_ptr<probe> probe_;
  std::uint64_t answered_before_ms_ = 0;  // when the answered question before the last was sent
  bool closed_ = false;
  bool ready_ = false;
  bool lapsed_ = false;
  bool asked_fields_ = false;
  std::atomic<bool> fields_expire_ = true;

  mutable std::mutex state_mutex_;
  status state_;  // guarded by state_mutex_
};

}  // namespace sandpiper::cache

#pragma once
// Where a client's subscriptions meet: what each wants, what the server was asked, who gets what.

#include <asio/any_io_executor.hpp>
#include <asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "client/feed.hpp"
#include "client/subscriber_line.hpp"

namespace sandpiper {

/// A name that somebody listens to, and how far the server has come with it.
struct topic {
  enum class state : std::uint8_t { idle, subscribing, subscribed, unsubscribing };

  topic_kind kind = topic_kind::channel;
  const std::string* name = nullptr;  // the key it is found by
  state at = state::idle;
  std::vector<std::shared_ptr<feed>> feeds = {};
};

/// Shared: open(), add(), remove(), leave(), close(), wake(), watch(), would_deadlock() and
/// trouble() from any thread; the rest on the client's strand.
///
/// Invariant: each topic has at most one question on its way, so what the server says last of it is
/// what holds. The line is there while there are topics.
class hub final : public line_user, public std::enable_shared_from_this<hub> {
 public:
  struct surroundings {
    std::shared_ptr<void> context;  // what `executor` lies in, when it is the client's own
    asio::any_io_executor executor;
    std::shared_ptr<net::connection> calls;  // the client's; in whose scope user code runs
    net::settings connecting;
    std::chrono::milliseconds timeout;
    exception_handler on_exception;
  };

  explicit hub(surroundings where);

  /// Errors    closed
  result<std::shared_ptr<feed>> open(const subscription_options& o,
                                     std::chrono::milliseconds timeout);
  void add(const std::shared_ptr<feed>& f, topics what);
  void remove(const std::shared_ptr<feed>& f, topics what);
  void leave(const std::shared_ptr<feed>& f);

  /// Ends everything. Later calls change nothing.
  void close();

  /// Runs `f` on the strand, soon.
  void wake(const std::shared_ptr<feed>& f);
  /// `f` has somebody with a deadline.
  void watch(const std::shared_ptr<feed>& f);

  [[nodiscard]] bool would_deadlock() const noexcept;
  [[nodiscard]] std::string trouble() const;

  void on_ready() noexcept override;
  void on_lost(std::string_view why) noexcept override;
  void on_trouble(const error& why) noexcept override;
  void on_push(const resp::reply_view& push) noexcept override;
  void on_answer(topic_kind kind, const std::string& name, bool begin,
                 const error* why) noexcept override;
  void on_pong() noexcept override;

 private:
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>()(text);
    }
  };
  using topic_map = std::unordered_map<std::string, topic, text_hash, std::equal_to<>>;

  template <class Call>
  void on_strand(Call call);
  [[nodiscard]] topic_map& map_of(topic_kind kind) noexcept {
    return topics_[static_cast<std::size_t>(kind)];
  }
  [[nodiscard]] topic* find(topic_kind kind, std::string_view name) noexcept;
  void join(const std::shared_ptr<feed>& f, const topics& what);
  void part(feed& f, topic& from);
  void part_from_all(const std::shared_ptr<feed>& f);
  void reconcile(topic& one);
  void reconcile_all();
  void open_line();
  void close_line_if_idle();
  void confirm(topic& one);
  void ended_by_server(topic& one);
  void refused(topic& one, const error& why);
  void deliver(topic_kind kind, std::string_view name, message what);
  void offer(const std::shared_ptr<feed>& to, message what);
  void due(const std::shared_ptr<feed>& f, bool is);
  void run_due();
  void shut();
  void arm_tick();
  void tick();
  void expire();

  const surroundings where_;
  const std::chrono::milliseconds tick_span_;

  mutable std::mutex mutex_;
  std::unordered_set<std::shared_ptr<feed>> feeds_;  // guarded by mutex_, as are the next two
  std::string trouble_;
  bool closed_ = false;

  // The strand's.
  std::array<topic_map, 3> topics_;
  std::size_t wanted_ = 0;  // topics that somebody listens to
  std::shared_ptr<subscriber_line> line_;
  std::vector<std::shared_ptr<feed>> due_;
  std::chrono::system_clock::time_point heard_;
  bool shut_ = false;
  bool retry_ = false;  // the server was busy; ask again at the next tick
  asio::steady_timer tick_timer_;
  asio::steady_timer deadline_timer_;
};

}  // namespace sandpiper

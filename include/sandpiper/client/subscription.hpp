#pragma once
// Published messages as they come: of channels, of patterns, of shard channels.
//
//     auto sub = db.subscribe({"news"}, {.patterns = {"audit.*"}, .shards = {"orders"}}).value();
//     while (auto m = sub.next(1s)) use(m->channel, m->payload);
//
//     auto sub = db.listen({"news"}).value();           // waits for nothing
//     sub.each([](result<message> m) { ... });          // a callback, on the client's strand; or
//     while (auto m = co_await sub.next()) use(*m);     // a coroutine of any type
//
// All subscriptions of a client share one connection beside the one for commands, so no command
// waits behind a message. It is opened for the first of them and closed with the last; a channel
// that several listen to is subscribed once.
//
// What is published while there is no connection is lost for everybody: the server keeps nothing.
// That is told in the stream, where it happened (message::kind::gap), once the server has confirmed
// every channel anew: whoever reads the state of things then misses nothing that comes after.

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "sandpiper/base/result.hpp"
#include "sandpiper/client/client.hpp"

namespace sandpiper {

class feed;
class hub;

/// Something that a stream tells. A value; it owns what it says.
struct message {
  enum class kind : std::uint8_t {
    channel,  // published to a channel that is listened to
    pattern,  // published to a channel that `pattern` matches
    shard,    // published to a shard channel
    gap,      // from `since` on messages may be lost; every channel is confirmed again
    refused,  // the server does not let us listen to `channel` (or `pattern`); it is listened to no
              // longer
  };

  kind type = kind::channel;
  std::string channel = {};
  std::string pattern = {};
  std::string payload = {};  // what was published; of a gap or a refusal: why, for a person

  /// Messages that were dropped right before this one because the queue was full.
  std::uint64_t missed = 0;

  /// Of a gap: when the server was last heard.
  std::chrono::system_clock::time_point since = {};
};

[[nodiscard]] std::string_view to_string(message::kind k) noexcept;

/// What happens when a subscription's queue is full. Nobody else is held up by it.
enum class overflow : std::uint8_t {
  drop_oldest,  // what waited longest goes
  drop_newest,  // what came last goes
  end,          // the stream ends with errc::over_limit, behind what it holds
};

/// What to listen to. A value.
struct topics {
  static constexpr std::size_t name_bytes_max = 64 << 10;  // longer ones are refused

  std::vector<std::string> channels = {};
  std::vector<std::string> patterns = {};  // the server's globs: news.*
  std::vector<std::string> shards = {};    // shard channels, of servers from 7.0
};

/// A value.
struct subscription_options {
  std::vector<std::string> patterns = {};
  std::vector<std::string> shards = {};

  // The bounds of the queue between the connection and whoever reads. Gaps and refusals are never
  // dropped and not counted here; two gaps with no message between them become one.
  std::size_t queue_max = 16 << 10;
  std::size_t queue_bytes_max = 16 << 20;  // of the messages in it, with what it costs to hold them
  overflow when_full = overflow::drop_oldest;
};

/// A snapshot: received == delivered + dropped + waiting.
struct subscription_counts {
  std::uint64_t received = 0;   // messages that came
  std::uint64_t delivered = 0;  // ... and were taken out of the queue
  std::uint64_t dropped = 0;    // ... or found it full
  std::uint64_t waiting = 0;    // ... or are in it
  std::uint64_t gaps = 0;       // gaps that are told or will be
};

/// A coroutine waits for the next message: co_await it, once. It goes on where it is if there is a
/// message, else on the client's strand. May be destroyed while it waits, on any thread that does
/// not race with its being resumed.
class [[nodiscard]] next_message {
 public:
  explicit next_message(std::shared_ptr<feed> from) noexcept : feed_(std::move(from)) {}
  next_message(const next_message&) = delete;
  next_message& operator=(const next_message&) = delete;
  ~next_message();

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> waiter);
  result<message> await_resume() { return *std::move(value_); }

 private:
  friend class feed;
  std::shared_ptr<feed> feed_;
  std::coroutine_handle<> waiter_;
  std::optional<result<message>> value_;
};

/// A coroutine waits until the server has confirmed: as next_message, within the client's timeout.
class [[nodiscard]] all_confirmed {
 public:
  explicit all_confirmed(std::shared_ptr<feed> of) noexcept : feed_(std::move(of)) {}
  all_confirmed(const all_confirmed&) = delete;
  all_confirmed& operator=(const all_confirmed&) = delete;
  ~all_confirmed();

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> waiter);
  result<void> await_resume() { return *std::move(value_); }

 private:
  friend class feed;
  std::shared_ptr<feed> feed_;
  std::coroutine_handle<> waiter_;
  std::uint64_t deadline_ms_ = 0;
  std::optional<result<void>> value_;
};

/// What subscription::each() stands on.
class message_handler {
 public:
  virtual ~message_handler() = default;
  virtual void on_message(result<message> one) = 0;
};

/// A stream of messages. It ends when this object goes, when the last copy of its client goes, or
/// when its queue is full and overflow::end was asked for.
///
/// Thread-safe, but for moving and destroying: these are for one thread, which may be any, the
/// strand in a callback of this very stream as well. A thread that waits in next() is then told
/// errc::closed. Once the destructor has returned, no callback runs any more: on another thread
/// than the strand it waits for one that does, so it must not hold what that one waits for.
///
/// Every message goes to one reader: a callback if there is one, else whoever waits.
class subscription {
 public:
  explicit subscription(std::shared_ptr<feed> f) noexcept : feed_(std::move(f)) {}
  subscription(subscription&&) noexcept = default;
  subscription& operator=(subscription&& other) noexcept;
  ~subscription() { close(); }

  // --- what comes

  /// Waits for the next one.
  /// Errors    deadline_exceeded: none came, the stream goes on; closed; over_limit: see overflow;
  ///           would_deadlock on the client's strand; bad_request: a callback takes them all
  result<message> next(std::chrono::milliseconds timeout);

  /// For a coroutine: result<message> m = co_await sub.next(). Without a deadline, since silence is
  /// no failure; that the connection lives is seen to.
  next_message next() noexcept { return next_message(feed_); }

  /// From here on `call` takes them, those that wait already too: one at a time, on the client's
  /// strand. It is told an error once, last, if the stream ends otherwise than by its owner. What
  /// it throws goes to options::on_exception.
  template <class Callback>
  requires std::is_invocable_v<Callback&, result<message>>
  void each(Callback call) { set_handler(std::make_shared<calling<Callback>>(std::move(call))); }

  // --- what is listened to

  /// Asks for more, or for less; neither waits. Names that are there already, or not there, change
  /// nothing. After remove() no message of the name is put into the queue any more, once the
  /// strand has seen to it; what is in it stays.
  /// Errors    closed; bad_request: a name is too long
  result<void> add(topics what);
  result<void> remove(topics what);

  /// Waits until the server has confirmed everything that was asked for.
  /// Errors    the server's for the first name refused, which is told with it, as in "news: NOPERM
  ///           ..."; deadline_exceeded; closed; would_deadlock on the client's strand
  result<void> confirmed(std::chrono::milliseconds timeout);

  /// For a coroutine: result<void> done = co_await sub.confirmed().
  all_confirmed confirmed() noexcept { return all_confirmed(feed_); }

  /// Whether everything that was asked for is confirmed on a connection that is up.
  [[nodiscard]] bool live() const;

  [[nodiscard]] subscription_counts counts() const;

  /// The same as destroying it, and once is as good as twice.
  void close() noexcept;

 private:
  template <class Callback>
  class calling final : public message_handler {
   public:
    explicit calling(Callback&& call) : call_(std::move(call)) {}
    void on_message(result<message> one) override { call_(std::move(one)); }

   private:
    Callback call_;
  };

  void set_handler(std::shared_ptr<message_handler> handler);

  std::shared_ptr<feed> feed_;
};

}  // namespace sandpiper

#pragma once
// The client: one object for every thread, callback and coroutine of a process.
//
//     auto db = sandpiper::client::connect("redis://localhost:6379").value();
//     db.run(sandpiper::set("greeting", "hello")).value();
//     std::optional<std::string> hello = db.run(sandpiper::get("greeting")).value();
//
// Commands of all callers share a connection and batch by themselves: what gathers while the last
// write runs is the next write. Each call has a deadline, and completes exactly once: with a value,
// or with an error whose fate() tells whether the command may have run.

#include <array>
#include <chrono>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "sandpiper/base/result.hpp"
#include "sandpiper/client/call.hpp"
#include "sandpiper/client/core.hpp"
#include "sandpiper/client/options.hpp"
#include "sandpiper/commands/any.hpp"

namespace sandpiper {

class batch;
class subscription;
struct subscription_options;
class transaction;
struct optimistic_options;

/// How `Token`, given to client::send(), wants to be told: client/future.hpp and client/asio.hpp
/// have theirs. A callable that takes a result<T> is called on the client's strand.
template <class Token, class T>
struct completion;

/// Shared: thread-safe. A handle: copies are cheap and mean the same client, which is closed when
/// the last of them goes. That may happen in a callback of its own.
///
/// Order: commands of one thread, coroutine or batch take effect in the order of submission.
class client {
 public:
  /// Resolves, connects, authenticates, on an I/O thread of its own; waits until the server can be
  /// used, or says why it cannot.
  /// Errors    bad_url, bad_request, connect_failed, tls_failed, handshake_failed, malformed
  [[nodiscard]] static result<client> connect(std::string_view url);
  [[nodiscard]] static result<client> connect(const options& o);

  // --- waiting for it

  /// Runs one command and waits for its reply.
  /// Errors    the server's; wrong_type; deadline_exceeded, maybe_executed, closed, pipeline_full;
  ///           would_deadlock on the client's own strand
  template <any_command C>
  result<reply_of<C>> run(const C& one) const {
    return std::get<0>(run_all<reply_of<C>>({static_cast<const resp::command*>(&one), 1}));
  }

  /// Runs several, in one write and in this order, each with a result of its own.
  template <any_command C, any_command... Cs>
  requires(sizeof...(Cs) >
           0) std::tuple<result<reply_of<C>>, result<reply_of<Cs>>...> run(C&& first,
                                                                           Cs&&... others)
  const {
    const std::array<resp::command, 1 + sizeof...(Cs)> all = {plain(std::forward<C>(first)),
                                                              plain(std::forward<Cs>(others))...};
    return run_all<reply_of<C>, reply_of<Cs>...>(all);
  }

  // --- not waiting for it

  /// For a coroutine: `result<T> r = co_await db.send(sp::get("k"))`. What the command references
  /// must stay until then.
  template <any_command C>
  awaiting_call<reply_of<C>> send(C&& one) const {
    return {*home_, plain(std::forward<C>(one)), timeout_};
  }

  /// For everybody else; the command copies what it references.
  template <any_command C, class Token>
  auto send(C&& one, Token&& token) const {
    using T = reply_of<C>;
    if constexpr (std::is_lvalue_reference_v<C>) {
      return send(std::remove_cvref_t<C>(one), std::forward<Token>(token));
    } else {
      return completion<std::decay_t<Token>, T>::start(*this, plain(std::move(one)),
                                                       std::forward<Token>(token));
    }
  }

  /// Commands gathered at run time; see client/batch.hpp.
  [[nodiscard]] sandpiper::batch batch() const;

  // --- published messages; see client/subscription.hpp

  /// Waits until the server has confirmed every name.
  /// Errors    the server's, with the name it refuses: noperm ...; deadline_exceeded, closed;
  ///           bad_request: a name is too long, or a bound is 0; would_deadlock
  [[nodiscard]] result<subscription> subscribe(std::vector<std::string> channels) const;
  [[nodiscard]] result<subscription> subscribe(std::vector<std::string> channels,
                                               subscription_options o) const;

  /// Waits for nothing, so it may be called on the client's strand; see subscription::confirmed().
  /// Errors    closed, bad_request
  [[nodiscard]] result<subscription> listen(std::vector<std::string> channels) const;
  [[nodiscard]] result<subscription> listen(std::vector<std::string> channels,
                                            subscription_options o) const;

  // --- together or not at all; needs client/transaction.hpp

  /// MULTI, all of them, EXEC, in one write; waits. Each command has a result of its own: the
  /// server runs the others even if one fails. When nothing ran, all of them say why.
  /// Errors    execabort, whose text names the command that could not be queued, and that one has
  ///           the server's own error; lost, when nothing ran; maybe_executed; and as run()
  template <any_command... Cs>
  requires(sizeof...(Cs) > 0) std::tuple<result<reply_of<Cs>>...> transaction(Cs&&... all)
  const;

  /// Commands gathered at run time, to run as a transaction.
  [[nodiscard]] sandpiper::transaction transaction() const;

  /// Watches `keys` on a connection of its own and calls `fn(watched&)` on this thread; what that
  /// adds runs as a transaction if nobody wrote a watched key meanwhile, else it all begins anew.
  /// The client's deadline is for all attempts together. If `fn` throws or returns an error,
  /// nothing runs.
  /// Returns    what `fn` returns, in a result if it is none yet
  /// Errors     conflict         every attempt found that somebody else had written
  ///            partly_failed    it ran, and the server refused a command in it
  ///            execabort        a command could not be queued, so nothing ran
  ///            lost             the connection died before EXEC, in every attempt: nothing ran
  ///            maybe_executed   the connection died after EXEC was sent
  ///            also what `fn` returned, and as run()
  template <class Function>
  auto optimistic(std::initializer_list<std::string_view> keys, Function&& fn,
                  optimistic_options how) const;
  template <class Function>
  auto optimistic(std::initializer_list<std::string_view> keys, Function&& fn) const;

  // --- itself

  /// This client, with another deadline for its calls, measured from their submission.
  [[nodiscard]] client within(std::chrono::milliseconds timeout) const {
    auto other = *this;
    other.timeout_ = timeout;
    return other;
  }
  [[nodiscard]] std::chrono::milliseconds timeout() const noexcept { return timeout_; }

  [[nodiscard]] counters totals() const noexcept { return home_->client_core().totals(); }

  /// What its connections have done and do: at any time, from any thread. Costs about a microsecond
  /// a connection, and those who use the client nothing.
  [[nodiscard]] sandpiper::metrics metrics() const { return home_->client_core().metrics(); }

  /// For those who write their own kind of call, or of home.
  [[nodiscard]] home& shared() const noexcept { return *home_; }
  client(std::shared_ptr<home> h, std::chrono::milliseconds timeout) noexcept
      : home_(std::move(h)), timeout_(timeout) {}

 private:
  // The same command without what it knows of its reply; nothing is moved or copied yet.
  static resp::command&& plain(resp::command&& one) noexcept { return std::move(one); }
  static const resp::command& plain(const resp::command& one) noexcept { return one; }

  template <class... Ts>
  std::tuple<result<Ts>...> run_all(std::span<const resp::command> all) const {
    static_assert((!borrows_reply<Ts> && ...),
                  "the bytes it would borrow are gone when run returns");
    const auto keep_alive = home_;
    waiting_call<Ts...> call(all);
    if (auto started = home_->start_waiting(call, timeout_); !started) {
      return std::tuple<result<Ts>...>(result<Ts>(started.error())...);
    }
    return call.wait();
  }

  std::shared_ptr<home> home_;
  std::chrono::milliseconds timeout_;
};

/// Says by itself where it wants to run, what memory to use, how to be cancelled: client/asio.hpp.
template <class Token>
concept has_associates = requires {
  typename Token::executor_type;
}
|| requires { typename Token::allocator_type; }
|| requires { typename Token::cancellation_slot_type; };

/// Takes a result<T> and returns nothing.
template <class Token, class T>
concept plain_callback = std::is_invocable_r_v<void, Token, result<T>> &&
    std::is_void_v<std::invoke_result_t<Token, result<T>>> && !has_associates<Token>;

template <class Token, class T>
requires plain_callback<Token, T>
struct completion<Token, T> {
  static void start(const client& db, resp::command&& command, Token token) {
    callback_call<T, Token>::start(db.shared(), std::move(command), db.timeout(), std::move(token));
  }
};

}  // namespace sandpiper

#pragma once
// Several commands that run together or not at all: MULTI ... EXEC, with WATCH or without.
//
//     auto [paid, left] = db.transaction(sp::incr("paid"), sp::decr("left"));
//
//     auto total = db.optimistic({"a", "b"}, [](sp::watched& tx) -> sp::result<int> {
//       auto a = tx.run(sp::get("a").as<int>());    // read at once
//       if (!a) return a.error();                   // nothing runs
//       tx.add(sp::set("b", *a + 1));               // runs if nobody wrote "a" or "b" meanwhile
//       return *a + 1;
//     });

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "sandpiper/client/batch.hpp"
#include "sandpiper/client/client.hpp"

namespace sandpiper {

/// MULTI, commands, EXEC, for a thread that waits for them; of use to those who write their own
/// kind of transaction. Strand-bound, to that thread.
class transaction_call {
 public:
  /// Copies the commands; what they reference must stay.
  explicit transaction_call(std::span<const resp::command> inner);
  transaction_call(const transaction_call&) = delete;
  transaction_call& operator=(const transaction_call&) = delete;

  /// Runs them and waits. A transaction of which nothing can have run is sent again, a few times.
  /// Returns    done, or why nothing ran, or partly_failed; each command was told its own
  result<void> run(const client& db);

 protected:
  ~transaction_call() = default;

  /// What became of each command.
  virtual void fill(std::size_t index, const resp::reply_view& reply) noexcept = 0;
  virtual void fail(std::size_t index, const error& why) noexcept = 0;

 private:
  friend class watching;
  class attempt;

  template <class Submit>
  result<void> try_once(Submit submit);
  void settle(const result<void>& outcome);
  void on_reply(std::uint32_t index, const resp::reply_view& reply);
  void on_error(std::uint32_t index, const error& why);
  void on_exec(const resp::reply_view& reply);
  void on_results(const resp::reply_view& reply);
  [[nodiscard]] std::string told(std::size_t index, std::string_view words) const;

  std::vector<resp::command> commands_;
  result<void> outcome_;          // of the last attempt
  std::optional<error> refusal_;  // of the first command that was not queued
  std::size_t refused_ = 0;       // ... its place among all, MULTI being the first
  bool filled_ = false;           // each command has its reply
};

/// The replies to commands that are known when it is compiled.
template <class... Ts>
class typed_transaction final : public transaction_call {
 public:
  using transaction_call::transaction_call;
  std::tuple<result<Ts>...> take() {
    return std::apply([](auto&... each) { return std::tuple<result<Ts>...>(*std::move(each)...); },
                      values_);
  }

 private:
  void fill(std::size_t index, const resp::reply_view& reply) noexcept override {
    at(
        index, [&]<class T>(std::optional<result<T>>& value) { value = resp::decode<T>(reply); },
        std::index_sequence_for<Ts...>());
  }
  void fail(std::size_t index, const error& why) noexcept override {
    at(
        index, [&]<class T>(std::optional<result<T>>& value) { value.emplace(error(why)); },
        std::index_sequence_for<Ts...>());
  }
  template <class Fill, std::size_t... Is>
  void at(std::size_t index, Fill one, std::index_sequence<Is...>) noexcept {
    ((Is == index ? one(std::get<Is>(values_)) : void()), ...);
  }

  std::tuple<std::optional<result<Ts>>...> values_;
};

/// A transaction whose commands are gathered at run time. Strand-bound: for one thread at a time.
/// After run() it is empty and can be filled again.
class transaction : batch {
 public:
  using batch::add;
  using batch::answer;
  using batch::batch;
  using batch::size;

  /// Runs them all, in one write, and waits. Each answer has a result of its own: the server runs
  /// the others even if one fails.
  /// Errors    why nothing ran: execabort, lost, pipeline_full, closed, would_deadlock or
  ///           bad_request; or maybe_executed, deadline_exceeded: fate() tells whether it may have
  result<void> run();

 private:
  friend class watched;
  friend class watching;
  class call;
};

/// What the function given to client::optimistic() works with: a connection of its own, on which
/// keys are watched. For the thread that it was given to, and no longer than the call.
class watched {
 public:
  /// Reads at once. What it tells is still true when the transaction runs, if it is of the watched
  /// keys.
  /// Errors    as client::run(); lost when the connection is no more; bad_request for what blocks
  template <any_command C>
  result<reply_of<C>> run(const C& one) {
    static_assert(!borrows_reply<reply_of<C>>, "the bytes it would borrow are gone");
    const resp::command& plain = one;
    waiting_call<reply_of<C>> call({&plain, 1});
    if (auto sent = submit(call); !sent) return std::move(sent).error();
    auto value = std::get<0>(call.wait());
    if (!value) return as_lost(value.error(), plain);
    return value;
  }

  /// Adds a command to the transaction that runs when the function returns. The answer has its
  /// result when client::optimistic() has returned without an error, or with partly_failed.
  template <any_command C>
  transaction::answer<reply_of<C>> add(C&& one) {
    return queued_.add(std::forward<C>(one));
  }

 private:
  friend class watching;
  watched(const client& db, class watching& on) : queued_(db), on_(on) {}
  result<void> submit(wire::request& r);
  [[nodiscard]] static error as_lost(const error& why, const resp::command& read);

  transaction queued_;
  class watching& on_;
};

struct optimistic_options {
  int attempts = 16;  // how often the function may be called, 1 or more
};

/// The steps of client::optimistic(), of which each is a wait. Strand-bound.
class watching {
 public:
  watching(const client& db, std::initializer_list<std::string_view> keys, optimistic_options how);
  watching(const watching&) = delete;
  watching& operator=(const watching&) = delete;
  ~watching();

  /// Begins an attempt: a lane, WATCH. Null when there is none left, or no use: outcome()
  /// then says why.
  [[nodiscard]] watched* next();

  /// Runs what was added. True when that is the end, good or bad: outcome() says.
  bool commit();

  /// The attempt ended with the connection.
  void note_loss(const error& why);

  [[nodiscard]] const result<void>& outcome() const noexcept { return outcome_; }

 private:
  friend class watched;
  struct parts;

  [[nodiscard]] result<void> watch();
  void give_back(bool clean);
  result<void> submit(wire::request& r);

  std::unique_ptr<parts> parts_;
  result<void> outcome_;
};

template <any_command... Cs>
requires(sizeof...(Cs) > 0) std::tuple<result<reply_of<Cs>>...> client::transaction(Cs&&... all)
const {
  static_assert((!borrows_reply<reply_of<Cs>> && ...),
                "the bytes it would borrow are gone when it returns");
  const std::array<resp::command, sizeof...(Cs)> commands = {plain(std::forward<Cs>(all))...};
  typed_transaction<reply_of<Cs>...> call(commands);
  (void)call.run(*this);
  return call.take();
}

/// What client::optimistic() returns for a function that returns an R.
template <class R>
struct optimistic_result {
  using type = result<R>;
};
template <class R>
struct optimistic_result<result<R>> {
  using type = result<R>;
};

template <class Function>
auto client::optimistic(std::initializer_list<std::string_view> keys, Function&& fn,
                        optimistic_options how) const {
  using R = std::invoke_result_t<Function&, watched&>;
  using outcome = typename optimistic_result<R>::type;
  watching steps(*this, keys, how);
  while (auto* const tx = steps.next()) {
    if constexpr (std::is_void_v<R>) {
      fn(*tx);
      if (!steps.commit()) continue;
      return steps.outcome();
    } else {
      outcome value = fn(*tx);
      if (!value) {
        if (value.error() != errc::lost) return value;
        steps.note_loss(value.error());
        continue;
      }
      if (!steps.commit()) continue;
      return steps.outcome() ? std::move(value) : outcome(steps.outcome().error());
    }
  }
  return outcome(steps.outcome().error());
}

template <class Function>
auto client::optimistic(std::initializer_list<std::string_view> keys, Function&& fn) const {
  return optimistic(keys, std::forward<Function>(fn), optimistic_options());
}

}  // namespace sandpiper

#pragma once
// The client for programs that use Asio: any completion token, on an executor of theirs.
//
//     auto db = co_await sp::async_connect(executor, options, asio::use_awaitable);   //
//     result<client> auto v = co_await db->send(sp::get("k"), asio::use_awaitable); // result<T>
//
// A token's associated executor, allocator and cancellation slot are obeyed. Handlers take one
// result<T>; nothing is thrown. A command that is cancelled before it was sent is never sent; one
// that was sent may run, and its reply is swallowed.

#include <asio/any_io_executor.hpp>
#include <asio/associated_allocator.hpp>
#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/bind_executor.hpp>
#include <asio/cancellation_type.hpp>
#include <asio/dispatch.hpp>
#include <asio/execution/outstanding_work.hpp>
#include <asio/post.hpp>
#include <asio/prefer.hpp>

#include <atomic>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "sandpiper/client/client.hpp"

namespace sandpiper {

/// A client on `executor`, where its I/O happens and where handlers run that name no other; at
/// once, connecting meanwhile: calls wait for the connection until their deadlines. It never gives
/// up. Errors    bad_request
[[nodiscard]] result<client> open(asio::any_io_executor executor, const options& o);

/// What async_connect() stands on: told once, on the client's strand.
class connect_waiter {
 public:
  virtual ~connect_waiter() = default;
  virtual void connected(result<client> outcome) = 0;
};
void start_connecting(const asio::any_io_executor& executor, const options& o,
                      std::unique_ptr<connect_waiter> waiter);

/// The executor that handlers run on which name no other.
[[nodiscard]] asio::any_io_executor executor_of(const client& db);

/// An Asio handler is called with the result, on its associated executor.
template <class T, class Handler>
class handler_call final : public wire::request {
  using allocator = typename std::allocator_traits<
      asio::associated_allocator_t<Handler>>::template rebind_alloc<handler_call>;

 public:
  static void start(const client& db, resp::command&& command, Handler handler) {
    allocator memory(asio::get_associated_allocator(handler));
    auto* const call = new (std::allocator_traits<allocator>::allocate(memory, 1))
        handler_call(db, std::move(command), std::move(handler));
    call->listen();
    auto started = db.shared().start(*call, db.timeout());
    if (!started) call->complete(std::move(started).error(), true);
  }

  void on_reply(std::uint32_t, const resp::reply_view& reply) noexcept override {
    complete(resp::decode<T>(reply), false);
  }
  void on_error(std::uint32_t, error why) noexcept override { complete(std::move(why), false); }

 private:
  using executor_type = asio::associated_executor_t<Handler, asio::any_io_executor>;
  using tracked_type = std::decay_t<typename asio::prefer_result<
      const executor_type&, asio::execution::outstanding_work_t::tracked_t>::type>;

  handler_call(const client& db, resp::command&& command, Handler&& handler)
      : home_(db.shared().weak_from_this()),
        on_exception_(db.shared().client_core().on_exception()),
        command_(std::move(command)),
        executor_(asio::prefer(asio::get_associated_executor(handler, executor_of(db)),
                               asio::execution::outstanding_work.tracked)),
        handler_(std::move(handler)) {
    command_.own();
    set_commands({&command_, 1});
  }

  void listen() {
    auto slot = asio::get_associated_cancellation_slot(handler_);
    if (!slot.is_connected()) return;
    slot.assign([this](asio::cancellation_type kinds) {
      if (kinds == asio::cancellation_type::none) return;
      const auto home = home_.lock();
      if (!home) return;
      references_.fetch_add(1, std::memory_order_relaxed);
      home->cancel(this, [](void* context) -> wire::request* {
        auto* const call = static_cast<handler_call*>(context);
        const bool over = call->over_;
        call->release();
        return over ? nullptr : call;
      });
    });
  }

  // On the strand, or (when it could not be submitted) in the initiating function: then the handler
  // must not run from within.
  void complete(result<T> value, bool initiating) noexcept {
    over_ = true;
    value_.emplace(std::move(value));
    const auto executor = executor_;
    const auto finish = [this] { finish_here(); };
    initiating ? asio::post(executor, finish) : asio::dispatch(executor, finish);
  }

  // On the handler's executor.
  void finish_here() noexcept {
    auto slot = asio::get_associated_cancellation_slot(handler_);
    if (slot.is_connected()) slot.clear();
    Handler handler(std::move(handler_));
    result<T> value(*std::move(value_));
    const auto work = executor_;
    const auto on_exception = on_exception_;
    release();
    try {
      std::move(handler)(std::move(value));
    } catch (...) {
      if (on_exception) on_exception(std::current_exception());
    }
  }

  void release() noexcept {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    allocator memory(asio::get_associated_allocator(handler_));
    this->~handler_call();
    std::allocator_traits<allocator>::deallocate(memory, this, 1);
  }

  std::weak_ptr<home> home_;
  exception_handler on_exception_;
  resp::command command_;
  tracked_type executor_;
  Handler handler_;
  std::optional<result<T>> value_;
  std::atomic<int> references_ = 1;
  std::atomic<bool> over_ = false;
};

/// Any other token of Asio's: use_awaitable, use_future, deferred, bind_executor(...), ...
template <class Token, class T>
requires(!plain_callback<Token, T>) struct completion<Token, T> {
  static auto start(const client& db, resp::command&& command, Token token) {
    static_assert(!borrows_reply<T>, "the bytes it would borrow are gone when the handler runs");
    return asio::async_initiate<Token, void(result<T>)>(
        [](auto handler, client owner, resp::command one) {
          handler_call<T, decltype(handler)>::start(owner, std::move(one), std::move(handler));
        },
        token, db, std::move(command));
  }
};

template <class Handler>
class connect_handler final : public connect_waiter {
 public:
  connect_handler(Handler handler, const asio::any_io_executor& fallback)
      : executor_(asio::prefer(asio::get_associated_executor(handler, fallback),
                               asio::execution::outstanding_work.tracked)),
        handler_(std::move(handler)) {}

  void connected(result<client> outcome) override {
    asio::dispatch(executor_,
                   [handler = std::move(handler_), outcome = std::move(outcome)]() mutable {
                     std::move(handler)(std::move(outcome));
                   });
  }

 private:
  asio::any_io_executor executor_;
  Handler handler_;
};

/// Connects on `executor` and completes with a result<client>: usable, or why it is not.
/// Errors    as client::connect()
template <class Token>
auto async_connect(const asio::any_io_executor& executor, const options& o, Token&& token) {
  return asio::async_initiate<Token, void(result<client>)>(
      [](auto handler, const asio::any_io_executor& where, const options& what) {
        using waiter = connect_handler<decltype(handler)>;
        start_connecting(where, what, std::make_unique<waiter>(std::move(handler), where));
      },
      token, executor, o);
}

}  // namespace sandpiper

#pragma once
// The kinds of request that a client sends: each is one way of waiting for the same commands.

#include <atomic>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "sandpiper/client/core.hpp"
#include "sandpiper/resp/command.hpp"
#include "sandpiper/resp/decode.hpp"

namespace sandpiper {

/// Reply types that borrow from the receive buffer: only for those who are called while it is
/// there.
template <class T>
inline constexpr bool borrows_reply =
    std::is_same_v<T, std::string_view> || std::is_same_v<T, resp::reply_view>;
template <class T>
inline constexpr bool borrows_reply<std::optional<T>> = borrows_reply<T>;

/// A thread waits for every command of it. On its stack.
template <class... Ts>
class waiting_call final : public wire::request {
 public:
  explicit waiting_call(std::span<const resp::command> commands) noexcept {
    set_commands(commands);
  }

  std::tuple<result<Ts>...> wait() {
    done_.wait(0, std::memory_order_acquire);
    return std::apply([](auto&... each) { return std::tuple<result<Ts>...>(*std::move(each)...); },
                      values_);
  }

  void on_reply(std::uint32_t index, const resp::reply_view& reply) noexcept override {
    fill(
        index, [&]<class T>(std::optional<result<T>>& value) { value = resp::decode<T>(reply); },
        std::index_sequence_for<Ts...>());
  }
  void on_error(std::uint32_t index, error why) noexcept override {
    fill(
        index, [&]<class T>(std::optional<result<T>>& value) { value.emplace(std::move(why)); },
        std::index_sequence_for<Ts...>());
  }

 private:
  template <class Fill, std::size_t... Is>
  void fill(std::uint32_t index, Fill one, std::index_sequence<Is...>) noexcept {
    ((Is == index ? one(std::get<Is>(values_)) : void()), ...);
    if (index + 1 < sizeof...(Ts)) return;
    done_.store(1, std::memory_order_release);  // from here on the waiter may be gone
    done_.notify_one();
  }

  std::tuple<std::optional<result<Ts>>...> values_;
  std::atomic<std::uint32_t> done_ = 0;  // four bytes: the kernel waits on it itself
};

/// A function is called with the result. Lives on its own and ends itself.
template <class T, class Callback>
class callback_call final : public wire::request {
 public:
  /// When it cannot be submitted, the callback is called from within, with the reason.
  static void start(home& where, resp::command&& command, std::chrono::milliseconds timeout,
                    Callback callback) {
    auto& blocks = where.client_core();
    void* const block = blocks.take_block(sizeof(callback_call));
    auto* const call = new (block) callback_call(blocks, std::move(command), std::move(callback));
    if (auto started = where.start(*call, timeout); !started) call->finish(started.error());
  }

  void on_reply(std::uint32_t, const resp::reply_view& reply) noexcept override {
    finish(resp::decode<T>(reply));
  }
  void on_error(std::uint32_t, error why) noexcept override { finish(std::move(why)); }

 private:
  callback_call(core& blocks, resp::command&& command, Callback&& callback)
      : blocks_(blocks), command_(std::move(command)), callback_(std::move(callback)) {
    command_.own();
    set_commands({&command_, 1});
  }

  // Its memory is free before the callback runs, which may use it again or end the client.
  void finish(result<T> value) noexcept {
    Callback callback(std::move(callback_));
    core& blocks = blocks_;
    const auto on_exception = blocks.on_exception();
    this->~callback_call();
    blocks.give_block(this, sizeof(callback_call));
    try {
      std::move(callback)(std::move(value));
    } catch (...) {
      if (on_exception) on_exception(std::current_exception());
    }
  }

  core& blocks_;
  resp::command command_;
  Callback callback_;
};

/// A coroutine waits: co_await it, once. It is resumed on the client's strand, in the very call
/// that brought the reply. Works in coroutines of any type, allocates nothing, and may be destroyed
/// while it waits: from the strand at once, from elsewhere after a word with the strand.
///
/// A result that borrows (command::as<std::string_view>()) is good until the next co_await.
template <class T>
class [[nodiscard]] awaiting_call final : public wire::request {
 public:
  /// `command`: a resp::command, moved from or copied.
  template <class C>
  awaiting_call(home& where, C&& command, std::chrono::milliseconds timeout)
      : home_(where), timeout_(timeout), command_(std::forward<C>(command)) {
    set_commands({&command_, 1});
  }
  ~awaiting_call() {
    if (waiter_) home_.withdraw(*this);
  }

  [[nodiscard]] bool await_ready() const noexcept { return false; }

  bool await_suspend(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    auto started = home_.start(*this, timeout_);
    if (started) return true;  // it may be resumed, even gone by now
    waiter_ = nullptr;
    value_.emplace(std::move(started).error());
    return false;
  }

  result<T> await_resume() { return *std::move(value_); }

  void on_reply(std::uint32_t, const resp::reply_view& reply) noexcept override {
    value_.emplace(resp::decode<T>(reply));
    std::exchange(waiter_, nullptr).resume();
  }
  void on_error(std::uint32_t, error why) noexcept override {
    value_.emplace(std::move(why));
    std::exchange(waiter_, nullptr).resume();
  }

 private:
  home& home_;
  const std::chrono::milliseconds timeout_;
  resp::command command_;
  std::coroutine_handle<> waiter_;  // while it waits
  std::optional<result<T>> value_;
};

}  // namespace sandpiper

#pragma once
// One try of a transaction, as a session carries it.

#include <atomic>

#include "sandpiper/client/transaction.hpp"

namespace sandpiper {

/// On the stack of the thread that waits for it.
class transaction_call::attempt final : public wire::request {
 public:
  explicit attempt(transaction_call& of) : of_(of) {
    set_commands(of.commands_);
    set_whole();
  }

  void wait() noexcept { done_.wait(0, std::memory_order_acquire); }

  void on_reply(std::uint32_t index, const resp::reply_view& reply) noexcept override {
    of_.on_reply(index, reply);
    advance(index);
  }
  void on_error(std::uint32_t index, error why) noexcept override {
    of_.on_error(index, why);
    advance(index);
  }

 private:
  void advance(std::uint32_t index) noexcept {
    if (index + 1 < count()) return;
    done_.store(1, std::memory_order_release);  // from here on the waiter may be gone
    done_.notify_one();
  }

  transaction_call& of_;
  std::atomic<std::uint32_t> done_ = 0;
};

template <class Submit>
result<void> transaction_call::try_once(Submit submit) {
  outcome_ = {};
  refusal_.reset();
  attempt one(*this);
  if (auto sent = submit(one); !sent) return sent;
  one.wait();
  return outcome_;
}

/// Answers that are filled in the order of their commands.
class transaction::call final : public transaction_call {
 public:
  call(std::span<const resp::command> inner, slot* first) : transaction_call(inner), next_(first) {}

 private:
  void fill(std::size_t, const resp::reply_view& reply) noexcept override {
    std::exchange(next_, next_->next)->fill(reply);
  }
  void fail(std::size_t, const error& why) noexcept override {
    std::exchange(next_, next_->next)->fail(why);
  }

  slot* next_;
};

}  // namespace sandpiper

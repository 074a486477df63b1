#pragma once
// The least that a coroutine type can be, as tests need it.

#include <coroutine>
#include <exception>
#include <utility>

namespace sandpiper::test {

/// Starts at once; nobody waits for it.
struct coroutine {
  struct promise_type {
    coroutine get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

/// Starts with start() and is destroyed with its owner, wherever it waits.
class owned_coroutine {
 public:
  struct promise_type {
    owned_coroutine get_return_object() {
      return owned_coroutine(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };

  owned_coroutine(owned_coroutine&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  ~owned_coroutine() {
    if (handle_) handle_.destroy();
  }

  static owned_coroutine start(owned_coroutine one) {
    one.handle_.resume();
    return one;
  }

 private:
  explicit owned_coroutine(std::coroutine_handle<promise_type> h) noexcept : handle_(h) {}
  std::coroutine_handle<promise_type> handle_;
};

}  // namespace sandpiper::test

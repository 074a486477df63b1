#pragma once
// Callers to put a client under load: coroutines that ask again and again until told to stop.

#include <atomic>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <semaphore>
#include <string_view>

#include "sandpiper/client/client.hpp"
#include "sandpiper/commands/string.hpp"

namespace demo {

/// What a group of callers has come to, so far.
struct group {
  explicit group(int callers) : running(callers) {}

  std::atomic<bool> stop = false;
  std::atomic<std::uint64_t> answered = 0;
  std::atomic<std::uint64_t> failed = 0;
  std::atomic<int> running;
  std::binary_semaphore gone{0};

  void leave() {
    if (running.fetch_sub(1) == 1) gone.release();
  }
};

struct task {
  struct promise_type {
    task get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

inline task ask_again_and_again(const sandpiper::client& db, group& all) {
  std::uint64_t mine = 0;
  while (!all.stop.load(std::memory_order_relaxed)) {
    const auto got = co_await db.send(sandpiper::get("demo:value").as<std::string_view>());
    if (!got) all.failed.fetch_add(1, std::memory_order_relaxed);
    // Counted now and then: a shared counter would cost more than a call.
    if (++mine % 64 == 0) all.answered.fetch_add(64, std::memory_order_relaxed);
  }
  all.answered.fetch_add(mine % 64, std::memory_order_relaxed);
  all.leave();
}

}  // namespace demo

#pragma once
// Waiting for what another thread or a server is about to do, without saying how long it may take.

#include <chrono>
#include <thread>

namespace sandpiper::test {

/// False if it has not come true within a time after which nobody believes in it any more.
template <class Condition>
bool until(Condition true_now) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!true_now()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace sandpiper::test

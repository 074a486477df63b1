#pragma once
// What the copies of a gate share.

#include <atomic>
#include <memory>
#include <utility>

#include "mock/waker.hpp"
#include "sandpiper/mock/answer.hpp"

namespace sandpiper::mock {

struct gate::state {
  explicit state(std::shared_ptr<waker> w) noexcept : wakes(std::move(w)) {}

  std::atomic<bool> open = false;
  std::shared_ptr<waker> wakes;  // of the server whose answers it holds back
};

}  // namespace sandpiper::mock

#pragma once
// Ends a poll() from another thread.

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace sandpiper::mock {

/// Thread-safe.
class waker {
 public:
  waker() noexcept : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  waker(const waker&) = delete;
  waker& operator=(const waker&) = delete;
  ~waker() {
    if (event_ >= 0) ::close(event_);
  }

  /// Readable once woken; -1 when the system gave none.
  [[nodiscard]] int event() const noexcept { return event_; }

  void wake() const noexcept {
    const std::uint64_t one = 1;
    while (::write(event_, &one, sizeof one) < 0 && errno == EINTR) {
    }
  }
  void settle() const noexcept {
    std::uint64_t times = 0;
    while (::read(event_, &times, sizeof times) < 0 && errno == EINTR) {
    }
  }

 private:
  const int event_;
};

}  // namespace sandpiper::mock

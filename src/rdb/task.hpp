#pragma once
// Decoders as coroutines: a decoder reads as if all of its input were there, and is suspended where
// it is not. Frames come from a small stack of the reader's own, so a value costs no allocation.

#include <array>
#include <cassert>
#include <coroutine>
#include <cstddef>
#include <new>

#include "rdb/input.hpp"

namespace sandpiper::rdb {

/// Room for the frames of a decoder and of those it waits for: last in, first out. Frames that do
/// not fit come from the heap.
class frame_stack {
 public:
  void* push(std::size_t bytes) {
    const auto size = (bytes + head_bytes + align - 1) / align * align;
    std::byte* frame = nullptr;
    if (size <= room_.size() - used_) {
      frame = room_.data() + used_;
      used_ += size;
      new (frame) head{this};
    } else {
      frame = static_cast<std::byte*>(::operator new(size));
      new (frame) head{nullptr};
    }
    return frame + head_bytes;
  }

  static void pop(void* at) noexcept {
    auto* const frame = static_cast<std::byte*>(at) - head_bytes;
    if (auto* const stack = reinterpret_cast<head*>(frame)->stack) {
      stack->used_ = static_cast<std::size_t>(frame - stack->room_.data());
    } else {
      ::operator delete(frame);
    }
  }

 private:
  static constexpr std::size_t align = 16;
  static constexpr std::size_t head_bytes = 16;
  struct head {
    frame_stack* stack;
  };

  alignas(align) std::array<std::byte, 8192> room_;
  std::size_t used_ = 0;
};

/// A decoder under way. Its first parameter must have `frames` and `in`. Awaiting it runs it; a
/// fault in it is never returned: whoever waits is never resumed, and destroyed with the reader.
class [[nodiscard]] task {
 public:
  struct promise_type {
    template <class Context, class... Rest>
    explicit promise_type(Context& context, const Rest&...) noexcept : in(context.in) {}

    template <class Context, class... Rest>
    static void* operator new(std::size_t bytes, Context& context, const Rest&...) {
      return context.frames.push(bytes);
    }
    static void operator delete(void* at) noexcept { frame_stack::pop(at); }

    struct hand_back {
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<promise_type> done) const noexcept {
        done.promise().in.set_current(done.promise().caller);
      }
      void await_resume() const noexcept {}
    };

    task get_return_object() noexcept {
      return task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    hand_back final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const { throw; }

    input& in;
    std::coroutine_handle<> caller;
  };

  task() noexcept = default;
  explicit task(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}
  task(task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  task& operator=(task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~task() {
    if (handle_) handle_.destroy();
  }

  [[nodiscard]] std::coroutine_handle<> handle() const noexcept { return handle_; }

  /// Runs it here and now, and only if it must wait for input the caller does, too.
  bool await_ready() const {
    handle_.resume();
    return handle_.done();
  }
  void await_suspend(std::coroutine_handle<> caller) const noexcept {
    handle_.promise().caller = caller;
  }
  void await_resume() const noexcept {}

 private:
  std::coroutine_handle<promise_type> handle_;
};

}  // namespace sandpiper::rdb

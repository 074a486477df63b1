#include "net/driving_seat.hpp"

#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>
#include <vector>

namespace sandpiper::net {
namespace {

using namespace std::chrono_literals;

// A loop whose thread is run by a seat; what a connection would tell it is told by hand.
class seated {
 public:
  explicit seated(int connections = 1) {
    for (int i = 0; i < connections; ++i) on_loop([this] { seat.join(); });
  }
  ~seated() {
    work_.reset();
    seat.want();
    thread_.join();
  }
  seated(const seated&) = delete;
  seated& operator=(const seated&) = delete;

  template <class Call>
  void on_loop(Call call) {
    std::promise<void> done;
    asio::post(loop_, [&] {
      call();
      done.set_value();
    });
    seat.want();
    done.get_future().get();
  }

  /// A thread that waits hands a request over, and it is answered: all in one handler.
  bool take_or_call() {
    if (seat.try_take()) return true;
    on_loop([this] {
      seat.note_arrival(true);
      seat.note_last_reply();
      seat.note_rest(true);
    });
    return false;
  }
  [[nodiscard]] bool taken_after(int calls) {
    for (int i = 0; i < calls; ++i) {
      if (take_or_call()) return true;
    }
    return false;
  }
  void take() {
    while (!take_or_call()) {
    }
  }
  void post_unannounced(std::atomic<bool>& ran) {
    asio::post(loop_, [&ran] { ran = true; });
  }

 private:
  asio::io_context loop_{1};

 public:
  driving_seat& seat = *driving_seat::make_for(loop_);

 private:
  asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(loop_);
  std::thread thread_{[this] { seat.run(); }};
};

bool readable(int file) {
  pollfd one{file, POLLIN, 0};
  return ::poll(&one, 1, 0) == 1;
}

void wait_for_interruption(driving_seat& seat) {
  pollfd one{seat.interruption(), POLLIN, 0};
  ASSERT_EQ(::poll(&one, 1, 60'000), 1);
}

TEST(DrivingSeat, IsFoundByTheLoopThatHasOne) {
  asio::io_context without;
  EXPECT_EQ(driving_seat::of(without), nullptr);
  asio::io_context with;
  const auto seat = driving_seat::make_for(with);
  EXPECT_EQ(driving_seat::of(with), seat);
}

TEST(DrivingSeat, IsTheIoThreadsUntilLoneCallsCameInARow) {
  seated one;
  EXPECT_FALSE(one.taken_after(10));
  for (int i = 0; i < 3; ++i) {  // again and again
    one.take();
    one.seat.give_back();
  }
}

TEST(DrivingSeat, StaysTheIoThreadsWhileAnotherConnectionIsServed) {
  seated two(2);
  EXPECT_FALSE(two.taken_after(200));
  two.on_loop([&] { two.seat.part(); });
  two.take();
  two.seat.give_back();
}

TEST(DrivingSeat, StaysTheIoThreadsWhenCallsComeTogether) {
  seated one;
  for (int i = 0; i < 200; ++i) {
    ASSERT_FALSE(one.seat.try_take());
    one.on_loop([&] {
      one.seat.note_arrival(false);
      one.seat.note_rest(true);
    });
  }
}

TEST(DrivingSeat, StaysTheIoThreadsWhenNobodyWaits) {
  seated one;
  for (int i = 0; i < 200; ++i) {
    one.on_loop([&] {
      one.seat.note_arrival(true);
      one.seat.note_rest(true);
    });
  }
  EXPECT_FALSE(one.seat.try_take());
}

TEST(DrivingSeat, WhoWantsTheLoopGetsTheFreeSeat) {
  seated one;
  one.take();
  one.seat.give_back();
  std::thread::id there;
  one.on_loop([&] { there = std::this_thread::get_id(); });
  EXPECT_NE(there, std::this_thread::get_id());
}

TEST(DrivingSeat, WhoWantsTheLoopInterruptsTheOneWhoDrives) {
  seated one;
  one.take();
  std::atomic<bool> ran = false;
  one.post_unannounced(ran);
  one.seat.want();
  EXPECT_TRUE(readable(one.seat.interruption()));
  EXPECT_TRUE(one.seat.interrupted());
  EXPECT_FALSE(ran);
  one.seat.hand_over();
  one.on_loop([] {});
  EXPECT_TRUE(ran);
  EXPECT_FALSE(one.taken_after(100)) << "once joined it takes longer";
}

TEST(DrivingSeat, WhoDrivesForLongIsInterruptedSoThatTimersRun) {
  seated one;
  one.take();
  std::atomic<bool> ran = false;
  one.post_unannounced(ran);
  wait_for_interruption(one.seat);
  EXPECT_TRUE(one.seat.interrupted());
  EXPECT_FALSE(ran) << "nobody else runs the loop while a caller is in the seat";
  one.seat.hand_over();
  one.on_loop([] {});
  EXPECT_TRUE(ran);
}

TEST(DrivingSeat, WhatIsPostedPastItRunsBetweenTwoCalls) {
  seated one;
  one.take();
  one.seat.give_back();
  std::atomic<bool> ran = false;
  one.post_unannounced(ran);
  while (!ran) {
    if (one.seat.try_take()) one.seat.give_back();
    std::this_thread::yield();
  }
}

TEST(DrivingSeat, AnInterruptionThatCameTooLateIsNobodysElse) {
  seated one;
  one.take();
  one.seat.want();
  one.seat.give_back();  // answered in the same moment: it goes to the I/O thread
  one.take();
  if (readable(one.seat.interruption())) {
    EXPECT_FALSE(one.seat.interrupted());
  }
  one.seat.give_back();
}

// What a seat protects is written without a lock by all of them.
TEST(DrivingSeat, OneAtATimeSitsInIt) {
  seated one;
  std::uint64_t unprotected = 0;
  std::atomic<std::uint64_t> all = 0;
  const auto add = [&] { ++unprotected, ++all; };
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; ++i) {
    callers.emplace_back([&, i] {
      for (int n = 0; n < 3000; ++n) {
        if (one.take_or_call()) {
          add();
          n % 7 ? one.seat.give_back() : one.seat.hand_over();
        } else if (n % (5 + i) == 0) {
          one.on_loop(add);
        }
      }
    });
  }
  for (auto& each : callers) each.join();
  one.on_loop([&] { EXPECT_EQ(unprotected, all); });
}

}  // namespace
}  // namespace sandpiper::net

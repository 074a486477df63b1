#include "net/inbox.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <deque>
#include <thread>
#include <vector>

namespace sandpiper::net {
namespace {

class numbered final : public wire::request {
 public:
  numbered(int by, int n) : thread(by), number(n) {}
  void on_reply(std::uint32_t, const resp::reply_view&) noexcept override {}
  void on_error(std::uint32_t, error) noexcept override {}
  const int thread;
  const int number;
};

std::vector<const numbered*> list(wire::request* first) {
  std::vector<const numbered*> all;
  for (; first != nullptr; first = first->next_in_inbox) {
    all.push_back(static_cast<const numbered*>(first));
  }
  return all;
}

TEST(Inbox, GivesWhatWasPushedInTheOrderOfPushing) {
  inbox box;
  numbered a(0, 1);
  numbered b(0, 2);
  numbered c(0, 3);
  EXPECT_TRUE(box.empty());
  EXPECT_EQ(box.take(), nullptr);
  EXPECT_EQ(box.push(a), inbox::pushed::first);
  EXPECT_EQ(box.push(b), inbox::pushed::behind_others);
  EXPECT_EQ(box.push(c), inbox::pushed::behind_others);
  EXPECT_FALSE(box.empty());
  EXPECT_EQ(list(box.take()), (std::vector<const numbered*>{&a, &b, &c}));
  EXPECT_TRUE(box.empty());
  EXPECT_EQ(box.push(b), inbox::pushed::first) << "the consumer must be told again";
  EXPECT_EQ(list(box.take()), std::vector<const numbered*>{&b});
}

TEST(Inbox, ClosedItRefusesAndGivesWhatWasInIt) {
  inbox box;
  numbered a(0, 1);
  numbered b(0, 2);
  EXPECT_EQ(box.push(a), inbox::pushed::first);
  EXPECT_EQ(list(box.close()), std::vector<const numbered*>{&a});
  EXPECT_EQ(box.push(b), inbox::pushed::refused);
  EXPECT_TRUE(box.empty());
  EXPECT_EQ(box.take(), nullptr);
  EXPECT_EQ(box.close(), nullptr);
  EXPECT_EQ(box.push(b), inbox::pushed::refused);
}

// Threads push while one takes, and at last closes: nothing is lost, nothing comes twice, each
// thread's requests keep their order, and no wake-up is missed.
TEST(Inbox, ManyThreadsPushWhileOneTakes) {
  constexpr int threads = 4;
  constexpr int each = 20'000;
  inbox box;
  std::atomic<int> wakes = 0;
  std::vector<std::deque<numbered>> own(threads);
  std::vector<int> accepted(threads, 0);
  std::vector<std::thread> producers;
  for (int t = 0; t < threads; ++t) {
    producers.emplace_back([&, t] {
      for (int n = 0; n < each; ++n) {
        const auto outcome = box.push(own[static_cast<std::size_t>(t)].emplace_back(t, n));
        if (outcome == inbox::pushed::refused) return;
        if (outcome == inbox::pushed::first) wakes.fetch_add(1, std::memory_order_release);
        ++accepted[static_cast<std::size_t>(t)];
      }
    });
  }

  std::vector<int> next(threads, 0);
  int total = 0;
  const auto check = [&](wire::request* first) {
    for (const auto* one : list(first)) {
      EXPECT_EQ(one->number, next[static_cast<std::size_t>(one->thread)]++);
      ++total;
    }
  };
  // As a connection does: it looks only when it was told.
  while (total < threads * each / 2) {
    while (wakes.load(std::memory_order_acquire) == 0) std::this_thread::yield();
    wakes.fetch_sub(1, std::memory_order_relaxed);
    check(box.take());
  }
  check(box.close());
  for (auto& one : producers) one.join();
  EXPECT_EQ(next, accepted) << "what was not refused was given";
}

}  // namespace
}  // namespace sandpiper::net

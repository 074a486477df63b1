#include "net/deadlines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>
#include <random>
#include <set>
#include <utility>
#include <vector>

namespace sandpiper::net {
namespace {

constexpr std::uint64_t start_ms = 1'000'003;

class timed final : public wire::request {
 public:
  explicit timed(std::uint64_t when_ms) { deadline_ms = when_ms; }
  void on_reply(std::uint32_t, const resp::reply_view&) noexcept override {}
  void on_error(std::uint32_t, error) noexcept override {}
};

// All that expires by `now_ms`.
std::vector<const wire::request*> take(deadlines& wheel, std::uint64_t now_ms) {
  std::vector<const wire::request*> expired;
  while (const auto* const r = wheel.expired(now_ms)) expired.push_back(r);
  return expired;
}

TEST(Deadlines, NothingToExpireIsNever) {
  deadlines wheel(start_ms);
  EXPECT_EQ(wheel.next_ms(), deadlines::never);
  EXPECT_EQ(wheel.expired(start_ms + 1'000'000'000), nullptr);
}

TEST(Deadlines, NeverEarlyAndAtMostOneSlotLate) {
  for (std::uint64_t span = 0; span < 50; ++span) {
    deadlines wheel(start_ms);
    timed one(start_ms + span);
    wheel.add(one);
    auto now = start_ms;
    while (wheel.expired(now) == nullptr) ++now;
    EXPECT_GE(now, one.deadline_ms);
    EXPECT_LE(now, one.deadline_ms + deadlines::slot_ms);
    EXPECT_EQ(wheel.next_ms(), deadlines::never);
  }
}

TEST(Deadlines, ADeadlineThatIsPastExpiresAtOnce) {
  deadlines wheel(start_ms);
  timed one(5);
  wheel.add(one);
  EXPECT_LE(wheel.next_ms(), start_ms + deadlines::slot_ms);
  EXPECT_EQ(wheel.expired(start_ms + deadlines::slot_ms), &one);
}

TEST(Deadlines, RemovedItDoesNotExpireAndItsNeighboursDo) {
  for (std::size_t gone = 0; gone < 3; ++gone) {
    deadlines wheel(start_ms);
    std::list<timed> all;
    std::vector<timed*> places;
    for (int i = 0; i < 3; ++i) places.push_back(&all.emplace_back(start_ms + 10));
    for (auto* one : places) wheel.add(*one);
    deadlines::remove(*places[gone]);
    const auto expired = take(wheel, start_ms + 20);
    EXPECT_EQ(expired.size(), 2U);
    EXPECT_EQ(std::count(expired.begin(), expired.end(), places[gone]), 0);
  }
}

TEST(Deadlines, RemovingIsHarmlessTwice) {
  deadlines wheel(start_ms);
  timed one(start_ms + 10);
  deadlines::remove(one);
  wheel.add(one);
  deadlines::remove(one);
  deadlines::remove(one);
  EXPECT_EQ(wheel.next_ms(), deadlines::never);
}

TEST(Deadlines, NextTellsWhenToLook) {
  deadlines wheel(start_ms);
  timed late(start_ms + 5000);
  timed soon(start_ms + 100);
  wheel.add(late);
  wheel.add(soon);
  const auto first = wheel.next_ms();
  EXPECT_GE(first, soon.deadline_ms);
  EXPECT_LE(first, soon.deadline_ms + deadlines::slot_ms);
  EXPECT_EQ(wheel.expired(first - 1), nullptr);
  EXPECT_EQ(wheel.expired(first), &soon);
  EXPECT_GE(wheel.next_ms(), late.deadline_ms);
}

TEST(Deadlines, OneThatIsBeyondTheRingIsToldInItsTime) {
  constexpr std::uint64_t hour_ms = 3'600'000;
  deadlines wheel(start_ms);
  timed far(start_ms + hour_ms);
  wheel.add(far);
  auto now = start_ms;
  int looks = 0;
  for (; wheel.expired(now) == nullptr; ++looks) {
    const auto next = wheel.next_ms();
    ASSERT_GT(next, now);
    ASSERT_LE(next, far.deadline_ms + deadlines::slot_ms);
    now = next;
  }
  EXPECT_GE(now, far.deadline_ms);
  EXPECT_LE(looks, 500) << "once in the time of a ring";
}

TEST(Deadlines, ADeadlineBeyondTheEndOfTimeIsHarmless) {
  deadlines wheel(start_ms);
  timed endless(std::uint64_t{1} << 62);
  wheel.add(endless);
  EXPECT_EQ(take(wheel, start_ms + 100'000).size(), 0U);
  deadlines::remove(endless);
  EXPECT_EQ(wheel.next_ms(), deadlines::never);
}

TEST(Deadlines, IdleForHoursItGoesOnAsBefore) {
  deadlines wheel(start_ms);
  auto now = start_ms;
  for (const std::uint64_t idle_ms : {10'000ULL, 3'600'000ULL, 1'000'000'000ULL}) {
    now += idle_ms;
    timed one(now + 5000);
    wheel.add(one);
    EXPECT_TRUE(take(wheel, now).empty());
    EXPECT_TRUE(take(wheel, now + 4999).empty());
    const auto next = wheel.next_ms();
    EXPECT_GE(next, one.deadline_ms);
    EXPECT_LE(next, one.deadline_ms + deadlines::slot_ms);
    EXPECT_EQ(wheel.expired(next), &one);
    now = next;
  }
}

// Against a set ordered by time.
TEST(Deadlines, RandomOperationsAgreeWithAPlainModel) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    std::mt19937_64 random(seed);
    deadlines wheel(start_ms);
    auto now = start_ms;
    std::list<timed> storage;
    std::set<std::pair<std::uint64_t, timed*>> model;
    const auto span = [&]() -> std::uint64_t {
      switch (random() % 4) {
        case 0: return random() % 10;
        case 1: return random() % 1000;
        case 2: return random() % 9000;  // around the length of the ring
        default: return random() % 100'000;
      }
    };
    for (int step = 0; step < 4000; ++step) {
      const auto what = random() % 10;
      if (what < 5) {
        auto& one = storage.emplace_back(now + span());
        wheel.add(one);
        model.emplace(one.deadline_ms, &one);
      } else if (what < 7 && !model.empty()) {
        auto gone = model.begin();
        std::advance(
            gone, static_cast<std::ptrdiff_t>(random() % std::min<std::size_t>(model.size(), 20)));
        deadlines::remove(*gone->second);
        model.erase(gone);
      } else if (what == 9) {
        now += random() % 3 == 0 ? span() : random() % 8;
        for (const auto* r : take(wheel, now)) {
          ASSERT_LE(r->deadline_ms, now) << "early";
          const auto known = std::find_if(model.begin(), model.end(),
                                          [&](const auto& one) { return one.second == r; });
          ASSERT_NE(known, model.end()) << "told twice, or removed before";
          model.erase(known);
        }
        if (!model.empty()) {
          ASSERT_GE(model.begin()->first + deadlines::slot_ms, now) << "late";
        }
      }
      if (!model.empty()) {
        ASSERT_LE(wheel.next_ms(), std::max(now, model.begin()->first) + deadlines::slot_ms)
            << step;
      } else {
        ASSERT_EQ(wheel.next_ms(), deadlines::never);
      }
    }
    for (auto& one : storage) deadlines::remove(one);
  }
}

}  // namespace
}  // namespace sandpiper::net

#include "net/watchers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "net/running.hpp"

namespace sandpiper::net {
namespace {

TEST(Watchers, SeeAllConnectionsAndKeepTheNumbersOfThoseThatWere) {
  const test::redis_server server;
  auto what = settings_for(server);
  what.watchers = std::make_shared<watchers>();
  {
    auto other = what;
    other.role = "other";
    running one(what), two(other);
    for (auto* each : {&one, &two}) {
      ASSERT_TRUE(each->open());
      counting_request ping("PING");
      ASSERT_TRUE((*each)->submit(ping));
      (void)ping.wait();
      each->settle();
    }
    const auto seen = what.watchers->snapshot();
    ASSERT_EQ(seen.connections.size(), 2U);
    EXPECT_EQ(seen.connections[1].role, "other");
    EXPECT_EQ(seen.total().totals.commands, 2U);
  }
  const auto after = what.watchers->snapshot();
  EXPECT_TRUE(after.connections.empty());
  EXPECT_EQ(after.ended.totals.commands, 2U);
  EXPECT_EQ(after.ended.round_trips.count(), 2U);
}

TEST(Watchers, LookOnWhileConnectionsComeAndGo) {
  const test::redis_server server;
  auto what = settings_for(server);
  what.watchers = std::make_shared<watchers>();
  std::atomic<bool> over = false;
  std::thread looker([&] {
    std::uint64_t before = 0;
    while (!over) {
      const auto now = what.watchers->snapshot().total().totals.commands;
      EXPECT_GE(now, before) << "totals never shrink";
      before = now;
    }
  });
  for (int i = 0; i < 20; ++i) {
    running one(what);
    ASSERT_TRUE(one.open());
    counting_request ping("PING / PING");
    ASSERT_TRUE(one->submit(ping));
    (void)ping.wait();
  }
  over = true;
  looker.join();
  EXPECT_EQ(what.watchers->snapshot().total().totals.commands, 40U);
}

}  // namespace
}  // namespace sandpiper::net

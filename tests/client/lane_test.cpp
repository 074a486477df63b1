#include "client/lane.hpp"

#include <gtest/gtest.h>

#include <future>
#include <string>

#include "client/blocking.hpp"
#include "sandpiper/client/client.hpp"
#include "sandpiper/client/future.hpp"
#include "sandpiper/commands/list.hpp"
#include "sandpiper/commands/string.hpp"
#include "support/redis_server.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using test::blocking_pop;
using test::clients_blocked;
using test::clients_connected;
using test::redis_server;
using test::until;

TEST(Lane, ABlockedServerIsNotTakenForADeadOne) {
  const redis_server server;
  auto o = options::from_url(server.url()).value();
  o.stall_timeout = 40ms;
  const auto db = client::connect(o).value();
  EXPECT_EQ(db.run(blocking_pop("list", 0.4)).value(), std::nullopt);
  EXPECT_EQ(db.totals().losses, 0u);
  EXPECT_EQ(clients_connected(server), 2);
}

TEST(Lane, AServerThatIsSilentAfterTheDeadlineIs) {
  redis_server server;
  auto o = options::from_url(server.url()).value();
  o.stall_timeout = 100ms;
  const auto db = client::connect(o).value();
  auto popped = db.within(50ms).send(blocking_pop("list", 0), use_future);
  until([&] { return clients_blocked(server) == 1; });
  server.pause();
  const auto lost = popped.get();
  EXPECT_EQ(lost.error(), errc::deadline_exceeded);
  EXPECT_EQ(lost.error().fate(), fate::uncertain);
  server.resume();
  db.within(60s).run(set("k", "v")).value();
  db.run(rpush("list", "x")).value();
  EXPECT_EQ(db.run(blocking_pop("list", 1)).value().value().second, "x");
}

TEST(Lane, IsUsedAgainAfterItWasUnblocked) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(db.within(5ms).run(blocking_pop("list", 0)).error(), errc::deadline_exceeded);
    db.run(rpush("list", i)).value();
    EXPECT_EQ(db.run(blocking_pop("list", 1)).value().value().second, std::to_string(i));
  }
  EXPECT_EQ(clients_connected(server), 2);
}

TEST(Lane, ANewLaneIsDialedAfterTheServerCameBack) {
  redis_server server;
  auto o = options::from_url(server.url()).value();
  o.reconnect_delay_max = 20ms;
  const auto db = client::connect(o).value();
  db.run(rpush("list", "x")).value();
  EXPECT_TRUE(db.run(blocking_pop("list", 1)).value());
  server.kill();
  server.start();
  db.within(60s).run(rpush("list", "y")).value();
  EXPECT_EQ(db.within(60s).run(blocking_pop("list", 1)).value().value().second, "y");
}

}  // namespace
}  // namespace sandpiper

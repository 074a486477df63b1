#include <gtest/gtest.h>

#include "net/running.hpp"
#include "net/watchers.hpp"
#include "support/scripted_server.hpp"

namespace sandpiper::net {
namespace {

using test::script;

settings watched(settings what) {
  what.watchers = std::make_shared<watchers>();
  return what;
}

connection_metrics only_one(const running& one) {
  auto all = one->configured().watchers->snapshot();
  EXPECT_EQ(all.connections.size(), 1U);
  return all.connections.at(0);
}

TEST(ConnectionSeen, CountsEachRoundTripOnce) {
  const test::redis_server server;
  running one(watched(settings_for(server)));
  ASSERT_TRUE(one.open());
  counting_request first("SET k v / GET k / PING"), second("GET k");
  ASSERT_TRUE(one->submit(first));
  (void)first.wait();
  ASSERT_TRUE(one->submit(second));
  (void)second.wait();
  one.settle();

  const auto seen = only_one(one);
  EXPECT_EQ(seen.state, connection_state::ready);
  EXPECT_EQ(seen.role, "commands");
  EXPECT_EQ(seen.place.path, server.socket_path());
  EXPECT_EQ(seen.round_trips.count(), 4U);
  EXPECT_GT(seen.round_trips.sum.count(), 0);
  EXPECT_EQ(seen.totals.commands, 4U);
  EXPECT_EQ(seen.in_flight, 0U);
  EXPECT_EQ(seen.pending, 0U);
  EXPECT_EQ(seen.pending_bytes, 0U);
  EXPECT_EQ(seen.failures.total(), 0U);
}

TEST(ConnectionSeen, CountsErrorsOfTheServerByTheirKind) {
  const test::redis_server server;
  running one(watched(settings_for(server)));
  ASSERT_TRUE(one.open());
  counting_request wrong("SET k v / INCR k / LPUSH k v / NOSUCHCOMMAND");
  ASSERT_TRUE(one->submit(wrong));
  (void)wrong.wait();
  one.settle();
  const auto failures = only_one(one).failures;
  EXPECT_EQ(failures.of(server_errc::err), 2U);
  EXPECT_EQ(failures.of(server_errc::wrongtype), 1U);
  EXPECT_EQ(failures.total(), 3U);
}

TEST(ConnectionSeen, ShowsWhatIsUnderWay) {
  test::scripted_server server({script().greet().read("k3").wait().serve(3)});
  running one(watched(settings_for(server.port())));
  ASSERT_TRUE(one.open());
  counting_request three("GET k1 / GET k2 / GET k3");
  ASSERT_TRUE(one->submit(three));
  ASSERT_TRUE(eventually([&] { return only_one(one).in_flight == 3; }));
  EXPECT_EQ(only_one(one).pending, 3U);
  EXPECT_EQ(only_one(one).pending_bytes, 3 * std::string("*2\r\n$3\r\nGET\r\n$2\r\nk1\r\n").size());
  EXPECT_EQ(only_one(one).round_trips.count(), 0U);
  one.on_strand([&] { one->abort(three, errc::cancelled); });
  EXPECT_EQ(three.wait()[0], "!cancelled uncertain");
  EXPECT_EQ(only_one(one).failures.of(errc::cancelled), 3U);
  server.go();
}

TEST(ConnectionSeen, CountsWhatWasLostAndWhatWasSentAgain) {
  test::scripted_server server({script().greet().read("GET").reset(),
                                script().greet().read("GET").write("$1\r\nv\r\n").hang()});
  running one(watched(settings_for(server.port())));
  ASSERT_TRUE(one.open());
  counting_request get(
      std::vector{resp::command("GET", {.read_only = true, .idempotent = true}).add("k")});
  counting_request incr("INCR n");
  one.submit_together({&incr, &get});
  EXPECT_EQ(incr.wait_for_one(), "!maybe_executed uncertain");
  EXPECT_EQ(get.wait_for_one(), "$v");
  one.settle();
  const auto seen = only_one(one);
  EXPECT_EQ(seen.totals.losses, 1U);
  EXPECT_EQ(seen.totals.connects, 2U);
  EXPECT_EQ(seen.totals.retried, 1U);
  EXPECT_EQ(seen.failures.of(errc::maybe_executed), 1U);
  EXPECT_EQ(seen.round_trips.count(), 1U) << "what was lost has no round trip";
  EXPECT_EQ(seen.in_flight, 0U);
}

TEST(ConnectionSeen, ARequestThatFindsNoRoomHasFailed) {
  const test::redis_server server;
  auto what = watched(settings_for(server));
  what.pending_max = 1;
  running one(what);
  ASSERT_TRUE(one.open());
  counting_request two("PING / PING");
  EXPECT_EQ(one->submit(two).error(), errc::pipeline_full);
  EXPECT_EQ(only_one(one).failures.of(errc::pipeline_full), 2U);
}

TEST(ConnectionSeen, IsWaitingWhereNobodyListens) {
  auto what = watched(settings_for(std::uint16_t{1}));
  what.patient = true;
  what.reconnect_delay_min = what.reconnect_delay_max = 1h;
  running one(what);
  EXPECT_FALSE(one.open());
  EXPECT_TRUE(eventually([&] {
    const auto seen = only_one(one);
    return seen.totals.failed_attempts >= 2 && seen.state == connection_state::waiting;
  }));
}

}  // namespace
}  // namespace sandpiper::net

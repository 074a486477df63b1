#include "sandpiper/net/metrics.hpp"

#include <gtest/gtest.h>

namespace sandpiper {
namespace {

TEST(Metrics, ATotalIsTheSumOfAllThereAreAndWere) {
  metrics m;
  m.ended.totals.commands = 1;
  for (const auto* role : {"commands", "tracking"}) {
    connection_metrics one;
    one.place.port = 7000;
    one.role = role;
    one.state = connection_state::ready;
    one.totals.commands = 10;
    one.totals.retried = 2;
    one.failures.ours[static_cast<std::size_t>(errc::closed)] = 1;
    one.failures.of_server[static_cast<std::size_t>(server_errc::oom)] = 2;
    one.round_trips.counts[0] = 3;
    one.in_flight = 4;
    one.pending = 5;
    one.pending_bytes = 6;
    m.connections.push_back(one);
  }
  const auto all = m.total();
  EXPECT_EQ(all.place.port, 7000);
  EXPECT_EQ(all.role, "commands");
  EXPECT_EQ(all.state, connection_state::ready);
  EXPECT_EQ(all.totals.commands, 21U);
  EXPECT_EQ(all.totals.retried, 4U);
  EXPECT_EQ(all.failures.of(errc::closed), 2U);
  EXPECT_EQ(all.failures.of(server_errc::oom), 4U);
  EXPECT_EQ(all.failures.total(), 6U);
  EXPECT_EQ(all.round_trips.count(), 6U);
  EXPECT_EQ(all.in_flight, 8U);
  EXPECT_EQ(all.pending, 10U);
  EXPECT_EQ(all.pending_bytes, 12U);
}

TEST(Metrics, OfNoConnectionAreThoseThatWere) {
  metrics m;
  m.ended.totals.losses = 1;
  EXPECT_EQ(m.total().totals.losses, 1U);
  EXPECT_EQ(m.total().state, connection_state::closed);
}

TEST(Metrics, AStateHasAName) {
  EXPECT_EQ(to_string(connection_state::ready), "ready");
  EXPECT_EQ(to_string(connection_state::waiting), "waiting");
}

}  // namespace
}  // namespace sandpiper

#include "client/routing.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "sandpiper/client/client.hpp"
#include "sandpiper/commands/string.hpp"
#include "support/redis_server.hpp"

namespace sandpiper {
namespace {

struct carrying final : wire::request {
  explicit carrying(std::span<const resp::command> all) { set_commands(all); }
  void on_reply(std::uint32_t, const resp::reply_view&) noexcept override {}
  void on_error(std::uint32_t, error) noexcept override {}
};

route route_of_one(resp::command one, std::size_t large_bytes_min = 1000) {
  return route_of(carrying({&one, 1}), large_bytes_min);
}

TEST(Routing, KnowsWhatBlocks) {
  EXPECT_TRUE(route_of_one(command("BLPOP", "k", 0)).blocking);
  EXPECT_TRUE(route_of_one(command("xread", "BLOCK", 0, "STREAMS", "s", "$")).blocking);
  EXPECT_FALSE(route_of_one(command("XREAD", "STREAMS", "BLOCK", "0")).blocking);
  EXPECT_FALSE(route_of_one(get("k")).blocking);
}

TEST(Routing, OneBlockingCommandOfSeveralIsEnough) {
  const std::array<resp::command, 2> both = {get("k"), command("BLPOP", "k", 0)};
  EXPECT_TRUE(route_of(carrying(both), 1000).blocking);
}

TEST(Routing, WhatIsLargeHasKnownKeys) {
  const std::string value(1000, 'x');
  EXPECT_TRUE(route_of_one(set("k", value)).large);
  EXPECT_FALSE(route_of_one(set("k", value), 2000).large);
  EXPECT_FALSE(route_of_one(command("SET", "k", value)).large);

  const std::array<resp::command, 2> both = {set("k", value), command("SET", "k", "v")};
  EXPECT_FALSE(route_of(carrying(both), 1000).large);
}

TEST(Routing, RefusesWithAHint) {
  const auto words = [](const resp::command& one) {
    const auto way = route_of(carrying({&one, 1}), 1000);
    return way.refused == nullptr ? "" : std::string(refusal(*way.refused).text());
  };
  EXPECT_NE(words(command("select", 1)).find("sandpiper::options"), std::string::npos);
  EXPECT_NE(words(command("multi")).find("client::transaction()"), std::string::npos);
  EXPECT_NE(words(command("Watch", "k")).find("client::optimistic()"), std::string::npos);
  EXPECT_EQ(words(command("client", "reply", "off")).find("client reply would change"), 0u);
  EXPECT_NE(words(command("subscribe", "c")).find("client::subscribe()"), std::string::npos);
  EXPECT_EQ(words(command("CLIENT", "ID")), "");
}

TEST(Routing, NothingRefusedReachesTheServer) {
  const test::redis_server server;
  const auto db = client::connect(server.url()).value();
  const std::vector<command<>> all = {command("AUTH", "s3cret"),
                                      command("client", "no-evict", "on"),
                                      command("CLIENT", "TRACKING", "on"),
                                      command("DISCARD"),
                                      command("exec"),
                                      command("HELLO", 2),
                                      command("MONITOR"),
                                      command("MULTI"),
                                      command("PSYNC", "?", -1),
                                      command("quit"),
                                      command("RESET"),
                                      command("script", "debug", "yes"),
                                      command("SELECT", 3),
                                      command("SUBSCRIBE", "c"),
                                      command("sync"),
                                      command("UNWATCH"),
                                      command("WATCH", "k"),
                                      command("CLIENT", "SETNAME", "me")};
  for (const auto& each : all) {
    const auto refused = db.run(each);
    ASSERT_FALSE(refused) << each.name();
    EXPECT_EQ(refused.error(), errc::bad_request) << each.name();
    EXPECT_EQ(refused.error().fate(), fate::unsent);
    EXPECT_EQ(refused.error().message().find("s3cret"), std::string::npos);
  }
  EXPECT_EQ(db.totals().commands, 0u);
}

}  // namespace
}  // namespace sandpiper

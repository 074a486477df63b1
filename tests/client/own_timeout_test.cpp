#include "client/own_timeout.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "sandpiper/commands/any.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;

TEST(OwnTimeout, StandsLastInMostCommands) {
  EXPECT_EQ(own_timeout(command("BLPOP", "a", "b", 2)), 2s);
  EXPECT_EQ(own_timeout(command("brpop", "a", "0.25")), 250ms);
  EXPECT_EQ(own_timeout(command("BRPOPLPUSH", "a", "b", 3)), 3s);
  EXPECT_EQ(own_timeout(command("BLMOVE", "a", "b", "LEFT", "RIGHT", 4)), 4s);
  EXPECT_EQ(own_timeout(command("BZPOPMIN", "a", 5)), 5s);
  EXPECT_EQ(own_timeout(command("BZPOPMAX", "a", 6)), 6s);
}

TEST(OwnTimeout, StandsFirstWhereTheNumberOfKeysIsSaid) {
  EXPECT_EQ(own_timeout(command("BLMPOP", 2, 1, "9", "LEFT")), 2s);
  EXPECT_EQ(own_timeout(command("BZMPOP", "1.5", 1, "9", "MIN")), 1500ms);
}

TEST(OwnTimeout, IsInMillisecondsForStreamsAndReplicas) {
  EXPECT_EQ(own_timeout(command("XREAD", "COUNT", 1, "block", 70, "STREAMS", "s", "$")), 70ms);
  EXPECT_EQ(own_timeout(command("XREADGROUP", "GROUP", "g", "c", "BLOCK", 80, "STREAMS", "s", ">")),
            80ms);
  EXPECT_EQ(own_timeout(command("WAIT", 1, 90)), 90ms);
  EXPECT_EQ(own_timeout(command("WAITAOF", 1, 0, 95)), 95ms);
}

TEST(OwnTimeout, IsNotTakenFromTheNamesOfAGroup) {
  EXPECT_EQ(
      own_timeout(command("XREADGROUP", "GROUP", "block", "7", "BLOCK", 50, "STREAMS", "s", ">")),
      50ms);
}

TEST(OwnTimeout, IsNoneWhereThereIsNoneOrNoEnd) {
  EXPECT_EQ(own_timeout(command("BLPOP", "a", 0)), 0ms);
  EXPECT_EQ(own_timeout(command("BLPOP")), 0ms);
  EXPECT_EQ(own_timeout(command("BLPOP", "a", "soon")), 0ms);
  EXPECT_EQ(own_timeout(command("BLPOP", "a", -1)), 0ms);
  EXPECT_EQ(own_timeout(command("BLPOP", "a", "nan")), 0ms);
  EXPECT_EQ(own_timeout(command("XREAD", "BLOCK")), 0ms);
  EXPECT_EQ(own_timeout(command("XREAD", "STREAMS", "BLOCK", "5")), 0ms);
  EXPECT_EQ(own_timeout(command("GET", "5")), 0ms);
}

TEST(OwnTimeout, HasABoundHoweverLargeTheNumber) {
  for (const auto* huge : {"1e300", "inf", "99999999999999999999"}) {
    EXPECT_EQ(own_timeout(command("BLPOP", "a", huge)), 24h * 36'525) << huge;
  }
}

struct carrying final : wire::request {
  explicit carrying(std::span<const resp::command> all) { set_commands(all); }
  void on_reply(std::uint32_t, const resp::reply_view&) noexcept override {}
  void on_error(std::uint32_t, error) noexcept override {}
};

TEST(OwnTimeout, OfARequestIsThatOfItsBlockingCommands) {
  const std::array<resp::command, 3> all = {command("BLPOP", "a", 1), command("ECHO", "50"),
                                            command("WAIT", 0, 200)};
  EXPECT_EQ(own_timeout(carrying(all)), 1200ms);
}

}  // namespace
}  // namespace sandpiper

#include "sandpiper/commands/any.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "commands/expected.hpp"

namespace sandpiper {
namespace {

using test::replies;
using test::request;

TEST(AnyCommand, IsWhatItIsGiven) {
  const command c("FT.SEARCH", "idx", "*", "LIMIT", 0, 10, 2.5, std::string("end"));
  EXPECT_EQ(c.to_string(), request({"FT.SEARCH", "idx", "*", "LIMIT", "0", "10", "2.5", "end"}));
  EXPECT_EQ(c.name(), "FT.SEARCH");
  EXPECT_FALSE(c.keys_known());
  static_assert(replies<decltype(c), reply>);
}

TEST(AnyCommand, MayBeItsNameAlone) {
  const command c("DBSIZE");
  EXPECT_EQ(c.to_string(), request({"DBSIZE"}));
  EXPECT_EQ(c.flags(), command_flags{});
}

TEST(AnyCommand, AsChangesTheReplyAndNothingElse) {
  const command c("HGETALL", "h");
  const auto copied = c.as<std::map<std::string, int>>();
  static_assert(replies<decltype(copied), std::map<std::string, int>>);
  EXPECT_EQ(copied.to_string(), c.to_string());

  const auto moved = command("LRANGE", "l", 0, -1).read_only().as<std::vector<int>>();
  static_assert(replies<decltype(moved), std::vector<int>>);
  EXPECT_EQ(moved.to_string(), request({"LRANGE", "l", "0", "-1"}));
  EXPECT_TRUE(moved.flags().read_only);
}

TEST(AnyCommand, TakesItsCallersWordForWhatItDoes) {
  const auto reads = command("MY.GET", "k").read_only();
  EXPECT_EQ(reads.flags(), (command_flags{.read_only = true, .idempotent = true}));
  const auto repeats = command("MY.SET", "k", "v").idempotent();
  EXPECT_EQ(repeats.flags(), (command_flags{.idempotent = true}));
}

TEST(FlagsOf, RefusesWhatChangesASharedConnection) {
  for (const auto* name :
       {"ASKING",       "AUTH",       "DISCARD",   "EXEC",         "HELLO",
        "MONITOR",      "MULTI",      "QUIT",      "PSUBSCRIBE",   "PSYNC",
        "PUNSUBSCRIBE", "READONLY",   "READWRITE", "REPLCONF",     "RESET",
        "SELECT",       "SSUBSCRIBE", "SUBSCRIBE", "SUNSUBSCRIBE", "SYNC",
        "UNSUBSCRIBE",  "UNWATCH",    "WATCH",     "select",       "Subscribe"}) {
    EXPECT_TRUE(flags_of(name).refused) << name;
    EXPECT_TRUE(command<>(name).flags().refused) << name;
  }
}

TEST(FlagsOf, LetsEverythingElsePass) {
  for (const auto* name : {"GET", "", "SELECTED", "SELEC", "A", "ZZZ", "PUBLISH", "CLIENT"}) {
    EXPECT_EQ(flags_of(name), command_flags{}) << name;
  }
}

TEST(FlagsOf, KnowsWhatBlocks) {
  for (const auto* name : {"BLMOVE", "BLMPOP", "BLPOP", "BRPOP", "BRPOPLPUSH", "BZMPOP", "BZPOPMAX",
                           "BZPOPMIN", "WAIT", "WAITAOF", "blpop", "Wait"}) {
    EXPECT_EQ(flags_of(name), command_flags{.blocking = true}) << name;
    EXPECT_TRUE(command<>(name).flags().blocking) << name;
  }
  EXPECT_TRUE(command("XREAD", "COUNT", 1, "block", 0, "STREAMS", "s", "$").flags().blocking);
  EXPECT_TRUE(
      command("xreadgroup", "GROUP", "g", "c", "BLOCK", 5, "STREAMS", "s", ">").flags().blocking);
  EXPECT_FALSE(command("XREAD", "STREAMS", "BLOCK", "$").flags().blocking);
  EXPECT_FALSE(
      command("XREADGROUP", "GROUP", "BLOCK", "block", "STREAMS", "s", ">").flags().blocking);
  EXPECT_FALSE(command("XREADGROUP", "GROUP").flags().blocking);
}

TEST(FlagsOf, KnowsOfANameAloneWhatMayBlock) {
  for (const auto* name : {"XREAD", "xreadgroup"}) EXPECT_TRUE(flags_of(name).blocking) << name;
}

TEST(FlagsOf, RefusesBySubcommandToo) {
  for (const auto* word : {"CACHING", "CAPA", "IMPORT-SOURCE", "NO-EVICT", "NO-TOUCH", "REPLY",
                           "SETINFO", "SETNAME", "TRACKING", "reply", "No-Evict"}) {
    EXPECT_TRUE(command("CLIENT", word, "x").flags().refused) << word;
    EXPECT_TRUE(command("client", word).flags().refused) << word;
  }
  EXPECT_TRUE(command("client", std::string("tracking"), "on").flags().refused);
  EXPECT_TRUE(command("SCRIPT", "debug", "yes").flags().refused);
  for (const auto* word : {"ID", "LIST", "INFO", "UNBLOCK", "TRACKINGINFO", "GETREDIR", "REPL"}) {
    EXPECT_EQ(command("CLIENT", word).flags(), command_flags{}) << word;
  }
  EXPECT_EQ(command("SCRIPT", "EXISTS", "DEBUG").flags(), command_flags{});
  EXPECT_EQ(command("CLIENT", 1).flags(), command_flags{});
  EXPECT_EQ(command("GET", "REPLY").flags(), command_flags{}) << "that is its key";
}

static_assert(any_command<command<int>>);
static_assert(any_command<const command<int>&>);
static_assert(!any_command<resp::command>);  // it does not say what its reply is
static_assert(!any_command<std::string>);

}  // namespace
}  // namespace sandpiper

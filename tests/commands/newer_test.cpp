// Commands and options of servers that came after the one the table was asked from: written out by
// hand after their documentation.

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "commands/expected.hpp"
#include "sandpiper/commands/bitmap.hpp"
#include "sandpiper/commands/cluster.hpp"
#include "sandpiper/commands/connection.hpp"
#include "sandpiper/commands/generic.hpp"
#include "sandpiper/commands/hash.hpp"
#include "sandpiper/commands/scripting.hpp"
#include "sandpiper/commands/server.hpp"
#include "sandpiper/commands/sorted_set.hpp"
#include "sandpiper/commands/stream.hpp"
#include "sandpiper/commands/string.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using test::keys_of;
using test::replies;
using test::request;
using test::words;

constexpr std::chrono::system_clock::time_point year_2100(4102444800s);
using counts = std::vector<std::int64_t>;
using values = std::vector<std::optional<std::string>>;

TEST(Newer, HashFieldsExpire) {
  EXPECT_EQ(hexpire("h", 60s).fields("a", "b").to_string(),
            request({"HEXPIRE", "h", "60", "FIELDS", "2", "a", "b"}));
  EXPECT_EQ(hexpire("h", 60s).gt().fields({"a"}).to_string(),
            request({"HEXPIRE", "h", "60", "GT", "FIELDS", "1", "a"}));
  EXPECT_EQ(hpexpire("h", 1500ms).nx().fields("a").to_string(),
            request({"HPEXPIRE", "h", "1500", "NX", "FIELDS", "1", "a"}));
  EXPECT_EQ(hexpireat("h", year_2100).fields("a").to_string(),
            request({"HEXPIREAT", "h", "4102444800", "FIELDS", "1", "a"}));
  EXPECT_EQ(hpexpireat("h", year_2100).xx().fields("a").to_string(),
            request({"HPEXPIREAT", "h", "4102444800000", "XX", "FIELDS", "1", "a"}));
  static_assert(replies<decltype(hexpire("h", 1s).fields("a")), counts>);
}

TEST(Newer, HashFieldsTellWhenTheyExpire) {
  EXPECT_EQ(httl("h", "a", "b").to_string(), request({"HTTL", "h", "FIELDS", "2", "a", "b"}));
  EXPECT_EQ(hpttl("h", words{"a"}).to_string(), request({"HPTTL", "h", "FIELDS", "1", "a"}));
  EXPECT_EQ(hexpiretime("h", "a").to_string(), request({"HEXPIRETIME", "h", "FIELDS", "1", "a"}));
  EXPECT_EQ(hpexpiretime("h", "a").to_string(), request({"HPEXPIRETIME", "h", "FIELDS", "1", "a"}));
  EXPECT_EQ(hpersist("h", "a").to_string(), request({"HPERSIST", "h", "FIELDS", "1", "a"}));
  static_assert(replies<decltype(httl("h", "a")), std::vector<lifetime<>>>);
  EXPECT_FALSE(httl("h", "a").flags().cacheable);
  EXPECT_TRUE(hexpiretime("h", "a").flags().cacheable);
}

TEST(Newer, HashFieldsAreReadAndChangedAtOnce) {
  EXPECT_EQ(hgetex("h").ex(60s).fields("a", "b").to_string(),
            request({"HGETEX", "h", "EX", "60", "FIELDS", "2", "a", "b"}));
  EXPECT_EQ(hgetex("h").persist().fields("a").to_string(),
            request({"HGETEX", "h", "PERSIST", "FIELDS", "1", "a"}));
  EXPECT_EQ(hsetex("h").fnx().px(1500ms).fields("a", 1, "b", 2).to_string(),
            request({"HSETEX", "h", "FNX", "PX", "1500", "FIELDS", "2", "a", "1", "b", "2"}));
  EXPECT_EQ(hsetex("h").fields({{"a", 1}}).to_string(),
            request({"HSETEX", "h", "FIELDS", "1", "a", "1"}));
  EXPECT_EQ(hgetdel("h", "a").to_string(), request({"HGETDEL", "h", "FIELDS", "1", "a"}));
  EXPECT_EQ(hscan("h", 0).no_values().to_string(), request({"HSCAN", "h", "0", "NOVALUES"}));
  static_assert(replies<decltype(hgetex("h").fields("a")), values>);
  static_assert(replies<decltype(hsetex("h").fields("a", 1)), bool>);
  static_assert(replies<decltype(hscan("h", 0).no_values()), scan_page<std::string>>);
}

TEST(Newer, StreamsForgetEntriesWithTheirReferences) {
  EXPECT_EQ(xdelex("x").acked().ids("1-1", "2-1").to_string(),
            request({"XDELEX", "x", "ACKED", "IDS", "2", "1-1", "2-1"}));
  EXPECT_EQ(xackdel("x", "g").del_ref().ids("1-1").to_string(),
            request({"XACKDEL", "x", "g", "DELREF", "IDS", "1", "1-1"}));
  EXPECT_EQ(xadd("x").keep_ref().maxlen(9).add("f", 1).to_string(),
            request({"XADD", "x", "KEEPREF", "MAXLEN", "9", "*", "f", "1"}));
  EXPECT_EQ(xtrim("x").maxlen(9).acked().to_string(),
            request({"XTRIM", "x", "MAXLEN", "9", "ACKED"}));
  EXPECT_EQ(keys_of(xackdel("x", "g").ids("1-1")), words{"x"});
}

TEST(Newer, ConditionsOnValues) {
  EXPECT_EQ(set("k", "new").if_eq("old").to_string(), request({"SET", "k", "new", "IFEQ", "old"}));
  EXPECT_EQ(set("k", "new").if_digest_ne("ab").ex(60s).to_string(),
            request({"SET", "k", "new", "IFDNE", "ab", "EX", "60"}));
  EXPECT_EQ(delex("k").if_ne("v").to_string(), request({"DELEX", "k", "IFNE", "v"}));
  EXPECT_EQ(digest("k").to_string(), request({"DIGEST", "k"}));
  EXPECT_EQ(msetex("a", 1, "b", 2).nx().ex(60s).to_string(),
            request({"MSETEX", "2", "a", "1", "b", "2", "NX", "EX", "60"}));
  EXPECT_EQ(keys_of(msetex("a", 1, "b", 2)), (words{"a", "b"}));
  static_assert(replies<decltype(set("k", "new").if_eq("old")), bool>);
}

TEST(Newer, WaitsForTheAppendOnlyFile) {
  EXPECT_EQ(waitaof(1, 2, 500ms).to_string(), request({"WAITAOF", "1", "2", "500"}));
  EXPECT_TRUE(waitaof(1, 2, 500ms).flags().blocking);
  static_assert(replies<decltype(waitaof(1, 0, 0s)), std::pair<std::int64_t, std::int64_t>>);
}

TEST(Newer, RanksCarryTheirScores) {
  EXPECT_EQ(zrank("z", "m").with_score().to_string(), request({"ZRANK", "z", "m", "WITHSCORE"}));
  EXPECT_EQ(zrevrank("z", "m").with_score().to_string(),
            request({"ZREVRANK", "z", "m", "WITHSCORE"}));
  static_assert(replies<decltype(zrank("z", "m").with_score()),
                        std::optional<std::pair<std::int64_t, double>>>);
}

TEST(Newer, BitsAreJoinedInMoreWays) {
  EXPECT_EQ(bitop(bit_operation::and_or, "to", "a", "b").to_string(),
            request({"BITOP", "ANDOR", "to", "a", "b"}));
  EXPECT_EQ(bitop(bit_operation::diff1, "to", "a").to_string(),
            request({"BITOP", "DIFF1", "to", "a"}));
}

TEST(Newer, ConnectionsSayMore) {
  EXPECT_EQ(client_no_touch(true).to_string(), request({"CLIENT", "NO-TOUCH", "ON"}));
  EXPECT_EQ(client_setinfo_lib_name("x").to_string(),
            request({"CLIENT", "SETINFO", "LIB-NAME", "x"}));
  EXPECT_EQ(client_setinfo_lib_ver("1").to_string(),
            request({"CLIENT", "SETINFO", "LIB-VER", "1"}));
  EXPECT_EQ(client_capa("redirect").to_string(), request({"CLIENT", "CAPA", "redirect"}));
  EXPECT_EQ(client_import_source(false).to_string(), request({"CLIENT", "IMPORT-SOURCE", "OFF"}));
  EXPECT_EQ(client_kill().max_age(60s).skip_me(false).to_string(),
            request({"CLIENT", "KILL", "MAXAGE", "60", "SKIPME", "NO"}));
  EXPECT_TRUE(client_no_touch(true).flags().refused);
}

TEST(Newer, NodesTellMore) {
  EXPECT_EQ(cluster_myshardid().to_string(), request({"CLUSTER", "MYSHARDID"}));
  EXPECT_EQ(cluster_slot_stats().slots_range(0, 9).to_string(),
            request({"CLUSTER", "SLOT-STATS", "SLOTSRANGE", "0", "9"}));
  EXPECT_EQ(cluster_slot_stats().order_by("KEY-COUNT").limit(3).desc().to_string(),
            request({"CLUSTER", "SLOT-STATS", "ORDERBY", "KEY-COUNT", "LIMIT", "3", "DESC"}));
  EXPECT_EQ(script_show("sha").to_string(), request({"SCRIPT", "SHOW", "sha"}));
  EXPECT_EQ(commandlog_get(10, "slow").to_string(), request({"COMMANDLOG", "GET", "10", "slow"}));
  EXPECT_EQ(commandlog_len("slow").to_string(), request({"COMMANDLOG", "LEN", "slow"}));
  EXPECT_EQ(commandlog_reset("slow").to_string(), request({"COMMANDLOG", "RESET", "slow"}));
  EXPECT_EQ(commandlog_help().to_string(), request({"COMMANDLOG", "HELP"}));
}

}  // namespace
}  // namespace sandpiper

// Payloads for RESTORE: read back by us, and taken by a real server.

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "rdb/building.hpp"
#include "rdb/json_lines.hpp"
#include "sandpiper/rdb/dump.hpp"
#include "support/redis_server.hpp"

namespace sandpiper::rdb {
namespace {

using texts = std::vector<std::string_view>;
constexpr double inf = std::numeric_limits<double>::infinity();

const dump_options packed{};
const dump_options plain{.packed = false, .compress = false};
const dump_options older{.version = 9};
const dump_options newer{.version = 11};

std::string holds(std::string_view payload) {
  json_lines told;
  const auto fault = dump_reader(told).read(payload, "k");
  EXPECT_FALSE(fault) << fault->message();
  const auto line = told.text();
  return line.substr(line.find("\"type\":"));
}

std::string of(std::string_view type, std::string_view encoding, std::string_view value) {
  std::string line = "\"type\":\"";
  line.append(type).append("\",\"encoding\":\"").append(encoding);
  return line.append("\",\"expires_ms\":null,\"value\":").append(value).append("}\n");
}

TEST(DumpWrite, StringsAreRead) {
  for (const auto& how : {packed, plain, older, newer}) {
    for (const std::string text : {"", "hello", "-5", "70000", "5000000000", "007"}) {
      EXPECT_EQ(holds(dump_string(text, how)), of("string", "string", '"' + text + '"'));
    }
    const std::string runs(1000, 'x');
    EXPECT_EQ(holds(dump_string(runs, how)), of("string", "string", '"' + runs + '"'));
  }
  EXPECT_EQ(dump_string("hello"), hex("00 05 68 65 6c 6c 6f 0a 00 63 72 df 76 65 34 20 0a"));
}

TEST(DumpWrite, CollectionsTakeTheFormOfTheirVersion) {
  const texts items = {"b", "a", "5", "b"};
  EXPECT_EQ(holds(dump_list(items, packed)), of("list", "quicklist", R"(["b","a","5","b"])"));
  EXPECT_EQ(holds(dump_list(items, older)), of("list", "linkedlist", R"(["b","a","5","b"])"));

  const texts members = {"a", "b"};
  EXPECT_EQ(holds(dump_set(members, packed)), of("set", "hashtable", R"(["a","b"])"));
  EXPECT_EQ(holds(dump_set(members, newer)), of("set", "listpack", R"(["a","b"])"));
  const texts numbers = {"70000", "-1", "5"};
  EXPECT_EQ(holds(dump_set(numbers, packed)), of("set", "intset", R"(["-1","5","70000"])"));
  EXPECT_EQ(holds(dump_set(numbers, plain)), of("set", "hashtable", R"(["-1","5","70000"])"));

  const std::vector<field_value> fields = {{"f", "v"}, {"g", "7"}};
  EXPECT_EQ(holds(dump_hash(fields, packed)), of("hash", "listpack", R"([["f","v"],["g","7"]])"));
  EXPECT_EQ(holds(dump_hash(fields, plain)), of("hash", "hashtable", R"([["f","v"],["g","7"]])"));

  const std::vector<member_score> scores = {{"b", inf}, {"a", -1.5}};
  constexpr auto shown = R"([["a","bff8000000000000"],["b","7ff0000000000000"]])";
  EXPECT_EQ(holds(dump_zset(scores, packed)), of("zset", "listpack", shown));
  EXPECT_EQ(holds(dump_zset(scores, plain)), of("zset", "skiplist", shown));
}

TEST(DumpWrite, LargeCollectionsAreStoredPlainly) {
  std::vector<std::string> words;
  for (int i = 0; i < 200; ++i) words.push_back("member " + std::to_string(i));
  const texts views(words.begin(), words.end());
  EXPECT_NE(holds(dump_set(views, newer)).find("hashtable"), std::string::npos);
  const std::string wide(65, 'x');
  EXPECT_NE(holds(dump_hash(std::vector<field_value>{{"f", wide}})).find("hashtable"),
            std::string::npos);
  EXPECT_NE(holds(dump_zset(std::vector<member_score>{{wide, 1}})).find("skiplist"),
            std::string::npos);
}

TEST(DumpWrite, ALongListIsCutIntoNodes) {
  const std::string element(1000, 'x');
  const texts items(100, element);
  const auto payload = dump_list(items, {.compress = false});
  EXPECT_GT(payload[1], 10) << "the number of nodes";
  EXPECT_EQ(holds(payload).size(), of("list", "quicklist", "").size() + 2 + 100 * 1003 - 1);
}

TEST(DumpWrite, IntsetsTakeTheWidthTheyNeed) {
  const auto width_of = [](texts members) { return dump_set(members)[2]; };
  EXPECT_EQ(width_of({"1", "-32768", "32767"}), 2);
  EXPECT_EQ(width_of({"1", "32768"}), 4);
  EXPECT_EQ(width_of({"1", "-2147483648"}), 4);
  EXPECT_EQ(width_of({"1", "2147483648"}), 8);
}

TEST(DumpWrite, ARawValueGetsAVersionThatKnowsIt) {
  const auto version_of = [](std::uint8_t type, std::uint16_t asked) {
    const auto payload = dump_raw(type, "value", asked);
    return static_cast<unsigned char>(payload[payload.size() - 10]);
  };
  EXPECT_EQ(version_of(0, 9), 9);
  EXPECT_EQ(version_of(0, 1), 6);
  const std::pair<std::uint8_t, int> lowest[] = {{13, 6},  {5, 8},   {7, 8},   {14, 7},  {15, 9},
                                                 {16, 10}, {19, 10}, {20, 11}, {21, 11}, {22, 12},
                                                 {25, 12}, {26, 13}, {27, 14}, {28, 14}, {29, 15}};
  for (const auto& [type, version] : lowest) EXPECT_EQ(version_of(type, 1), version) << int{type};
}

std::string quoted_hex(std::string_view bytes) {
  std::string text = "\"";
  for (const char c : bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    text.append("\\x").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
  }
  return text + '"';
}

// Restored under one name, and made of the same by commands under another: DEBUG DIGEST-VALUE of a
// server that looks at all of a payload must not tell them apart.
TEST(DumpWrite, AServerTakesThemForWhatTheyAre) {
  const test::redis_server server(
      {.config = {"sanitize-dump-payload yes", "enable-debug-command yes"}});
  std::vector<std::string> words = {"", "5", "-70000", "text", std::string(100, 'x')};
  for (int i = 0; i < 20; ++i) words.push_back("member " + std::to_string(i));
  const texts views(words.begin(), words.end());
  std::string list = "RPUSH made";
  std::string set = "SADD made";
  std::string hash = "HSET made";
  std::string zset = "ZADD made";
  std::vector<field_value> fields;
  std::vector<member_score> scores;
  for (const auto text : views) {
    const auto quoted = " " + quoted_hex(text);
    list += quoted;
    set += quoted;
    hash += quoted + quoted;
    zset += " " + std::to_string(scores.size()) + ".5" + quoted;
    fields.push_back({text, text});
    scores.push_back({text, static_cast<double>(scores.size()) + 0.5});
  }
  const auto same = [&](const std::string& command, std::string_view payload) {
    server.ask("DEL made restored");
    server.ask(command);
    EXPECT_EQ(server.ask("RESTORE restored 0 " + quoted_hex(payload)), "+OK") << command;
    EXPECT_EQ(server.ask("EVAL \"return redis.call('DUMP', 'restored') ~= false\" 0"), ":1");
    const auto digest = [&](const std::string& key) {
      return server.ask("EVAL \"return redis.call('DEBUG', 'DIGEST-VALUE', KEYS[1])[1]\" 1 " + key);
    };
    EXPECT_EQ(digest("restored"), digest("made")) << command;
  };
  for (const auto& how : {packed, plain, older}) {
    for (const auto text : views) same("SET made " + quoted_hex(text), dump_string(text, how));
    same(list, dump_list(views, how));
    same(set, dump_set(views, how));
    same("SADD made 1 -5 70000", dump_set(texts{"1", "-5", "70000"}, how));
    same(hash, dump_hash(fields, how));
    same(zset, dump_zset(scores, how));
    same("ZADD made inf a -inf b 0.1 c",
         dump_zset(std::vector<member_score>{{"a", inf}, {"b", -inf}, {"c", 0.1}}, how));
  }
}

}  // namespace
}  // namespace sandpiper::rdb

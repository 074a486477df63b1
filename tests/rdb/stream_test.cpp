#include "rdb/stream.hpp"

#include <gtest/gtest.h>

#include "rdb/building.hpp"
#include "rdb/reading.hpp"

namespace sandpiper::rdb {
namespace {

std::string id(std::uint64_t ms, std::uint64_t seq) { return be64(ms) + be64(seq); }

std::string node(std::uint64_t ms) {
  return str(id(ms, 0)) + str(listpack_of({"1", "0", "1", "f", "0", "2", "0", "0", "v", "4"}));
}

// One entry at 5-0, and the numbers that follow it, as each type stores them.
std::string one_entry(unsigned type) {
  auto value = len(1) + node(5) + len(1) + len(5) + len(0);
  if (type >= type::stream_2) value += len(5) + len(0) + len(3) + len(1) + len(9);
  return value;
}

std::string pending_of(std::initializer_list<std::uint64_t> ids) {
  auto bytes = len(ids.size());
  for (const auto ms : ids) bytes += id(ms, 0) + le(std::uint64_t{1234}) + len(2);
  return bytes;
}

std::string owned_of(std::initializer_list<std::uint64_t> ids) {
  auto bytes = len(ids.size());
  for (const auto ms : ids) bytes += id(ms, 0);
  return bytes;
}

std::string consumer(unsigned type, std::string_view name,
                     std::initializer_list<std::uint64_t> ids) {
  auto bytes = str(name) + le(std::uint64_t{77});
  if (type >= type::stream_3) bytes += le(~std::uint64_t{0});
  return bytes + owned_of(ids);
}

std::string group(unsigned type, std::string_view name, const std::string& rest) {
  auto bytes = str(name) + len(5) + len(0);
  if (type >= type::stream_2) bytes += hex("81 ff ff ff ff ff ff ff ff");
  return bytes + rest;
}

outcome read_groups(unsigned type, const std::string& groups, const options& how = {}) {
  return every_cut(one_key(type, one_entry(type) + groups, "REDIS0014"), how);
}

TEST(Stream, EachTypeKeepsMoreThanTheOneBefore) {
  EXPECT_TRUE(every_cut(one_key(15, one_entry(15) + len(0))).tells("stream 1 1 5-0 0-0 0-0 1\n"));
  for (const unsigned type : {19u, 21u}) {
    EXPECT_TRUE(
        every_cut(one_key(type, one_entry(type) + len(0))).tells("stream 1 1 5-0 5-0 3-1 9\n"));
  }
  const auto idle = len(60) + len(1000) + len(0) + len(3) + len(4);
  for (const unsigned type : {26u, 27u}) {
    EXPECT_TRUE(every_cut(one_key(type, one_entry(type) + len(0) + idle))
                    .tells("idempotence 60 1000\nproduced totals 3 4\n"));
  }
}

TEST(Stream, AGroupHasPendingEntriesAndWhoOwnsThem) {
  for (const unsigned type : {15u, 19u, 21u}) {
    const auto rest =
        pending_of({1, 2, 3}) + len(2) + consumer(type, "ann", {3, 1}) + consumer(type, "bob", {2});
    const auto seen = read_groups(type, len(1) + group(type, "g", rest));
    ASSERT_TRUE(seen.done()) << type << ": " << seen.why;
    EXPECT_TRUE(
        seen.tells("group g 5-0 unknown\npending 1-0 1234 2\npending 2-0 1234 2\n"
                   "pending 3-0 1234 2\nconsumer ann 77 -\nowned 3-0\nowned 1-0\n"
                   "consumer bob 77 -\nowned 2-0\n"))
        << seen.text;
  }
}

TEST(Stream, NamesMayBeNumbers) {
  const auto rest = pending_of({}) + len(1) + hex("c0 07") + le(std::uint64_t{77}) + owned_of({});
  const auto seen = read_groups(15, len(1) + hex("c0 2a") + len(5) + len(0) + rest);
  EXPECT_TRUE(seen.tells("group 42 5-0 unknown\nconsumer 7 77 -\n")) << seen.why;
}

TEST(Stream, EntriesGivenBackAreOwnedByNobody) {
  const auto rest = pending_of({1, 2}) + len(1) + consumer(27, "ann", {1}) + owned_of({2});
  const auto idle = len(0) + len(0) + len(0) + len(0) + len(0);
  EXPECT_TRUE(
      read_groups(27, len(1) + group(27, "g", rest) + idle).tells("owned 1-0\nnacked 2-0\n"));
}

TEST(Stream, ProducersAreTold) {
  const auto producers = len(60) + len(10) + len(1) + str("p") + len(2) + str("i1") + len(5) +
                         len(0) + hex("c0 02") + len(6) + len(1) + len(7) + len(8);
  EXPECT_TRUE(
      read_groups(26, len(0) + producers)
          .tells("producer \"p\"\nproduced \"i1\" 5-0\nproduced #2# 6-1\nproduced totals 7 8\n"));
}

TEST(Stream, PendingEntriesMustAddUp) {
  const auto about = [](const std::string& rest, const options& how = {}) {
    return read_groups(15, len(1) + group(15, "g", rest), how).why.substr(0, 23);
  };
  const auto orphan = pending_of({1}) + len(0);
  const auto unknown = pending_of({1}) + len(1) + consumer(15, "ann", {2});
  const auto owned_twice =
      pending_of({1}) + len(2) + consumer(15, "ann", {1}) + consumer(15, "bob", {1});
  EXPECT_EQ(about(pending_of({1, 1}) + len(0)), "corrupt pending entries");
  EXPECT_EQ(about(orphan), "corrupt pending entries");
  EXPECT_EQ(about(unknown), "corrupt pending entries");
  EXPECT_EQ(about(owned_twice), "corrupt pending entries");
  for (const auto lenient : {leniency::warn, leniency::ignore}) {
    EXPECT_EQ(about(orphan, {.pending_entries = lenient}), "");
    EXPECT_EQ(about(unknown, {.pending_entries = lenient}), "");
    EXPECT_EQ(about(owned_twice, {.pending_entries = lenient}), "");
  }
  EXPECT_EQ(about(pending_of({1, 2, 3}) + len(0), {.limits = {.unique_entries_max = 2}}),
            "corrupt pending entries")
      << "their number is known all the same";
}

TEST(Stream, NoGroupOrConsumerStandsTwice) {
  const auto empty = pending_of({}) + len(0);
  EXPECT_EQ(read_groups(15, len(2) + group(15, "g", empty) + group(15, "g", empty)).fault->about,
            subject::duplicate);
  const auto twice = pending_of({}) + len(2) + consumer(15, "ann", {}) + consumer(15, "ann", {});
  EXPECT_EQ(read_groups(15, len(1) + group(15, "g", twice)).fault->about, subject::duplicate);
  const auto ann = pending_of({}) + len(1) + consumer(15, "ann", {});
  EXPECT_TRUE(read_groups(15, len(2) + group(15, "g", ann) + group(15, "h", ann)).done());
}

TEST(Stream, NodesAscendAndHaveKeysOfSixteenBytes) {
  const auto why = [](const std::string& nodes) {
    return every_cut(one_key(15, nodes + len(2) + len(9) + len(0) + len(0))).why.substr(0, 14);
  };
  EXPECT_EQ(why(len(2) + node(5) + node(6)), "");
  EXPECT_EQ(why(len(2) + node(5) + node(5)), "corrupt stream");
  EXPECT_EQ(why(len(2) + node(6) + node(5)), "corrupt stream");
  EXPECT_EQ(why(len(1) + str(std::string(15, 'x'))), "corrupt stream");
  EXPECT_EQ(why(len(1) + hex("c0 05")), "corrupt stream");
}

TEST(Stream, ALengthThatIsNotTheEntriesIsToldButAStreamWithoutThemIsNone) {
  const auto longer = len(1) + node(5) + len(3) + len(5) + len(0) + len(0);
  const auto seen = every_cut(one_key(15, longer));
  EXPECT_TRUE(seen.done());
  EXPECT_EQ(seen.warnings, 1);
  EXPECT_TRUE(seen.tells("stream 3 1 "));

  const auto none = len(0) + len(3) + len(5) + len(0) + len(0);
  EXPECT_EQ(every_cut(one_key(15, none)).fault->about, subject::stream);
  const auto empty = len(0) + len(0) + len(5) + len(0) + len(0);
  EXPECT_TRUE(every_cut(one_key(15, empty)).tells("stream 0 0 5-0 "));
}

}  // namespace
}  // namespace sandpiper::rdb

// Values that are not decoded. That every kind of value is passed over to its very end is shown
// wherever every_cut() reads one at all depths; here is what is told of their parts.

#include <gtest/gtest.h>

#include "rdb/building.hpp"
#include "rdb/reading.hpp"

namespace sandpiper::rdb {
namespace {

std::string parts_of(unsigned type, const std::string& value,
                     std::string_view header = "REDIS0014") {
  const auto seen = read_whole(one_key(type, value, header), depth::structure);
  EXPECT_TRUE(seen.done()) << seen.why;
  std::string parts;
  for (std::size_t at = seen.text.find("part "); at != seen.text.npos;) {
    const auto end = seen.text.find('\n', at);
    parts += seen.text.substr(at + 5, end - at - 5) + ';';
    at = seen.text.find("part ", end);
  }
  return parts;
}

// form, entries, bytes, blob: text is 0, table 1, listpack 2, ziplist 3, intset 4, zipmap 5.
TEST(Walk, TellsTheSizesOfStringsWithoutLookingInside) {
  EXPECT_EQ(parts_of(0, str("four")), "0 0 4 ;");
  EXPECT_EQ(parts_of(0, hex("c0 9c")), "0 0 4 ;") << "-100";
  EXPECT_EQ(parts_of(0, hex("c3 09 28 01 61 61 e0 1b 00 01 61 61")), "0 0 40 ;");
}

TEST(Walk, TellsTablesAndEachOfTheirStrings) {
  EXPECT_EQ(parts_of(1, len(2) + str("a") + str("bb")), "1 2 0 ;0 0 1 ;0 0 2 ;");
  EXPECT_EQ(parts_of(3, len(1) + str("a") + str("1.5")), "1 1 0 ;0 0 1 ;");
  EXPECT_EQ(parts_of(3, len(2) + str("a") + hex("fe") + str("b") + hex("fd")),
            "1 2 0 ;0 0 1 ;0 0 1 ;");
  EXPECT_EQ(parts_of(4, len(1) + str("f") + str("vv")), "1 1 0 ;0 0 1 ;0 0 2 ;");
  EXPECT_EQ(parts_of(5, len(1) + str("a") + std::string(8, '\0')), "1 1 0 ;0 0 1 ;");
  EXPECT_EQ(parts_of(24, std::string(8, '\0') + len(1) + len(9) + str("f") + str("v")),
            "1 1 0 ;0 0 1 ;0 0 1 ;");
  EXPECT_EQ(parts_of(22, len(1) + str("f") + str("v") + std::string(8, '\0'), "VALKEY080"),
            "1 1 0 ;0 0 1 ;0 0 1 ;");
}

TEST(Walk, TellsPackedBlobsWithTheirBytes) {
  const auto pack = listpack_of({"1", "2"});
  const auto shown = " 2 11 " + escaped(pack) + ';';
  EXPECT_EQ(parts_of(16, str(pack)), "2" + shown);
  EXPECT_EQ(parts_of(25, std::string(8, '\0') + str(pack)), "2" + shown);
  EXPECT_EQ(parts_of(18, len(2) + len(2) + str(pack) + len(1) + str("plain")),
            "1 2 0 ;2" + shown + "0 0 5 ;");
  const auto zip = ziplist_of({"a"});
  EXPECT_EQ(parts_of(10, str(zip)), "3 1 14 " + escaped(zip) + ';');
  EXPECT_EQ(parts_of(14, len(1) + str(zip)), "1 1 0 ;3 1 14 " + escaped(zip) + ';');
  EXPECT_EQ(parts_of(11, str(hex("02 00 00 00 01 00 00 00 05 00"))).substr(0, 7), "4 1 10 ");
  EXPECT_EQ(parts_of(9, str(hex("01 01 61 01 00 62 ff"))).substr(0, 6), "5 2 7 ");
}

TEST(Walk, ABlobTooShortForItsHeaderIsRefused) {
  for (const unsigned type : {9u, 10u, 11u, 16u, 20u}) {
    const auto seen = read_whole(one_key(type, str("")), depth::structure);
    EXPECT_EQ(seen.fault->kind, fault_kind::corrupt) << type << seen.why;
  }
}

TEST(Walk, RawBytesAreExactlyTheValue) {
  const auto value = len(2) + str("a") + hex("c3 09 28 01 61 61 e0 1b 00 01 61 61");
  const auto seen = every_cut(one_key(1, value));
  EXPECT_TRUE(seen.done());
  EXPECT_TRUE(read_whole(one_key(1, value), depth::raw).tells("raw " + escaped(value) + '\n'));
}

TEST(Walk, PartsAreThoseOfKeysOnly) {
  const auto slots = hex("f3") + str("a job") + len(1) + len(0) + len(100);
  const auto seen = read_whole(snapshot(record(0, "k", str("four")) + slots, "VALKEY080"),
                               depth::structure);
  EXPECT_TRUE(seen.done()) << seen.why;
  EXPECT_FALSE(seen.tells("part 0 0 5 ")) << seen.text;
}

TEST(Walk, PassesOverWhatItCannotJudge) {
  const auto nonsense = str("no listpack at all");
  EXPECT_TRUE(read_whole(one_key(16, nonsense), depth::skip).done());
  EXPECT_FALSE(read_whole(one_key(16, nonsense), depth::elements).done());
}

// The end of a value is found even in types whose parts depend on each other.
TEST(Walk, FindsTheEndOfEveryRareType) {
  const std::pair<unsigned, std::string> rare[] = {
      {28, len(3) + len(1) + len(9) + len(0) + len(0) + str("x") + len(1) + len(1) +
               le(std::uint64_t{1}) + len(2) + len(2) + le(std::uint64_t{1})},
      {29, len(0) + str(listpack_of({"a"})) + str(listpack_of({"0", "v"}))},
      {31, len(1) + len(1) + str("a") + str("v")},
      {23, str(listpack_of({"f", "v", "0"}))},
      {7, len(77) + len(5) + str("text") + len(3) + hex("00 00 00 00") + len(0)},
  };
  for (const auto& [type, value] : rare) {
    EXPECT_TRUE(every_cut(one_key(type, value)).done()) << type;
    for (const auto level : {depth::skip, depth::raw, depth::structure}) {
      const auto seen = read_whole(one_key(type, value), level);
      EXPECT_TRUE(seen.done()) << type << seen.why;
      EXPECT_TRUE(seen.tells(" " + std::to_string(value.size()) + " \n")) << type << seen.text;
    }
  }
  const auto bad_element = len(1) + len(0) + len(0) + len(9);
  EXPECT_FALSE(read_whole(one_key(28, bad_element), depth::skip).done());
}

}  // namespace
}  // namespace sandpiper::rdb

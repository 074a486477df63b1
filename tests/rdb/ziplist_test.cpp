#include "rdb/ziplist.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "rdb/building.hpp"

namespace sandpiper::rdb {
namespace {

std::vector<std::string> entries_of(std::string_view blob) {
  std::uint64_t n = 0;
  const auto wrong = ziplist::check(blob, n);
  EXPECT_FALSE(wrong) << wrong.detail;
  std::vector<std::string> all;
  item entry;
  for (const char* at = ziplist::first(blob); at != ziplist::last(blob);) {
    at = ziplist::next(at, ziplist::last(blob), entry);
    all.push_back(entry.str());
  }
  EXPECT_EQ(all.size(), n);
  return all;
}

flaw flaw_of(std::string_view blob) {
  std::uint64_t n = 0;
  return ziplist::check(blob, n);
}

std::string with(std::string blob, std::size_t at, std::string_view bytes) {
  return blob.replace(at, bytes.size(), bytes);
}

TEST(Ziplist, ReadsEachEncoding) {
  const auto one = [](const std::string& entry) { return entries_of(ziplist_raw({entry})).at(0); };
  EXPECT_EQ(one(hex("02 68 69")), "hi");
  EXPECT_EQ(one(hex("00")), "");
  EXPECT_EQ(one(hex("40 02 68 69")), "hi");
  EXPECT_EQ(one(hex("41 00") + std::string(256, 'x')), std::string(256, 'x')) << "big-endian";
  EXPECT_EQ(one(hex("80 00 00 01 00") + std::string(256, 'x')), std::string(256, 'x'));
  EXPECT_EQ(one(hex("9a 00 00 00 02 68 69")), "hi") << "81 to bf are read as 80";
  EXPECT_EQ(one(hex("c0 00 80")), "-32768");
  EXPECT_EQ(one(hex("d0 00 00 00 80")), "-2147483648");
  EXPECT_EQ(one(hex("e0 00 00 00 00 00 00 00 80")), "-9223372036854775808");
  EXPECT_EQ(one(hex("f0 ff ff 7f")), "8388607");
  EXPECT_EQ(one(hex("f0 00 00 80")), "-8388608");
  EXPECT_EQ(one(hex("fe 80")), "-128");
  EXPECT_EQ(one(hex("f1")), "0");
  EXPECT_EQ(one(hex("fd")), "12");
}

TEST(Ziplist, ReadsLongPrevlens) {
  const std::string long_entry = hex("41 2c") + std::string(300, 'x');
  EXPECT_EQ(entries_of(ziplist_raw({long_entry, hex("f1"), hex("f2")})).at(2), "1");
}

TEST(Ziplist, APrevlenMayBeLongerThanNeeded) {
  const auto entry = std::string("\xfe") + le(std::uint32_t{0}) + hex("f3");
  auto blob = le(static_cast<std::uint32_t>(10 + entry.size() + 1));
  append_le(blob, std::uint32_t{10});
  append_le(blob, std::uint16_t{1});
  EXPECT_EQ(entries_of(blob + entry + "\xff").at(0), "2");
}

TEST(Ziplist, RefusesWhatDoesNotAddUp) {
  const auto sound = ziplist_of({"ab", "c", "d"});
  EXPECT_FALSE(flaw_of(sound));
  EXPECT_TRUE(flaw_of(""));
  EXPECT_TRUE(flaw_of(sound.substr(0, 10)));
  EXPECT_EQ(flaw_of(with(sound, 0, "\x01")).at, 0u) << "total";
  EXPECT_EQ(flaw_of(with(sound, 4, "\x0a")).at, 4u) << "tail";
  EXPECT_EQ(flaw_of(with(sound, 8, "\x02")).at, 8u) << "count";
  EXPECT_FALSE(flaw_of(with(sound, 8, "\xff\xff"))) << "an unknown count";
  EXPECT_EQ(flaw_of(with(sound, 14, "\x03")).at, 14u) << "prevlen";
  EXPECT_TRUE(flaw_of(with(sound, 10, "\x01"))) << "a first entry has none before it";
  EXPECT_EQ(flaw_of(with(sound, sound.size() - 1, "x")).at, sound.size() - 1) << "terminator";
}

TEST(Ziplist, NoEntryReachesBeyondTheEnd) {
  for (const auto* entry : {"05 61", "7f ff 61", "40", "80 ff ff ff fb 61", "80 00 00", "c0 00",
                            "d0 00", "e0 00", "f0 00 00", "fe", ""}) {
    EXPECT_EQ(flaw_of(ziplist_raw({hex(entry)})).at, 10u) << entry;
  }
}

TEST(Ziplist, SomeBytesBeginNoEntry) {
  for (const auto* entry : {"c1", "cf", "d1", "e1", "ef", "ff"}) {
    EXPECT_TRUE(flaw_of(ziplist_raw({hex(entry) + std::string(8, '\0')}))) << entry;
  }
}

TEST(Ziplist, AnEmptyOneIsSoundAndHoldsNothing) {
  EXPECT_TRUE(entries_of(ziplist_raw({})).empty());
}

}  // namespace
}  // namespace sandpiper::rdb

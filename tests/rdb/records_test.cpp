// Everything of a file that is not a value: header, opcodes, the end.

#include <gtest/gtest.h>

#include "rdb/building.hpp"
#include "rdb/reading.hpp"

namespace sandpiper::rdb {
namespace {

const std::string key = record(0, "k", str("v"));

TEST(Records, AnEmptySnapshotIsOne) {
  EXPECT_TRUE(every_cut(snapshot("")).tells("file 11 redis\nend 18 verified 0 0\n"));
}

TEST(Records, EveryVersionIsRead) {
  for (int version = 1; version <= 15; ++version) {
    const auto header = "REDIS00" + std::string(version < 10 ? "0" : "") + std::to_string(version);
    auto bytes = snapshot(key, header);
    if (version < 5) bytes.resize(bytes.size() - 8);  // they have no checksum
    const auto seen = every_cut(bytes);
    EXPECT_TRUE(seen.done()) << version << seen.why;
    EXPECT_EQ(seen.warnings, 0);
    EXPECT_TRUE(seen.tells(version < 5 ? "absent" : "verified"));
    EXPECT_EQ(seen.unread_bytes, 0u);
  }
  EXPECT_TRUE(every_cut(snapshot(key, "VALKEY080")).tells("file 80 valkey\n"));
  EXPECT_EQ(every_cut(snapshot(key, "REDIS0016")).warnings, 1);
  EXPECT_EQ(every_cut(snapshot(key, "REDIS0016"), {.newer_versions = leniency::ignore}).warnings,
            0);
}

TEST(Records, AFileThatIsNoneIsToldWhatItIs) {
  const auto refused = [](std::string_view header) { return read_whole(header); };
  EXPECT_EQ(refused("REDIX0011").fault->kind, fault_kind::corrupt);
  EXPECT_EQ(refused("REDIS00x1").fault->about, subject::version);
  EXPECT_EQ(refused("REDIS-001").fault->about, subject::version);
  EXPECT_EQ(refused("VALKEY0x0").fault->about, subject::version);
  EXPECT_EQ(refused("\x1f\x8b\x08"
                    "abcdef")
                .fault->kind,
            fault_kind::unsupported);
  EXPECT_EQ(refused("\x28\xb5\x2f\xfd"
                    "abcde")
                .fault->kind,
            fault_kind::unsupported);
  EXPECT_EQ(refused("VCS\x01\x01 abc").fault->kind, fault_kind::unsupported);
  EXPECT_EQ(refused("").fault->kind, fault_kind::truncated);
}

TEST(Records, AttributesBelongToTheNextKeyAlone) {
  const auto expires = hex("fc 7b 20 4a a9 d1 01 00 00");
  const auto idle = hex("f8 43 e8");
  const auto frequency = hex("f9 ff");
  const auto seen =
      every_cut(snapshot(expires + idle + frequency + key + record(0, "l", str("w"))));
  ASSERT_TRUE(seen.done()) << seen.why;
  EXPECT_TRUE(
      seen.tells("key 0 k 0 string string 9 26\n  expires 2000000000123\n  idle 1000\n"
                 "  frequency 255\nstring \"v\"\n"))
      << seen.text;
  EXPECT_TRUE(seen.tells("key 0 l 0 string string 28 31\nstring \"w\"\n"));
}

// Between two keys of a run, too, where an expiry has a way of its own.
TEST(Records, AttributesStandInAnyOrder) {
  const auto expires = hex("fc 01 00 00 00 00 00 00 00");
  const auto frequency = hex("f9 07");
  for (const auto& attributes : {expires + frequency, frequency + expires}) {
    const auto seen = every_cut(snapshot(key + attributes + record(0, "l", str("w"))));
    EXPECT_TRUE(seen.tells("key 0 l 0 string string 14 28\n  expires 1\n  frequency 7\n"))
        << seen.text;
  }
}

TEST(Records, AttributesOutliveOtherRecords) {
  const auto seen = every_cut(
      snapshot(hex("fd 05 00 00 00") + hex("fe 02") + hex("fa") + str("a") + str("b") + key));
  EXPECT_TRUE(seen.tells("key 2 k 0 string string ")) << seen.text;
  EXPECT_TRUE(seen.tells("  expires 5000\n"));
}

TEST(Records, ExpiriesAreAnyNumber) {
  EXPECT_TRUE(every_cut(snapshot(hex("fd ff ff ff ff") + key)).tells("  expires -1000\n"));
  EXPECT_TRUE(every_cut(snapshot(hex("fc 00 00 00 00 00 00 00 80") + key))
                  .tells("  expires -9223372036854775808\n"));
  EXPECT_TRUE(every_cut(snapshot(hex("fc ff ff ff ff ff ff ff ff") + key)).tells("  expires -1\n"));
}

TEST(Records, DatabasesMayBeSelectedInAnyOrder) {
  const auto seen = every_cut(snapshot(key + hex("fe 80 00 01 00 00") + key + hex("fe 00") + key));
  EXPECT_TRUE(seen.tells("db 65536\nkey 65536 k")) << seen.text;
  EXPECT_TRUE(seen.tells("db 0\nkey 0 k"));
}

TEST(Records, AuxFieldsMayBeNumbersAndStandAnywhere) {
  const auto seen = every_cut(snapshot(key + hex("fa") + str("redis-bits") + hex("c0 40") + key));
  EXPECT_TRUE(seen.tells("aux redis-bits #64#\n")) << seen.text;
}

TEST(Records, FunctionsAreTheirSource) {
  const auto code = std::string("#!lua name=l\nreturn 1");
  EXPECT_TRUE(
      every_cut(snapshot(hex("f5") + str(code))).tells("function #!lua name=l\\x0areturn 1 \n"));
  const auto candidate = hex("f6") + str("name") + str("LUA");
  EXPECT_TRUE(every_cut(snapshot(candidate + len(0) + str(code))).tells("return 1 LUA\n"));
  EXPECT_TRUE(
      every_cut(snapshot(candidate + len(1) + str("about") + str(code))).tells("return 1 LUA\n"));
}

TEST(Records, SizesAreHintsAndNoMore) {
  EXPECT_TRUE(every_cut(snapshot(hex("fb") + len(UINT64_MAX) + len(5)))
                  .tells("sizes - 18446744073709551615 5\n"));
  EXPECT_TRUE(every_cut(snapshot(hex("f4") + len(7) + len(8) + len(9))).tells("sizes 7 8 9\n"));
}

TEST(Records, ProductsUseTheSameOpcodesDifferently) {
  const auto slots = hex("f3") + str("job") + len(1) + len(0) + len(100);
  EXPECT_TRUE(every_cut(snapshot(slots + key, "VALKEY080")).done());
  const auto command = hex("f2") + "*2\r\n$3\r\nGET\r\n$300\r\n" + std::string(300, 'x') + "\r\n";
  const auto seen = every_cut(snapshot(command + key, "VALKEY081"));
  EXPECT_TRUE(seen.done()) << seen.why;
  EXPECT_EQ(seen.warnings, 1);
  for (const std::string bad :
       {"+OK\r\n", "*\r\n", "*1x\r\n", "*1\rx", "*99999999999999999999\r\n"}) {
    EXPECT_EQ(every_cut(snapshot(hex("f2") + bad, "VALKEY081")).fault->about, subject::opcode)
        << bad;
  }
  EXPECT_TRUE(every_cut(snapshot(hex("6b 05") + hex("79 43 e8") + key)).done())
      << "Redis Enterprise";
  const auto mask = hex("dc 03 00 00 00 01 00 00 00");
  EXPECT_TRUE(every_cut(snapshot(mask + key), {.dialect = dialect::dragonfly}).done());
  EXPECT_EQ(every_cut(snapshot(mask + key)).fault->number, 0xdcu);
}

TEST(Records, WhatIsNotKnownStops) {
  for (const unsigned op : {33u, 99u, 128u, 200u, 240u, 241u}) {
    const auto seen = every_cut(snapshot(key + std::string(1, static_cast<char>(op)) + "anything"));
    EXPECT_EQ(seen.fault->kind, fault_kind::unsupported) << op;
    EXPECT_EQ(seen.fault->number, op);
    EXPECT_EQ(seen.fault->offset, 9u + key.size());
  }
}

TEST(Records, TheChecksumIsCompared) {
  auto bytes = snapshot(key);
  bytes.back() = static_cast<char>(bytes.back() + 1);
  const auto seen = every_cut(bytes);
  EXPECT_EQ(seen.fault->about, subject::checksum);
  EXPECT_EQ(seen.fault->offset, bytes.size() - 8);
  EXPECT_FALSE(seen.tells("\nend "));
  EXPECT_TRUE(every_cut(bytes, {.checksum = false}).tells("unchecked"));
  bytes.replace(bytes.size() - 8, 8, 8, '\0');
  EXPECT_TRUE(every_cut(bytes).tells("disabled")) << "a writer may store none";
}

TEST(Records, NothingBehindTheChecksumIsTaken) {
  const auto seen = every_cut(snapshot(key) + "*1\r\n$4\r\nPING\r\n");
  EXPECT_TRUE(seen.done());
  EXPECT_EQ(seen.unread_bytes, 14u);
}

TEST(Records, EveryBeginningIsTruncated) {
  expect_truncated_everywhere(snapshot(hex("fa") + str("name") + str("value") + hex("fe 03") +
                                       hex("fc 7b 20 4a a9 d1 01 00 00") + key));
}

}  // namespace
}  // namespace sandpiper::rdb

#include "sandpiper/rdb/dump.hpp"

#include <gtest/gtest.h>

#include "rdb/building.hpp"
#include "rdb/transcript.hpp"

namespace sandpiper::rdb {
namespace {

std::string with_footer(std::string_view value, std::uint16_t version = 10) {
  std::string payload(value);
  append_le(payload, version);
  append_le(payload, crc64(0, payload));
  return payload;
}

std::string why(std::string_view payload, const options& how = {}) {
  transcript told;
  const auto fault = dump_reader(told, how).read(payload, "k");
  return fault ? fault->message() : "";
}

// What redis-server 7.0.15 answers to DUMP of "hello".
const std::string hello = hex("00 05 68 65 6c 6c 6f 0a 00 63 72 df 76 65 34 20 0a");

TEST(Dump, ReadsOneValue) {
  transcript told;
  dump_reader reads(told);
  EXPECT_FALSE(reads.read(hello, "the key", 3));
  EXPECT_EQ(told.text(), "key 3 the key 0 string string 0 1\nstring \"hello\"\nend_key 1 6 \n");
}

TEST(Dump, ReadsOneAfterTheOther) {
  transcript told;
  dump_reader reads(told);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(reads.read("nonsense, and long enough"));
    EXPECT_FALSE(reads.read(hello));
  }
}

TEST(Dump, TheFooterIsChecked) {
  for (std::size_t size = 0; size < hello.size(); ++size) {
    EXPECT_NE(why(hello.substr(0, size)), "") << size;
  }
  auto changed = hello;
  changed[2] = 'j';
  EXPECT_NE(why(changed).find("corrupt checksum at byte 9"), std::string::npos) << why(changed);
  EXPECT_EQ(why(changed, {.checksum = false}), "");
}

TEST(Dump, TheValueIsAllOfThePayload) {
  EXPECT_NE(why(with_footer(hex("00 05 68 65"))).find("truncated payload at byte 4"),
            std::string::npos);
  EXPECT_NE(why(with_footer(hex("00 01 68 65"))).find("corrupt payload at byte 3"),
            std::string::npos);
}

TEST(Dump, WhatRestoreRefusesIsRefused) {
  EXPECT_NE(why(with_footer(hex("04 00"))).find("corrupt empty key"), std::string::npos);
  for (const unsigned type : {6u, 8u, 30u, 32u, 33u, 255u}) {
    const auto payload = with_footer(std::string(1, static_cast<char>(type)) + "123");
    EXPECT_NE(why(payload).find("unsupported type at byte 0"), std::string::npos) << type;
  }
}

TEST(Dump, MetadataMayStandInFront) {
  transcript told;
  const auto meta = hex("f3 01") + le(std::uint32_t{77}) + len(2) + len(5) + len(0);
  EXPECT_FALSE(dump_reader(told).read(with_footer(meta + hex("00 01 78"), 13)));
  EXPECT_NE(told.text().find("key_meta 77\nmodule part 2 5 0 \"\"\nkey "), std::string::npos);
}

TEST(Dump, TheVersionTellsTheProduct) {
  const auto hash = hex("16 01") + str("f") + str("v") + le(~std::uint64_t{0});
  EXPECT_EQ(why(with_footer(hash, 80)), "");
  EXPECT_NE(why(with_footer(hash, 12)), "");
}

TEST(Dump, TheVisitorDecidesHowDeep) {
  transcript told(depth::raw);
  EXPECT_FALSE(dump_reader(told).read(hello));
  EXPECT_EQ(told.last_raw(), hex("05 68 65 6c 6c 6f"));
  transcript stopped(depth::stop);
  EXPECT_FALSE(dump_reader(stopped).read(hello));
}

}  // namespace
}  // namespace sandpiper::rdb

#include "rdb/listpack.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "rdb/building.hpp"

namespace sandpiper::rdb {
namespace {

std::vector<std::string> entries_of(std::string_view blob) {
  std::uint64_t n = 0;
  const auto wrong = listpack::check(blob, n);
  EXPECT_FALSE(wrong) << wrong.detail;
  std::vector<std::string> all;
  item entry;
  for (const char* at = listpack::first(blob); at != listpack::last(blob);) {
    at = listpack::next(at, listpack::last(blob), entry);
    all.push_back(entry.str());
  }
  EXPECT_EQ(all.size(), n);
  return all;
}

flaw flaw_of(std::string_view blob) {
  std::uint64_t n = 0;
  return listpack::check(blob, n);
}

// A listpack of entries given as bytes, with a header that fits.
std::string raw(std::string_view entries, std::uint16_t count) {
  auto blob = le(static_cast<std::uint32_t>(6 + entries.size() + 1));
  append_le(blob, count);
  return blob.append(entries).append("\xff");
}

TEST(Listpack, ReadsEachEncodingAsAServerWritesIt) {
  const auto one = [](std::string_view bytes) { return entries_of(raw(hex(bytes), 1)).at(0); };
  EXPECT_EQ(one("00 01"), "0");
  EXPECT_EQ(one("7f 01"), "127");
  EXPECT_EQ(one("c3 e8 02"), "1000");
  EXPECT_EQ(one("df ff 02"), "-1");
  EXPECT_EQ(one("d0 00 02"), "-4096");
  EXPECT_EQ(one("f1 00 80 03"), "-32768");
  EXPECT_EQ(one("f2 00 00 80 04"), "-8388608");
  EXPECT_EQ(one("f2 ff ff 7f 04"), "8388607");
  EXPECT_EQ(one("f3 00 00 00 80 05"), "-2147483648");
  EXPECT_EQ(one("f4 00 00 00 00 00 00 00 80 09"), "-9223372036854775808");
  EXPECT_EQ(one("80 01"), "");
  EXPECT_EQ(one("83 31 2e 35 04"), "1.5");
  EXPECT_EQ(one("e0 02 68 69 04"), "hi") << "a longer form than needed";
  EXPECT_EQ(one("f0 02 00 00 00 68 69 07"), "hi");
}

TEST(Listpack, WhatTheWriterWritesIsReadBack) {
  std::vector<std::string> all;
  for (const std::size_t n :
       {0,    1,     62,    63,    64,    125,   126,   127,   128,   4094,    4095,
        4096, 16377, 16378, 16379, 16380, 16381, 16382, 16383, 16384, 2097150, 2097160}) {
    all.push_back(std::string(n, 'x'));
  }
  for (const std::int64_t n : {127LL, 128LL, 4095LL, 4096LL, -4096LL, -4097LL, 32768LL, 8388608LL,
                               -8388609LL, 2147483648LL, std::numeric_limits<long long>::min()}) {
    all.push_back(std::to_string(n));
  }
  listpack_writer made;
  for (const auto& text : all) made.add(text);
  EXPECT_EQ(entries_of(made.take()), all);
  EXPECT_TRUE(made.empty()) << "and the writer begins anew";
}

TEST(Listpack, AnIntegerAndItsDigitsAreToldApart) {
  const auto blob = raw(hex("05 01 81 35 02"), 2);
  item first;
  item second;
  const char* at = listpack::next(listpack::first(blob), listpack::last(blob), first);
  (void)listpack::next(at, listpack::last(blob), second);
  EXPECT_TRUE(first.is_integer());
  EXPECT_TRUE(second.is_text());
  EXPECT_EQ(first.str(), second.str());
}

TEST(Listpack, ABacklenIsChecked) {
  EXPECT_EQ(flaw_of(raw(hex("00 02"), 1)).at, 6u);
  EXPECT_TRUE(flaw_of(raw(hex("00 81"), 1))) << "marked as continued";
  std::string text = hex("e0 80") + std::string(128, 'x');  // 130 bytes: 01 82
  EXPECT_FALSE(flaw_of(raw(text + hex("01 82"), 1)));
  EXPECT_TRUE(flaw_of(raw(text + hex("01 02"), 1)));
  EXPECT_TRUE(flaw_of(raw(text + hex("81 82"), 1)));
}

TEST(Listpack, NoEntryReachesBeyondTheEnd) {
  EXPECT_EQ(flaw_of(raw(hex("00 01 85 61 61"), 2)).at, 8u);
  EXPECT_TRUE(flaw_of(raw(hex("00"), 1))) << "the backlen is missing";
  EXPECT_TRUE(flaw_of(raw(hex("ef"), 1)));
  EXPECT_TRUE(flaw_of(raw(hex("ef ff 61"), 1)));
  EXPECT_TRUE(flaw_of(raw(hex("f0 fb ff ff ff 61"), 1))) << "5 + n is 0 in 32 bits";
  EXPECT_TRUE(flaw_of(raw(hex("f0 ff ff ff"), 1)));
  EXPECT_TRUE(flaw_of(raw(hex("f4 00 00 00"), 1)));
}

TEST(Listpack, SomeBytesBeginNoEntry) {
  for (int b = 0xf5; b <= 0xff; ++b) {
    EXPECT_TRUE(flaw_of(raw(std::string(1, static_cast<char>(b)) + std::string(12, '\1'), 1))) << b;
  }
}

TEST(Listpack, TheHeaderMustFit) {
  const auto sound = listpack_of({"a", "b"});
  EXPECT_FALSE(flaw_of(sound));
  EXPECT_TRUE(flaw_of("")) << "shorter than a header";
  EXPECT_TRUE(flaw_of(sound.substr(0, 6)));
  EXPECT_TRUE(flaw_of(sound.substr(0, sound.size() - 1)));
  EXPECT_TRUE(flaw_of(sound + "\xff"));
  auto changed = sound;
  changed.back() = '\0';
  EXPECT_EQ(flaw_of(changed).at, sound.size() - 1);
}

TEST(Listpack, TheCountIsThatOfTheEntriesOrUnknown) {
  const auto two = hex("00 01 00 01");
  EXPECT_FALSE(flaw_of(raw(two, 2)));
  EXPECT_FALSE(flaw_of(raw(two, 65535)));
  EXPECT_EQ(flaw_of(raw(two, 1)).at, 4u);
  EXPECT_EQ(flaw_of(raw(two, 3)).at, 4u);

  listpack_writer made;
  for (int i = 0; i < 70000; ++i) made.add("1");
  EXPECT_EQ(entries_of(made.take()).size(), 70000u);
}

}  // namespace
}  // namespace sandpiper::rdb

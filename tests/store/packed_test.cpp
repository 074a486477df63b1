#include "store/packed.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sandpiper::store {
namespace {

std::string packed(value_type type) {
  std::string bytes;
  packed_reset(type, bytes);
  return bytes;
}

TEST(Packed, PairsComeBackAsTheyWereAdded) {
  for (const auto type : {value_type::hash, value_type::list, value_type::set}) {
    auto bytes = packed(type);
    const std::string large(300, 'x');
    packed_append(type, bytes, "a", "1");
    packed_append(type, bytes, "", "");
    packed_append(type, bytes, large, large);
    EXPECT_EQ(packed_count(bytes), 3u);

    packed_reader reader(type, bytes);
    packed_pair pair;
    ASSERT_TRUE(reader.next(pair));
    EXPECT_EQ(pair.name, "a");
    EXPECT_EQ(pair.value, has_values(type) ? "1" : "");
    ASSERT_TRUE(reader.next(pair));
    EXPECT_EQ(pair.name, "");
    ASSERT_TRUE(reader.next(pair));
    EXPECT_EQ(pair.name, large);
    EXPECT_EQ(pair.end - pair.begin, packed_pair_bytes(type, 300, 300));
    EXPECT_FALSE(reader.next(pair));
  }
}

TEST(Packed, ChangesLeaveTheNeighboursAlone) {
  constexpr auto type = value_type::hash;
  auto bytes = packed(type);
  for (const auto* name : {"a", "b", "c"}) packed_append(type, bytes, name, "1");
  const auto middle = packed_find(type, bytes, "b");
  ASSERT_TRUE(middle);
  packed_erase(bytes, *middle);
  EXPECT_FALSE(packed_find(type, bytes, "b"));
  EXPECT_EQ(packed_count(bytes), 2u);
  packed_insert(type, bytes, packed_at(type, bytes, 1)->begin, "d", "2");
  EXPECT_EQ(packed_at(type, bytes, 0)->name, "a");
  EXPECT_EQ(packed_at(type, bytes, 1)->value, "2");
  EXPECT_EQ(packed_at(type, bytes, 2)->name, "c");
  EXPECT_FALSE(packed_at(type, bytes, 3));
}

TEST(Packed, AZsetStandsByScoreAndThenByMember) {
  constexpr auto type = value_type::zset;
  auto bytes = packed(type);
  const auto add = [&](double score, std::string_view member) {
    const auto raw = bytes_of(score);
    packed_append(type, bytes, member, {raw.data(), raw.size()});
  };
  add(2, "b");
  add(1, "z");
  add(2, "a");
  EXPECT_FALSE(packed_is_sorted(bytes));
  EXPECT_FALSE(packed_sort(bytes));
  EXPECT_TRUE(packed_sort(bytes)) << "a second time there is nothing to do";
  EXPECT_EQ(packed_at(type, bytes, 0)->name, "z");
  EXPECT_EQ(packed_at(type, bytes, 1)->name, "a");
  EXPECT_EQ(packed_at(type, bytes, 2)->name, "b");
  EXPECT_EQ(packed_zset_place(bytes, 2, "aa"), packed_at(type, bytes, 2)->begin);
  EXPECT_EQ(packed_zset_place(bytes, 9, ""), bytes.size());
}

TEST(Packed, AStreamKeepsItsState) {
  auto bytes = packed(value_type::stream);
  const stream_state state{{5, 1}, {4, 0}, 9};
  packed_set_state(bytes, state);
  packed_append(value_type::stream, bytes, "0123456789abcdef", "fields");
  EXPECT_EQ(packed_state(bytes), state);
  EXPECT_EQ(packed_count(bytes), 1u);
}

// Fields of stream entries come from others, so they are read with doubt.
TEST(Packed, ALengthIsNotBelievedBeyondTheBytes) {
  std::string whole;
  append_counted(whole, std::string(200, 'x'));
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    std::string_view bytes = std::string_view(whole).substr(0, cut);
    std::string_view text;
    EXPECT_FALSE(take_counted(bytes, text)) << cut;
  }
  std::string_view endless = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";
  std::string_view text;
  EXPECT_FALSE(take_counted(endless, text));
}

}  // namespace
}  // namespace sandpiper::store

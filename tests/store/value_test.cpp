#include "sandpiper/store/value.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "store/support.hpp"

namespace sandpiper::store {
namespace {

TEST(Value, NoneIsTheKnowledgeThatThereIsNothing) {
  const value none;
  EXPECT_EQ(none.type(), value_type::none);
  EXPECT_EQ(none.size(), 0u);
  EXPECT_EQ(to_string(none.type()), "none");
  EXPECT_FALSE(none.view().find("x"));
  EXPECT_TRUE(pairs_of(none.view()).empty());
}

TEST(Value, AStringIsItsBytes) {
  const auto text = value::string({"a\0b", 3});
  EXPECT_EQ(text.view().string(), std::string_view("a\0b", 3));
  EXPECT_EQ(text.size(), 1u);
  EXPECT_FALSE(value(text).add("x", "y")) << "a string has no pairs";
}

TEST(Value, AHashFindsAndReplacesByName) {
  value hash(value_type::hash);
  EXPECT_TRUE(hash.add("a", "1"));
  EXPECT_TRUE(hash.add("b", "2"));
  EXPECT_TRUE(hash.add("a", "longer"));
  EXPECT_EQ(hash.size(), 2u);
  EXPECT_EQ(hash.view().find("a"), "longer");
  EXPECT_EQ(hash.view().find("b"), "2");
  EXPECT_FALSE(hash.view().find("c"));
  EXPECT_EQ(pairs_of(hash.view()), (pairs{{"a", "longer"}, {"b", "2"}})) << "its place is kept";
}

TEST(Value, AListKeepsEveryItem) {
  value list(value_type::list);
  for (const auto* item : {"x", "y", "x"}) EXPECT_TRUE(list.add(item));
  EXPECT_EQ(pairs_of(list.view(), 1, 1), (pairs{{"y", ""}}));
  EXPECT_EQ(list.size(), 3u);
  EXPECT_FALSE(list.view().find("x")) << "items have no names";
}

TEST(Value, AZsetKnowsScoresAndRanks) {
  value zset(value_type::zset);
  EXPECT_TRUE(zset.add("b", 2.0));
  EXPECT_TRUE(zset.add("a", -1.5));
  EXPECT_TRUE(zset.add("c", std::numeric_limits<double>::infinity()));
  EXPECT_FALSE(zset.add("n", std::nan(""))) << "not a number has no place";
  EXPECT_FALSE(zset.add("s", "short"));
  zset.sort();
  EXPECT_EQ(zset.view().score("a"), -1.5);
  EXPECT_EQ(zset.view().rank("a"), 0u);
  EXPECT_EQ(zset.view().rank("c"), 2u);
  EXPECT_FALSE(zset.view().rank("x"));
  EXPECT_EQ(zset.view().lower_bound(0.0), 1u);
  EXPECT_EQ(zset.view().lower_bound(2.0, "b"), 1u);
  EXPECT_EQ(zset.view().lower_bound(2.0, "bb"), 2u);
}

TEST(Value, AStreamOnlyGrowsForward) {
  value stream(value_type::stream);
  std::string fields;
  append_field(fields, "f", "v");
  append_field(fields, "", "");
  EXPECT_TRUE(stream.add(stream_id{5, 0}, fields));
  EXPECT_FALSE(stream.add(stream_id{5, 0}, fields));
  EXPECT_FALSE(stream.add(stream_id{4, 9}, fields));
  EXPECT_TRUE(stream.add(stream_id{5, 1}, {}));
  EXPECT_EQ(stream.view().lower_bound(stream_id{5, 1}), 1u);
  EXPECT_EQ(stream.view().stream_state(), (stream_state{{5, 1}, {}, 2}));
  EXPECT_FALSE(stream.set_stream_state({{5, 0}, {}, 9}))
      << "the last id is at least the last entry's";
  EXPECT_TRUE(stream.set_stream_state({{9, 9}, {1, 1}, 9}));
  EXPECT_FALSE(stream.add(stream_id{9, 9}, {}));

  pairs seen;
  EXPECT_TRUE(for_each_field(fields, [&](std::string_view field, std::string_view text) {
    seen.emplace_back(field, text);
    return true;
  }));
  EXPECT_EQ(seen, (pairs{{"f", "v"}, {"", ""}}));
  EXPECT_FALSE(for_each_field("\x05oops", [](auto, auto) { return true; }));
}

TEST(Value, IdsSortAsTheirNamesDo) {
  const auto name = [](stream_id id) {
    const auto bytes = name_of(id);
    return std::string(bytes.begin(), bytes.end());
  };
  EXPECT_LT(name({1, 255}), name({1, 256}));
  EXPECT_LT(name({255, 0}), name({256, 0}));
  EXPECT_EQ(stream_id_of(name({7, 8})), (stream_id{7, 8}));
  EXPECT_EQ(stream_id_of("short"), stream_id{});
}

TEST(Value, ACopyOfWhatIsLookedAtIsWhole) {
  value stream(value_type::stream);
  stream.add(stream_id{1, 1}, "");
  stream.set_stream_state({{7, 7}, {}, 3});
  const value copy(stream.view());
  EXPECT_EQ(copy.view().stream_state(), stream.view().stream_state());
  EXPECT_EQ(pairs_of(copy.view()), pairs_of(stream.view()));
}

}  // namespace
}  // namespace sandpiper::store

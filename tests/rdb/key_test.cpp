// A key and its value: how deep to go, and what is said at the end.

#include <gtest/gtest.h>

#include "rdb/building.hpp"
#include "rdb/reading.hpp"

namespace sandpiper::rdb {
namespace {

// Answers by the key's first letter.
class choosy final : public transcript {
 public:
  depth key(const key_info& k) override {
    transcript::key(k);
    switch (k.name.empty() ? '\0' : k.name.front()) {
      case 's': return depth::skip;
      case 'r': return depth::raw;
      case 'p': return depth::structure;
      case 'x': return depth::stop;
      default: return depth::elements;
    }
  }
  void raw(std::string_view bytes) override { raw_ += bytes; }
  std::string raw_;
};

std::string list(std::string_view name) { return record(1, name, len(2) + str("a") + str("b")); }

TEST(Key, EachIsReadAsDeepAsIsAsked) {
  const auto bytes = snapshot(list("s") + list("e") + list("r") + list("p") + list("e2"));
  choosy told;
  reader reads(told);
  ASSERT_EQ(reads.feed(bytes), progress::done);
  EXPECT_EQ(told.raw_, len(2) + str("a") + str("b"));
  EXPECT_NE(told.text().find("key 0 s 1 list linkedlist 9 12\nend_key 0 5 \nkey 0 e 1"),
            std::string::npos);
  EXPECT_NE(told.text().find("item \"a\"\nitem \"b\"\nend_key 2 5 \nkey 0 r"), std::string::npos);
  EXPECT_NE(told.text().find("part 1 2 0 \npart 0 0 1 \npart 0 0 1 \nend_key 0 5 \nkey 0 e2"),
            std::string::npos);
}

TEST(Key, TheVisitorCanStop) {
  const auto bytes = snapshot(list("e") + list("x") + list("e2"));
  for (const std::size_t step : {std::size_t{1}, std::size_t{5}, bytes.size()}) {
    choosy told;
    reader reads(told);
    for (std::size_t at = 0; at < bytes.size() && reads.state() == progress::more; at += step) {
      feed_piece(reads, std::string_view(bytes).substr(at, step));
    }
    EXPECT_EQ(reads.state(), progress::stopped);
    EXPECT_EQ(reads.why(), nullptr);
    EXPECT_EQ(reads.finish(), progress::stopped);
    EXPECT_EQ(told.keys(), "e x ");
    EXPECT_EQ(reads.offset(), 9u + 8 + 3) << "in front of the value";
  }
}

TEST(Key, NamesAreAnyBytes) {
  const std::string zero("\0\xff\n", 3);
  EXPECT_TRUE(every_cut(one_key(0, str("v"))).tells("key 0 k "));
  EXPECT_TRUE(every_cut(snapshot(record(0, "", str("v")))).tells("key 0  0 string"));
  EXPECT_TRUE(
      every_cut(snapshot(record(0, zero, str("v")))).tells("key 0 \\x00\\xff\\x0a 0 string"));
  EXPECT_TRUE(every_cut(snapshot('\0' + hex("c1 2c 01") + str("v"))).tells("key 0 300 0 string"));
  const auto compressed = hex("c3 09 28 01 61 61 e0 1b 00 01 61 61");
  EXPECT_TRUE(every_cut(snapshot('\0' + compressed + str("v")))
                  .tells("key 0 " + std::string(40, 'a') + " 0 string"));
}

TEST(Key, NamesAreHeldToTheLimit) {
  const auto bytes = snapshot(record(0, std::string(70, 'k'), str("v")));
  EXPECT_TRUE(every_cut(bytes, {.limits = {.whole_bytes_max = 70}}).done());
  const auto seen = every_cut(bytes, {.limits = {.whole_bytes_max = 69}});
  EXPECT_EQ(seen.fault->kind, fault_kind::over_limit);
  EXPECT_EQ(seen.fault->offset, 10u);
}

TEST(Key, AFaultInAValueNamesItsKey) {
  const auto bytes =
      snapshot(hex("fe 05") + list("fine") + record(2, "bad", len(2) + str("a") + str("a")));
  const auto seen = every_cut(bytes);
  ASSERT_TRUE(seen.fault);
  EXPECT_EQ(seen.fault->db, 5u);
  EXPECT_EQ(seen.fault->key, "bad");
  EXPECT_EQ(seen.fault->type, 2u);
  EXPECT_EQ(seen.fault->offset, bytes.size() - 9 - 2) << "the member that stands twice";
  const auto between = every_cut(snapshot(list("fine") + '\xf0'));
  EXPECT_FALSE(between.fault->key) << "the key before has nothing to do with it";
}

TEST(Key, OneTwiceInADatabaseIsFoundWhenAskedFor) {
  const auto twice = snapshot(list("k") + list("l") + list("k"));
  EXPECT_TRUE(every_cut(twice).done());
  for (const auto level : {depth::elements, depth::skip}) {
    const auto seen = read_whole(twice, level, {.unique_keys = true});
    EXPECT_EQ(seen.fault->about, subject::duplicate);
    EXPECT_EQ(seen.fault->key, "k");
  }
  const auto apart = snapshot(list("k") + hex("fe 01") + list("k"));
  EXPECT_TRUE(every_cut(apart, {.unique_keys = true}).done());
}

TEST(Key, ALongStringComesInChunks) {
  const auto whole = std::string(100, 'a') + std::string(100, 'b');
  const options how{.limits = {.whole_bytes_max = 50}};
  const auto seen = every_cut(one_key(0, str(whole)), how);
  EXPECT_TRUE(seen.tells("chunks 0 " + whole + " -\nstring chunked 200\n")) << seen.why;
  const auto hash = len(2) + str("f") + str(whole) + str(whole) + str("v");
  const auto fields = every_cut(one_key(4, hash), how);
  EXPECT_TRUE(fields.tells("chunks 4 " + whole + " \"f\"\nfield \"f\" chunked 200 -\nchunks 3 " +
                           whole + " -\nfield chunked 200 \"v\" -\n"))
      << fields.text;
}

TEST(Key, ACompressedStringComesInChunksToo) {
  std::string whole;
  for (int i = 0; whole.size() < 200000; ++i) whole += "line " + std::to_string(i) + " of many\n";
  std::string value;
  append_string(value, whole, true);
  ASSERT_EQ(value[0], '\xc3');
  const options how{.limits = {.whole_bytes_max = 1000}};
  const auto bytes = one_key(0, value);
  for (const std::size_t step : {std::size_t{1}, std::size_t{999}, bytes.size()}) {
    const auto seen = read_cut(bytes, every(step, bytes.size()), depth::elements, how);
    EXPECT_TRUE(seen.tells("chunks 0 " + escaped(whole) + " -\nstring chunked ")) << seen.why;
  }
}

TEST(Key, ElementsAndBytesAreCounted) {
  EXPECT_TRUE(every_cut(snapshot(list("k"))).tells("end_key 2 5 \n"));
  EXPECT_TRUE(every_cut(one_key(0, str("four"))).tells("end_key 1 5 \n"));
}

}  // namespace
}  // namespace sandpiper::rdb

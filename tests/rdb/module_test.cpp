// What modules store: values, records of their own, metadata of keys.

#include <gtest/gtest.h>

#include "rdb/building.hpp"
#include "rdb/reading.hpp"

namespace sandpiper::rdb {
namespace {

const std::string id = hex("81 b5 eb 2d ff fa dd 6c 01");  // "test__rdb", version 1

std::string some_items() {
  return len(1) + len(static_cast<std::uint64_t>(-5)) + len(2) + len(300) + len(3) +
         hex("00 00 c0 3f") + len(4) + hex("00 00 00 00 00 00 04 40") + len(5) + str("text") +
         len(0);
}

const std::string told_items =
    "module part 1 18446744073709551611 0 \"\"\nmodule part 2 300 0 \"\"\n"
    "module part 3 0 1.5 \"\"\nmodule part 4 0 2.5 \"\"\nmodule part 5 0 0 \"text\"\n";

TEST(Module, AValueIsAListOfItems) {
  const auto seen = every_cut(one_key(7, id + some_items(), "REDIS0008"));
  ASSERT_TRUE(seen.done()) << seen.why;
  EXPECT_TRUE(seen.tells("module test__rdb 1\n" + told_items + "end_key 5 ")) << seen.text;
}

TEST(Module, AnItemOfNoKnownFormStops) {
  for (const auto& op : {len(6), len(1ULL << 32), len(UINT64_MAX)}) {
    const auto seen = every_cut(one_key(7, id + op + len(0)));
    EXPECT_EQ(seen.fault->about, subject::module) << seen.why;
    EXPECT_EQ(seen.fault->offset, 9u + 3 + id.size());
  }
}

TEST(Module, ATextComesInChunksWhenItIsLong) {
  const auto value = id + len(5) + str("0123456789") + len(0);
  const auto seen = every_cut(one_key(7, value), {.limits = {.whole_bytes_max = 4}});
  EXPECT_TRUE(seen.tells("chunks 6 0123456789 -\nmodule part 5 0 0 chunked 10\n")) << seen.text;
}

TEST(Module, ARecordOfItsOwnSaysWhereItBelongs) {
  const auto aux = [](std::uint64_t form, std::uint64_t when) {
    return every_cut(snapshot(hex("f7") + id + len(form) + len(when) + some_items()));
  };
  EXPECT_TRUE(aux(2, 1).tells("module_aux test__rdb 1 1\n" + told_items));
  EXPECT_TRUE(aux(2, 2).tells("module_aux test__rdb 1 2\n" + told_items));
  EXPECT_EQ(aux(1, 1).fault->about, subject::module_aux);
  EXPECT_EQ(aux(2, 0).fault->about, subject::module_aux);
  EXPECT_EQ(aux(2, 3).fault->about, subject::module_aux);
}

TEST(Module, MetadataBelongsToTheNextKeyOnly) {
  const auto meta = hex("f3") + len(1) + le(std::uint32_t{77}) + some_items();
  const auto seen =
      every_cut(snapshot(meta + record(0, "a", str("1")) + record(0, "b", str("2")), "REDIS0013"));
  ASSERT_TRUE(seen.done()) << seen.why;
  EXPECT_TRUE(seen.tells("key_meta 77\n" + told_items)) << seen.text;
  EXPECT_TRUE(seen.tells("  has meta\nstring \"1\"\n"));
  EXPECT_FALSE(seen.tells("  has meta\nstring \"2\"\n"));
  EXPECT_TRUE(seen.tells("key 0 a 0 string string 9 ")) << "the record begins with its attributes";
}

TEST(Module, AValueOfTheFirstFormCannotBePassedOver) {
  const auto seen = every_cut(one_key(6, id));
  EXPECT_EQ(seen.fault->kind, fault_kind::unsupported);
  EXPECT_EQ(seen.fault->offset, 9u);
  EXPECT_EQ(seen.fault->number, 6u);
}

}  // namespace
}  // namespace sandpiper::rdb

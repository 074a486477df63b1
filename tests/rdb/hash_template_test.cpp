#include "rdb/hash_template.hpp"

#include <gtest/gtest.h>

#include "rdb/building.hpp"
#include "rdb/reading.hpp"
#include "sandpiper/rdb/dump.hpp"

namespace sandpiper::rdb {
namespace {

std::string template_of(std::uint64_t id, std::initializer_list<std::string_view> names) {
  auto bytes = hex("f2") + len(id) + len(names.size());
  for (const auto name : names) bytes += str(name);
  return bytes;
}

const std::string two = template_of(0, {"a", "bb"});
const std::string told = "field \"a\" \"x\" -\nfield \"bb\" #7# -\n";

TEST(HashTemplate, HashesReferToTheFilesTemplates) {
  const auto packed = record(30, "k", str(listpack_of({"0", "x", "7"})));
  const auto plain = record(32, "l", len(0) + str("x") + hex("c0 07"));
  const auto seen = every_cut(snapshot(two + packed + plain, "REDIS0015"));
  ASSERT_TRUE(seen.done()) << seen.why;
  EXPECT_TRUE(seen.tells("key 0 k 30 hash hash_template")) << seen.text;
  EXPECT_NE(seen.text.find(told), seen.text.rfind(told)) << "both hashes hold the same";
}

TEST(HashTemplate, APayloadBringsItsOwn) {
  const auto names = len(1) + len(2) + str("a") + str("bb");
  const auto packed_names = len(0) + str(listpack_of({"a", "bb"}));
  const auto values = str(listpack_of({"5", "x", "7"}));
  for (const auto& fields : {names, packed_names}) {
    EXPECT_TRUE(every_cut(one_key(29, fields + values)).tells(told));
    EXPECT_TRUE(every_cut(one_key(31, fields + str("x") + hex("c0 07"))).tells(told));
  }
}

TEST(HashTemplate, APayloadMayNotReferToAFiles) {
  transcript seen;
  const auto why = dump_reader(seen).read(dump_raw(32, len(0) + str("x"), 15));
  ASSERT_TRUE(why);
  EXPECT_EQ(why->kind, fault_kind::unsupported);
  EXPECT_EQ(why->number, 32u);
}

TEST(HashTemplate, RefusesTemplatesNoServerWrites) {
  const auto about = [](const std::string& records) {
    return every_cut(snapshot(records)).why.substr(0, 21);
  };
  EXPECT_EQ(about(template_of(0, {})), "corrupt hash template");
  EXPECT_EQ(about(template_of(0, {"bb", "a"})), "corrupt hash template") << "by length first";
  EXPECT_EQ(about(template_of(0, {"b", "a"})), "corrupt hash template");
  EXPECT_EQ(about(template_of(0, {"a", "a"})), "corrupt hash template");
  EXPECT_EQ(about(two + two), "corrupt hash template") << "one id twice";
  EXPECT_EQ(about(template_of(UINT64_MAX, {"a"})), "") << "an id is a name, not a place";
}

TEST(HashTemplate, RefusesHashesThatDoNotFit) {
  const auto about = [](const std::string& value, unsigned type) {
    return every_cut(snapshot(two + record(type, "k", value))).why.substr(0, 21);
  };
  EXPECT_EQ(about(str(listpack_of({"1", "x", "y"})), 30), "corrupt hash template") << "no such id";
  EXPECT_EQ(about(str(listpack_of({"0", "x"})), 30), "corrupt hash template");
  EXPECT_EQ(about(str(listpack_of({"0", "x", "y", "z"})), 30), "corrupt hash template");
  EXPECT_EQ(about(str(listpack_of({"id", "x", "y"})), 30), "corrupt hash template");
  EXPECT_EQ(about(str(listpack_of({"-1", "x", "y"})), 30), "corrupt hash template");
  EXPECT_EQ(about(str(listpack_of({})), 30), "corrupt hash template");
  EXPECT_EQ(about(len(9) + str("x") + str("y"), 32), "corrupt hash template");
  EXPECT_EQ(about(len(2), 29), "corrupt hash template") << "names of no known form";
  EXPECT_EQ(about(len(1) + len(0), 31), "corrupt hash template");
  EXPECT_EQ(about(len(1) + len(2) + str("a") + str("a"), 31), "corrupt duplicate at ");
}

TEST(HashTemplate, TheirMemoryIsBounded) {
  const options how{.limits = {.template_bytes_max = 200}};
  EXPECT_TRUE(every_cut(snapshot(template_of(0, {"a", "b", "c"})), how).done());
  const auto seen =
      every_cut(snapshot(template_of(0, {"a", "b", "c"}) + template_of(1, {"d", "e"})), how);
  EXPECT_EQ(seen.fault->kind, fault_kind::over_limit) << seen.why;
}

}  // namespace
}  // namespace sandpiper::rdb

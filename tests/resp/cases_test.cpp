// Every rule of docs/parts/resp.md by example, each example cut everywhere.

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "support/every_cut.hpp"
#include "support/resp_cases.hpp"

namespace sandpiper::resp {
namespace {

TEST(RespCases, ComeOutRightHoweverTheyAreCut) {
  for (const auto& one : test::resp_cases()) {
    SCOPED_TRACE(one.id);
    EXPECT_EQ(test::every_cut(one.bytes).text(), one.expect);
  }
}

// An example that stands twice, or a file that was cut short, would prove less than it seems to.
TEST(RespCases, AreManyAndDifferent) {
  std::set<std::string> ids;
  std::set<std::string> bytes;
  for (const auto& one : test::resp_cases()) {
    EXPECT_TRUE(ids.insert(one.id).second) << one.id;
    EXPECT_TRUE(bytes.insert(one.bytes).second) << one.id;
  }
  EXPECT_GE(ids.size(), 280u);
}

}  // namespace
}  // namespace sandpiper::resp

#include "sandpiper/resp/kind.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace sandpiper::resp {
namespace {

constexpr std::string_view all = "+-:$*_#,(!=%~>|";

TEST(Kind, HasAWordOfItsOwnForEachTypeByte) {
  std::set<std::string_view> words;
  for (const char c : all) {
    const auto word = to_string(static_cast<kind>(c));
    EXPECT_TRUE(words.insert(word).second) << word;
    EXPECT_NE(word, "an unknown kind") << c;
  }
  EXPECT_EQ(to_string(static_cast<kind>('@')), "an unknown kind");
}

TEST(Kind, FallsIntoAggregatesStringsErrorsAndTheRest) {
  std::string_view aggregates = "*%~>|";
  std::string_view strings = "+$=";
  std::string_view errors = "-!";
  for (const char c : all) {
    const auto k = static_cast<kind>(c);
    EXPECT_EQ(is_aggregate(k), aggregates.find(c) != aggregates.npos) << c;
    EXPECT_EQ(is_string(k), strings.find(c) != strings.npos) << c;
    EXPECT_EQ(is_error(k), errors.find(c) != errors.npos) << c;
  }
}

}  // namespace
}  // namespace sandpiper::resp

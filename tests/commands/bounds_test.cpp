#include "sandpiper/commands/bounds.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "commands/expected.hpp"

namespace sandpiper {
namespace {

using test::request;

template <class Bound>
resp::command bounded_by(const Bound& bound) {
  resp::command c("C");
  bound.add_to(c);
  return c;
}

TEST(ScoreBound, IsANumberOrOneThatIsLeftOut) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(bounded_by(score_bound(1)).to_string(), request({"C", "1"}));
  EXPECT_EQ(bounded_by(score_bound(-infinity)).to_string(), request({"C", "-inf"}));
  EXPECT_EQ(bounded_by(score_bound(exclusive(0.5))).to_string(), request({"C", "(0.5"}));
  EXPECT_EQ(bounded_by(score_bound(exclusive(infinity))).to_string(), request({"C", "(inf"}));
}

TEST(ScoreBound, ANaNIsMisuse) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(bounded_by(score_bound(nan)).misused(), resp::misuse::not_a_number);
  EXPECT_EQ(bounded_by(score_bound(exclusive(nan))).misused(), resp::misuse::not_a_number);
  EXPECT_EQ(bounded_by(score_bound(0)).misused(), resp::misuse::none);
}

TEST(LexBound, MarksWhetherItIsPartOfTheRange) {
  EXPECT_EQ(bounded_by(lex_bound("")).to_string(), request({"C", "["}));
  EXPECT_EQ(bounded_by(lex_bound(exclusive("b"))).to_string(), request({"C", "(b"}));
  EXPECT_EQ(bounded_by(lex_bound::lowest()).to_string(), request({"C", "-"}));
  EXPECT_EQ(bounded_by(lex_bound::highest()).to_string(), request({"C", "+"}));
}

TEST(ScoredRange, ReadsTheScoreWhereverItStands) {
  resp::command c("C");
  commands::put_scored(c, std::map<std::string, int>{{"a", 1}});
  commands::put_scored(c, std::vector<std::pair<double, std::string>>{{2.5, "b"}});
  commands::put_scored(c, commands::pairs<double>{{3, "c"}});
  EXPECT_EQ(c.to_string(), request({"C", "1", "a", "2.5", "b", "3", "c"}));
  static_assert(!scored_range<std::map<std::string, std::string>>);
}

}  // namespace
}  // namespace sandpiper

#pragma once
// Ends of ranges of sorted sets: of scores, and of members.
//
//     zrange("z").by_score(1, exclusive(5))
//     zrange("z").by_lex("a", lex_bound::highest())

#include <string>
#include <string_view>
#include <utility>

#include "sandpiper/commands/lists.hpp"

namespace sandpiper {

/// One end of a range of scores, included unless exclusive(). Infinity is a score, NaN is noted as
/// misuse. A value.
class score_bound {
 public:
  template <number_argument T>
  score_bound(T score) noexcept : score_(static_cast<double>(score)) {}  // NOLINT: stands for it
  template <number_argument T>
  score_bound(exclusive<T> score) noexcept  // NOLINT
      : score_(static_cast<double>(score.value)), exclusive_(true) {}

  void add_to(resp::command& c) const;

 private:
  double score_;
  bool exclusive_ = false;
};

/// One end of a range of members, included unless exclusive(). A value; copies the text.
class lex_bound {
 public:
  template <text_argument T>
  lex_bound(const T& member) : lex_bound('[', member) {}  // NOLINT
  template <text_argument T>
  lex_bound(const exclusive<T>& member) : lex_bound('(', member.value) {}  // NOLINT

  /// Before all members, and behind all.
  [[nodiscard]] static lex_bound lowest() { return {'-', {}}; }
  [[nodiscard]] static lex_bound highest() { return {'+', {}}; }

  void add_to(resp::command& c) const { c.add(std::string(text_)); }

 private:
  lex_bound(char kind, std::string_view member);

  std::string text_;
};

/// Pairs of a score and a member; or, when what comes first is a text, of a member and its score,
/// as in std::map<std::string, double> and in what zrange().with_scores() answers.
template <class R>
concept scored_range = pair_range<R> &&
    (number_argument<first_of<R>> || number_argument<second_of<R>>);

namespace commands {

template <memory Memory = memory::lasting, any_argument Member>
void add_scored(resp::command& to, double score, Member&& member) {
  add_number(to, score);
  add<Memory>(to, std::forward<Member>(member));
}

template <scored_range Pairs>
void put_scored(resp::command& to, Pairs&& pairs) {
  const auto before = to.size();
  constexpr auto lasting = memory_of<Pairs>;
  for (auto&& [first, second] : pairs) {
    if constexpr (number_argument<first_of<Pairs>>) {
      add_scored<lasting>(to, static_cast<double>(first), second);
    } else {
      add_scored<lasting>(to, static_cast<double>(second), first);
    }
  }
  if (to.size() == before) to.note(resp::misuse::nothing_given);
}

}  // namespace commands
}  // namespace sandpiper

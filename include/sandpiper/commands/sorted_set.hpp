#pragma once
// Commands of the group "sorted_set".
//
//     zadd("z").gt().ch().add(1.5, "m").add(2, "n")
//     zadd("z").incr().add(1, "m")
//     zrange("z", 0, -1).rev().with_scores()
//     zrange("z").by_score(1, exclusive(5)).limit(0, 10)
//     zrange("z").by_lex("a", lex_bound::highest())

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sandpiper/commands/arguments.hpp"

namespace sandpiper {

/// Pairs of a score and a member; or, when what comes first is a text, of a member and its score,
/// as in std::map<std::string, double> and in what zrange().with_scores() answers.
template <class R>
concept scored_range = pair_range<R> &&
    (number_argument<first_of<R>> || number_argument<second_of<R>>);

/// ZADD with at least one pair: how many members are new; with ch() how many are new or changed.
class zadd_command : public command<std::int64_t> {
 public:
  using command<std::int64_t>::command;

  /// One more member. The server refuses a score that is NaN.
  template <any_argument Member>
  [[nodiscard]] zadd_command add(double score, Member&& member) && {
    append(*this, score, std::forward<Member>(member));
    return std::move(*this);
  }
  template <scored_range Pairs>
  [[nodiscard]] zadd_command add(Pairs&& pairs) && {
    append_all(*this, std::forward<Pairs>(pairs));
    return std::move(*this);
  }
  [[nodiscard]] zadd_command add(commands::pairs<double> pairs) && {
    append_all(*this, std::move(pairs));
    return std::move(*this);
  }

 private:
  template <conditions, bool, bool>
  friend class zadd_options;

  template <commands::memory Memory = commands::memory::lasting, class Member>
  static void append(resp::command& to, double score, Member&& member) {
    to.add(score);
    commands::add<Memory>(to, std::forward<Member>(member));
  }
  template <class Pairs>
  static void append_all(resp::command& to, Pairs&& pairs) {
    constexpr auto memory = commands::memory_of<Pairs>;
    for (auto&& [first, second] : pairs) {
      if constexpr (number_argument<first_of<Pairs>>) {
        append<memory>(to, static_cast<double>(first), second);
      } else {
        append<memory>(to, static_cast<double>(second), first);
      }
    }
  }
};

/// ZADD before its first pair: not a command yet. Options that exclude each other do not compile.
template <conditions Given = conditions{}, bool Ch = false, bool Incr = false>
class zadd_options {
 public:
  /// With incr() there is only one pair, and the reply is the member's new score, or nothing when a
  /// condition kept it as it was.
  using complete = std::conditional_t<Incr, command<std::optional<double>>, zadd_command>;

  explicit zadd_options(resp::command&& begun) noexcept : begun_(std::move(begun)) {}

  /// Only adds new members.
  [[nodiscard]] auto nx() && requires(Given.may_nx()) {
    return given<zadd_options<Given.with_nx(), Ch, Incr>>("NX");
  }

  /// Only changes members that are there.
  [[nodiscard]] auto xx() && requires(Given.may_xx()) {
    return given<zadd_options<Given.with_xx(), Ch, Incr>>("XX");
  }

  /// Changes a member only to a greater, or lesser, score; adds new ones still. Since 6.2.0.
  [[nodiscard]] auto gt() && requires(Given.may_compare()) {
    return given<zadd_options<Given.with_gt(), Ch, Incr>>("GT");
  }
  [[nodiscard]] auto lt() && requires(Given.may_compare()) {
    return given<zadd_options<Given.with_lt(), Ch, Incr>>("LT");
  }

  /// Answers how many members are new or changed, instead of new.
  [[nodiscard]] auto ch() && requires(!Ch && !Incr) {
    return given<zadd_options<Given, true, Incr>>("CH");
  }

  /// Adds to the score of one member, and answers the new one.
  [[nodiscard]] auto incr() && requires(!Ch && !Incr) {
    return given<zadd_options<Given, Ch, true>>("INCR");
  }

  template <any_argument Member>
  [[nodiscard]] complete add(double score, Member&& member) && {
    zadd_command::append(begun_, score, std::forward<Member>(member));
    return complete(std::move(begun_));
  }

  /// The server refuses a range without pairs.
  template <scored_range Pairs>
  requires(!Incr) [[nodiscard]] complete add(Pairs&& pairs) && {
    zadd_command::append_all(begun_, std::forward<Pairs>(pairs));
    return complete(std::move(begun_));
  }
  [[nodiscard]] complete add(commands::pairs<double> pairs) && requires(!Incr) {
    zadd_command::append_all(begun_, std::move(pairs));
    return complete(std::move(begun_));
  }

 private:
  template <class Next>
  Next given(const char* word) {
    begun_.add(word);
    return Next(std::move(begun_));
  }

  resp::command begun_;
};

/// ZADD key [NX | XX] [GT | LT] [CH | INCR] score member [score member ...]. O(n log m). Since
/// 1.2.0; several members since 2.4.0, options since 3.0.2, GT and LT since 6.2.0.
///
/// Reply     how many members are new (with ch(): or changed); with incr() the new score or nothing
[[nodiscard]] inline zadd_options<> zadd(std::string_view key) {
  return zadd_options<>(commands::on_key<void>("ZADD", commands::writes, key));
}

/// One end of a range of scores, included unless exclusive(). Infinity is a score. A value.
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

/// By what a range of a sorted set is chosen, and what was said about it.
struct zrange_options {
  enum class kind : std::uint8_t { index, score, lex };
  kind by = kind::index;
  bool rev = false;
  bool limit = false;
};

/// ZRANGE with its range. Reply: the members; with with_scores() each with its score.
template <class T = std::vector<std::string>, zrange_options Given = zrange_options{}>
class zrange_command : public command<T> {
 public:
  using command<T>::command;

  /// From the highest score to the lowest. The range is then given from its high end to its low
  /// one: zrange("z").by_score(9, 1).rev().
  [[nodiscard]] auto rev() && requires(!Given.rev) {
    this->add("REV");
    return become<T, zrange_options{Given.by, true, Given.limit}>();
  }

  /// Of the members in the range only `count` (all when negative), behind the first `offset`. Not
  /// for a range by index.
  [[nodiscard]] auto limit(std::int64_t offset, std::int64_t count) &&
      requires(Given.by != zrange_options::kind::index && !Given.limit) {
    this->add("LIMIT").add(offset).add(count);
    return become<T, zrange_options{Given.by, Given.rev, true}>();
  }

  /// Not for a range by lex, whose scores are all the same.
  [[nodiscard]] auto with_scores() &&
      requires(Given.by != zrange_options::kind::lex && std::same_as<T, std::vector<std::string>>) {
    this->add("WITHSCORES");
    return become<std::vector<std::pair<std::string, double>>, Given>();
  }

 private:
  template <class U, zrange_options Next>
  auto become() {
    return zrange_command<U, Next>(static_cast<resp::command&&>(*this));
  }
};

/// ZRANGE key start stop [REV] [WITHSCORES]. The members from place `first` to place `last`, both
/// included; places count from 0, or from the end when negative: 0 and -1 are all. O(log n + m).
/// Since 1.2.0; options but WITHSCORES since 6.2.0.
/// Reply     see zrange_command; none if there is no such key
[[nodiscard]] inline zrange_command<> zrange(std::string_view key, std::int64_t first,
                                             std::int64_t last) {
  return commands::on_key<void, zrange_command<>>("ZRANGE", commands::reads, key, first, last);
}

/// ZRANGE before its range: not a command yet.
class zrange_start {
 public:
  template <zrange_options::kind By>
  using bounded = zrange_command<std::vector<std::string>, zrange_options{By}>;

  explicit zrange_start(resp::command&& begun) noexcept : begun_(std::move(begun)) {}

  /// Members whose score lies between the two. Since 6.2.0.
  [[nodiscard]] bounded<zrange_options::kind::score> by_score(score_bound first,
                                                              score_bound last) && {
    return bounded<zrange_options::kind::score>(between(first, last, "BYSCORE"));
  }

  /// Members that lie between the two, byte by byte, in a set whose scores are all the same. Since
  /// 6.2.0.
  [[nodiscard]] bounded<zrange_options::kind::lex> by_lex(const lex_bound& first,
                                                          const lex_bound& last) && {
    return bounded<zrange_options::kind::lex>(between(first, last, "BYLEX"));
  }

 private:
  template <class Bound>
  resp::command&& between(const Bound& first, const Bound& last, const char* word) {
    first.add_to(begun_);
    last.add_to(begun_);
    begun_.add(word);
    return std::move(begun_);
  }

  resp::command begun_;
};

/// ZRANGE key start stop (BYSCORE | BYLEX) [REV] [LIMIT offset count] [WITHSCORES].
[[nodiscard]] inline zrange_start zrange(std::string_view key) {
  return zrange_start(commands::on_key<void>("ZRANGE", commands::reads, key));
}

}  // namespace sandpiper

#include "cache/knowledge.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "cache/scratch.hpp"
#include "local/answering.hpp"
#include "sandpiper/base/clock.hpp"
#include "sandpiper/resp/reply.hpp"

namespace sandpiper::cache {
namespace {

using words = std::vector<std::string>;

struct known_keys {
  explicit known_keys(const options& o = {}) : all(o) {}

  void learn(const words& question, std::string_view reply, const mark& when,
             std::uint64_t deadline_ms = coarse_now_ms() + 60'000) {
    const auto command = local::command_of(question);
    all.learn(question[1], command, *local::find(command), resp::reply::parse(reply).value(), when,
              deadline_ms);
  }

  /// The answer as bytes; empty if there is none.
  std::string answer(const words& question, belief believed) const {
    const auto command = local::command_of(question);
    std::string bytes;
    const bool found = all.answer(question[1], command, *local::find(command), believed,
                                  [&](const resp::reply_view& reply) { bytes = encoded(reply); });
    EXPECT_EQ(found, !bytes.empty());
    return bytes;
  }
  std::string answer(const words& question) const {
    return answer(question, [](const mark&) { return true; });
  }

  /// What stands beside the entry that answers `question`.
  mark mark_of(const words& question) const {
    mark seen;
    answer(question, [&](const mark& when) {
      seen = when;
      return true;
    });
    return seen;
  }

  knowledge all;
};

constexpr mark first{.generation = 1, .since_ms = 100};
constexpr mark second{.generation = 2, .since_ms = 200};

TEST(Mark, TakesSixtyFourBits) {
  for (const auto generation : {0U, 1U, (1U << 23) - 1}) {
    for (const auto since : {std::uint64_t{0}, std::uint64_t{12345}, mark::since_mask}) {
      for (const bool replies : {false, true}) {
        const auto back = mark::of(mark{generation, since, replies}.packed());
        EXPECT_EQ(back.generation, generation);
        EXPECT_EQ(back.since_ms, since);
        EXPECT_EQ(back.replies, replies);
      }
    }
  }
}

TEST(Mark, IsAsOldAsTheTimeSince) {
  const mark one{.since_ms = 100};
  EXPECT_EQ(one.age_at(100).count(), 0);
  EXPECT_EQ(one.age_at(130).count(), 30);
  EXPECT_EQ(one.age_at(96).count(), 0) << "learned behind that moment";
  const mark wrapped{.since_ms = mark::since_mask};
  EXPECT_EQ(wrapped.age_at(mark::since_mask + 5).count(), 5);
}

TEST(Knowledge, OfAWholeValueAnswersOtherQuestions) {
  known_keys k;
  EXPECT_EQ(k.answer({"GET", "k"}), "");
  k.learn({"GET", "k"}, "$3\r\nabc\r\n", first);
  EXPECT_EQ(k.answer({"GET", "k"}), "$3\r\nabc\r\n");
  EXPECT_EQ(k.answer({"STRLEN", "k"}), ":3\r\n");
  EXPECT_EQ(k.answer({"GET", "other"}), "");
}

TEST(Knowledge, OfAReplyAnswersThatQuestionOnly) {
  known_keys k;
  k.learn({"HGET", "h", "a"}, "$1\r\n1\r\n", first);
  EXPECT_EQ(k.answer({"HGET", "h", "a"}), "$1\r\n1\r\n");
  EXPECT_EQ(k.answer({"HGET", "h", "b"}), "");
  EXPECT_EQ(k.answer({"HGETALL", "h"}), "");
  EXPECT_EQ(k.answer({"hget", "h", "a"}), "") << "compared in full";
}

TEST(Knowledge, IsAskedForOnlyIfItIsBelieved) {
  known_keys k;
  k.learn({"GET", "k"}, "$1\r\nv\r\n", first);
  k.learn({"HGET", "h", "a"}, "$1\r\n1\r\n", second);
  EXPECT_EQ(k.answer({"GET", "k"}, [](const mark& when) { return when.generation == 2; }), "");
  EXPECT_EQ(k.answer({"HGET", "h", "a"}, [](const mark& when) { return when.generation == 1; }),
            "");
  EXPECT_EQ(k.mark_of({"GET", "k"}).since_ms, 100u);
  EXPECT_EQ(k.mark_of({"HGET", "h", "a"}).generation, 2u);
}

TEST(Knowledge, RepliesOfOneGenerationAreKeptTogether) {
  known_keys k;
  k.learn({"HGET", "h", "a"}, "$1\r\n1\r\n", {.generation = 1, .since_ms = 300});
  k.learn({"HGET", "h", "b"}, "_\r\n", {.generation = 1, .since_ms = 200});
  k.learn({"HLEN", "h"}, ":1\r\n", {.generation = 1, .since_ms = 400});
  EXPECT_EQ(k.answer({"HGET", "h", "a"}), "$1\r\n1\r\n");
  EXPECT_EQ(k.answer({"HGET", "h", "b"}), "_\r\n");
  EXPECT_EQ(k.answer({"HLEN", "h"}), ":1\r\n");
  EXPECT_EQ(k.mark_of({"HGET", "h", "a"}).since_ms, 200u) << "all are as old as the oldest";
}

TEST(Knowledge, AReplyThatComesAgainReplacesItself) {
  known_keys k;
  k.learn({"HGET", "h", "a"}, "$1\r\n1\r\n", first);
  k.learn({"HGET", "h", "a"}, "$1\r\n2\r\n", first);
  EXPECT_EQ(k.answer({"HGET", "h", "a"}), "$1\r\n2\r\n");
}

TEST(Knowledge, OfAnotherGenerationIsReplaced) {
  known_keys k;
  k.learn({"HGET", "h", "a"}, "$1\r\n1\r\n", first);
  k.learn({"HGET", "h", "b"}, "$1\r\n2\r\n", second);
  EXPECT_EQ(k.answer({"HGET", "h", "a"}), "");
  EXPECT_EQ(k.answer({"HGET", "h", "b"}), "$1\r\n2\r\n");
  k.learn({"HGETALL", "w"}, "%1\r\n$1\r\na\r\n$1\r\n1\r\n", first);
  k.learn({"HGET", "w", "b"}, "$1\r\n2\r\n", second);
  EXPECT_EQ(k.answer({"HGETALL", "w"}), "");
  EXPECT_EQ(k.answer({"HGET", "w", "b"}), "$1\r\n2\r\n");
}

TEST(Knowledge, OfTheWholeIsNotGivenUpForAPart) {
  known_keys k;
  k.learn({"HGETALL", "h"}, "%1\r\n$1\r\na\r\n$1\r\n1\r\n", first);
  k.learn({"HGET", "h", "a"}, "$1\r\n1\r\n", first);
  EXPECT_EQ(k.answer({"HLEN", "h"}), ":1\r\n");
  EXPECT_FALSE(k.mark_of({"HLEN", "h"}).replies);
}

TEST(Knowledge, OfTheWholeReplacesParts) {
  known_keys k;
  k.learn({"HGET", "h", "a"}, "$1\r\n1\r\n", first);
  k.learn({"HGETALL", "h"}, "%1\r\n$1\r\na\r\n$1\r\n1\r\n", first);
  EXPECT_EQ(k.answer({"HLEN", "h"}), ":1\r\n");
}

TEST(Knowledge, ASoonerDeadlineIsThatOfAllParts) {
  known_keys k;
  const auto now = coarse_now_ms();
  k.learn({"HGET", "h", "a"}, "$1\r\n1\r\n", first, now + 60'000);
  k.learn({"HGET", "h", "b"}, "$1\r\n2\r\n", first, now);
  EXPECT_EQ(k.answer({"HGET", "h", "a"}), "");
  EXPECT_EQ(k.answer({"HGET", "h", "b"}), "");
}

TEST(Knowledge, ALaterDeadlineDoesNotProlongWhatIsThere) {
  known_keys k;
  const auto soon = coarse_now_ms() + 30;
  k.learn({"HGET", "h", "a"}, "$1\r\n1\r\n", first, soon);
  k.learn({"HGET", "h", "b"}, "$1\r\n2\r\n", first, soon + 600'000);
  while (coarse_now_ms() < soon) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(k.answer({"HGET", "h", "a"}), "");
  EXPECT_EQ(k.answer({"HGET", "h", "b"}), "");
}

TEST(Knowledge, AnErrorSaysNothing) {
  known_keys k;
  k.learn({"GET", "k"}, "-WRONGTYPE no\r\n", first);
  k.learn({"HGET", "k", "a"}, "!5\r\nERR x\r\n", first);
  EXPECT_EQ(k.answer({"GET", "k"}), "");
  EXPECT_EQ(k.answer({"HGET", "k", "a"}), "");
}

TEST(Knowledge, IsForgottenByKeyAndAltogether) {
  known_keys k;
  for (const std::string key : {"a", "b", "c"}) k.learn({"GET", key}, "$1\r\nv\r\n", first);
  EXPECT_TRUE(k.all.forget("a"));
  EXPECT_FALSE(k.all.forget("a"));
  EXPECT_EQ(k.answer({"GET", "a"}), "");
  EXPECT_EQ(k.answer({"GET", "b"}), "$1\r\nv\r\n");
  k.all.forget_all();
  EXPECT_EQ(k.answer({"GET", "b"}), "");
  EXPECT_EQ(k.all.stats().entries, 0u);
}

TEST(Knowledge, WhatDoesNotFitIsRefusedAndCounted) {
  options o;
  o.budget_bytes = 1 << 20;
  o.shards = 1;
  known_keys k(o);
  const std::string huge = "$2000000\r\n" + std::string(2'000'000, 'x') + "\r\n";
  k.learn({"GET", "k"}, huge, first);
  k.learn({"HGET", "h", "a"}, huge, first);
  EXPECT_EQ(k.answer({"GET", "k"}), "");
  EXPECT_EQ(k.answer({"HGET", "h", "a"}), "");
  EXPECT_EQ(k.all.stats().refusals, 2u);
  EXPECT_LE(k.all.stats().charged_bytes, o.budget_bytes);
}

// One key of which ever more is asked does not grow beyond the budget either.
TEST(Knowledge, RepliesOfOneKeyStayWithinTheBudget) {
  options o;
  o.budget_bytes = 1 << 20;
  o.shards = 1;
  known_keys k(o);
  const std::string reply = "$1000\r\n" + std::string(1000, 'x') + "\r\n";
  for (int i = 0; i < 2000; ++i) {
    k.learn({"HGET", "h", std::to_string(i)}, reply, first);
    ASSERT_LE(k.all.stats().charged_bytes, o.budget_bytes);
  }
  EXPECT_GT(k.all.stats().refusals + k.all.stats().evictions, 0u);
  k.learn({"GET", "k"}, "$1\r\nv\r\n", first);
  EXPECT_EQ(k.answer({"GET", "k"}), "$1\r\nv\r\n");
}

TEST(Knowledge, ALargeCommandIsAnsweredFromTheWholeButNotKept) {
  known_keys k;
  const std::string field(20'000, 'f');
  k.learn({"HGET", "h", field}, "_\r\n", first);
  EXPECT_EQ(k.answer({"HGET", "h", field}), "") << "its bytes lie in several places";
  k.learn({"HGETALL", "h"}, "%1\r\n$1\r\na\r\n$1\r\n1\r\n", first);
  EXPECT_EQ(k.answer({"HGET", "h", field}), "_\r\n");
}

}  // namespace
}  // namespace sandpiper::cache

#include "wire/retry.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "wire/transcript.hpp"

namespace sandpiper::wire {
namespace {

bool may(retry_walk& walk, const std::string& line) {
  return walk.may_run_again(commands_of(line));
}

TEST(RetryWalk, ReadsAndIdempotentWritesMayRunAgain) {
  retry_walk walk;
  EXPECT_TRUE(may(walk, "SET b 1"));
  EXPECT_TRUE(may(walk, "GET a"));
  EXPECT_TRUE(may(walk, "PING"));
}

TEST(RetryWalk, WhatAddsUpMustNot) {
  retry_walk walk;
  EXPECT_FALSE(may(walk, "INCR a"));
  EXPECT_FALSE(may(walk, "EVAL script"));
}

// "XREAD STREAMS s $" only reads, but asks another question each time.
TEST(RetryWalk, AReadThatSaysItIsNotIdempotentIsBelieved) {
  retry_walk walk;
  const resp::command read("XREAD", {.read_only = true});
  EXPECT_FALSE(walk.may_run_again({&read, 1}));
}

TEST(RetryWalk, NothingMayThatALaterCommandWroteOver) {
  retry_walk walk;
  EXPECT_TRUE(may(walk, "SET k 2"));
  EXPECT_FALSE(may(walk, "SET k 1"));
  EXPECT_FALSE(may(walk, "GET k"));
  EXPECT_FALSE(may(walk, "MGET other k"));
  EXPECT_TRUE(may(walk, "MGET other another"));
}

TEST(RetryWalk, ALaterReadIsNoObstacle) {
  retry_walk walk;
  EXPECT_TRUE(may(walk, "GET k"));
  EXPECT_TRUE(may(walk, "SET k 1"));
}

TEST(RetryWalk, ARefusedWriteCountsAsALaterOneAllTheSame) {
  retry_walk walk;
  EXPECT_FALSE(may(walk, "INCR k"));
  EXPECT_FALSE(may(walk, "GET k"));
}

TEST(RetryWalk, UnknownKeysAreAllKeys) {
  retry_walk later;
  EXPECT_TRUE(may(later, "FLUSHALL"));
  EXPECT_FALSE(may(later, "GET a"));
  EXPECT_FALSE(may(later, "PING")) << "nobody knows what a script may do to it";

  retry_walk earlier;
  EXPECT_TRUE(may(earlier, "SET a 1"));
  EXPECT_FALSE(may(earlier, "FLUSHALL")) << "it would undo the write that came later";
}

TEST(RetryWalk, ABatchIsSentAgainWholeOrNotAtAll) {
  retry_walk walk;
  EXPECT_TRUE(may(walk, "GET a / SET b 1"));
  EXPECT_FALSE(may(walk, "GET c / INCR d"));
  EXPECT_FALSE(may(walk, "GET e / SET e 1")) << "the second GET would see the first SET";
  EXPECT_TRUE(may(walk, "SET f 1 / GET f"));
}

TEST(RetryWalk, NothingAtAllMayAlwaysRunAgain) {
  retry_walk walk;
  EXPECT_FALSE(may(walk, "EVAL script"));
  EXPECT_TRUE(walk.may_run_again({}));
}

TEST(RetryWalk, WritesOfOthersCountByTheirKeys) {
  const auto hashes = retry_walk::key_hashes(commands_of("SET k 1").front());
  ASSERT_EQ(hashes.size(), 1U);
  retry_walk walk;
  walk.add(hashes, true);
  EXPECT_FALSE(may(walk, "GET k"));
  EXPECT_TRUE(may(walk, "GET l"));
  walk.add({}, false);
  EXPECT_FALSE(may(walk, "GET l"));
}

}  // namespace
}  // namespace sandpiper::wire

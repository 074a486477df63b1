// What becomes of commands when a connection ends.

#include "sandpiper/wire/session.hpp"
#include "wire/transcript.hpp"

namespace sandpiper::wire {
namespace {

TEST(SessionLoss, CloseTellsEveryCommandWithItsFate) {
  play(R"(
    + a INCR a
    + b INCR b / INCR c / INCR d
    + e INCR e
    + f INCR f
    >70
    < :1
    = a :1
    - f 1
    ! closed
    = b !closed uncertain
    = b !closed uncertain
    = b !closed unsent
    = e !closed unsent
  )");
}

TEST(SessionLoss, CloseOfARequestThatIsHalfStaged) {
  play(R"(
    + a INCR a / INCR b / INCR c
    + d INCR d
    > INCR a / INCR b
    ! closed
    = a !closed uncertain
    = a !closed uncertain
    = a !closed unsent
    = d !closed unsent
  )",
       {.in_flight_max = 2});
}

TEST(SessionLoss, WhatWasNeverSentWaitsForTheNextConnectionInOrder) {
  play(R"(
    + a INCR a
    + b INCR b
    + c INCR c
    ! lost
    + d INCR d
    > INCR a / INCR b / INCR c / INCR d
    < :1 :2 :3 :4
    = a :1
    = b :2
    = c :3
    = d :4
  )");
}

// The server runs a command when it has all of it, so one of which a byte is missing has not run.
TEST(SessionLoss, ACommandWithoutItsLastByteCannotHaveRun) {
  play(R"(
    + a INCR a
    + b INCR b
    >41
    ! lost
    = a !maybe_executed uncertain
    > INCR b
    ! lost
    = b !maybe_executed uncertain
  )");
}

TEST(SessionLoss, WhatMayRunTwiceIsSentAgainInItsPlace) {
  play(R"(
    + a SET a 1
    + b INCR b
    + c GET c
    > SET a 1 / INCR b / GET c
    + d INCR d
    ! lost
    = b !maybe_executed uncertain
    > SET a 1 / GET c / INCR d
    < +OK :2 :3
    = a +OK
    = c :2
    = d :3
  )");
}

TEST(SessionLoss, AnsweredCommandsAreNotSentAgain) {
  play(R"(
    + a SET a 1 / GET a / GET b
    > SET a 1 / GET a / GET b
    < +OK
    = a +OK
    ! lost
    > GET a / GET b
    < $1 1 _
    = a $1
    = a _
  )");
}

// Sent again, SET k 1 would undo the second write, which may have run.
TEST(SessionLoss, NothingRunsAgainBehindALaterWriteToItsKeys) {
  play(R"(
    + a SET k 1
    + b GET k
    + c GET other
    + d SET k 2
    > SET k 1 / GET k / GET other / SET k 2
    ! lost
    = a !maybe_executed uncertain
    = b !maybe_executed uncertain
    > GET other / SET k 2
    < _ +OK
    = c _
    = d +OK
  )");
}

TEST(SessionLoss, ALaterWriteThatWasNotHandedOverHoldsNothingBack) {
  play(R"(
    + a SET k 1
    + b SET k 2
    >40
    ! lost
    > SET k 1 / SET k 2
  )");
}

TEST(SessionLoss, AWriteUnderUnknownKeysHoldsEverythingBack) {
  play(R"(
    + a GET a
    + b EVAL script
    + c GET c
    > GET a / EVAL script / GET c
    ! lost
    = a !maybe_executed uncertain
    = b !maybe_executed uncertain
    > GET c
  )");
}

// Its caller is gone, but it may have run all the same.
TEST(SessionLoss, AWithdrawnWriteStillHoldsBackWhatCameBeforeIt) {
  play(R"(
    + a SET k 1
    + b SET other 1
    + w SET k 2
    + c GET k
    > SET k 1 / SET other 1 / SET k 2 / GET k
    - w 1
    ! lost
    = a !maybe_executed uncertain
    > SET other 1 / GET k
  )");
}

TEST(SessionLoss, AWithdrawnWriteThatWasAnsweredOrNeverHandedOverHoldsNothingBack) {
  play(R"(
    + w SET k 0
    > SET k 0
    - w 1
    < +OK
    + a SET k 1
    + b SET k 2
    >40
    - b 1
    ! lost
    > SET k 1
    < +OK
    = a +OK
  )");
}

TEST(SessionLoss, AWithdrawnReadHoldsNothingBack) {
  play(R"(
    + a SET k 1
    + r GET k
    > SET k 1 / GET k
    - r 1
    ! lost
    > SET k 1
  )");
}

TEST(SessionLoss, ManyWithdrawnWritesAreForgottenAsTheyAreAnswered) {
  session s;
  std::vector<std::string> notes;
  for (int i = 0; i < 10'000; ++i) {
    noting_request gone("w", commands_of("SET k " + std::to_string(i)), notes);
    s.submit(gone);
    ASSERT_TRUE(s.stage());
    s.sent(s.unwritten_bytes());
    EXPECT_EQ(s.withdraw(gone), 1U);
    const std::string_view ok = "+OK\r\n";
    std::copy(ok.begin(), ok.end(), s.prepare().begin());
    s.received(ok.size());
    event e;
    ASSERT_TRUE(s.next(e));
    EXPECT_EQ(e.who, nullptr);
  }
  noting_request a("a", commands_of("SET k 1"), notes);
  s.submit(a);
  ASSERT_TRUE(s.stage());
  s.sent(s.unwritten_bytes());
  s.lose("cut");
  unanswered u;
  EXPECT_FALSE(s.next_unanswered(u)) << "it is sent again";
  EXPECT_TRUE(s.has_waiting());
  EXPECT_EQ(s.withdraw(a), 1U);
}

// A batch stands or falls together as far as it was handed over, and goes on behind that.
TEST(SessionLoss, ABatchThatMustNotRunTwiceGoesOnWithItsUnsentRest) {
  play(R"(
    + a SET a 1 / INCR n / GET a
    >58
    ! lost
    = a !maybe_executed uncertain
    = a !maybe_executed uncertain
    > GET a
    < $1 1
    = a $1
  )");
}

TEST(SessionLoss, TheRestOfABatchMayBeLostInItsTurn) {
  play(R"(
    + a INCR a / INCR b / INCR c
    >25
    ! lost
    = a !maybe_executed uncertain
    > INCR b / INCR c
    < :1
    = a :1
    ! lost
    = a !maybe_executed uncertain
  )");
}

TEST(SessionLoss, AHalfStagedBatchKeepsItsPlaceInTheQueue) {
  play(R"(
    + a GET a / GET b / GET c
    + d GET d
    > GET a / GET b
    ! lost
    + e GET e
    > GET a / GET b
    < :1 :2
    = a :1
    = a :2
    > GET c / GET d
    < :3 :4
    = a :3
    = d :4
    > GET e
  )",
       {.in_flight_max = 2});
}

TEST(SessionLoss, NothingIsSentAgainForEver) {
  play(R"(
    + a SET a 1
    > SET a 1
    ! lost
    > SET a 1
    ! lost
    > SET a 1
    ! lost
    = a !maybe_executed uncertain
    + b PING
    > PING
  )",
       {.resends_max = 2});
}

// It waits, but an earlier connection was handed it: to call it unsent would be a lie.
TEST(SessionLoss, WhatMayHaveRunOnAnEarlierConnectionStaysUncertain) {
  play(R"(
    + a SET a 1
    + b SET b 1 / GET b
    + c SET c 1
    >60
    ! lost
    - a 1
    ! closed
    = b !closed uncertain
    = b !closed unsent
    = c !closed unsent
  )");
}

TEST(SessionLoss, AReplyCutOffByTheLossIsForgotten) {
  play(R"(
    + a GET a
    > GET a
    <raw $5\r\nhe
    ! lost
    > GET a
    < $2 hi
    = a $hi
  )");
}

TEST(SessionLoss, AllThatIsWithdrawnIsGoneAfterALoss) {
  play(R"(
    + a INCR a
    + b INCR b
    > INCR a
    - a 1
    - b 0
    ! lost
    ! closed
  )",
       {.in_flight_max = 1});
}

struct told_and_withdrawn {
  session s;
  std::vector<std::string> notes;
  noting_request a{"a", commands_of("INCR a / INCR aa"), notes};
  noting_request b{"b", commands_of("INCR b"), notes};
  noting_request c{"c", commands_of("INCR c"), notes};

  told_and_withdrawn() {
    for (auto* one : {&a, &b, &c}) s.submit(*one);
  }
  void send_all() {
    ASSERT_TRUE(s.stage());
    s.sent(s.unwritten_bytes());
  }
  void expect_only_a_and_c() {
    unanswered u;
    ASSERT_TRUE(s.next_unanswered(u));
    EXPECT_EQ(u.who, &a);
    EXPECT_FALSE(u.last);
    s.withdraw(b);  // whoever is told of `a` gives up all others but c, and `a` itself
    s.withdraw(a);
    ASSERT_TRUE(s.next_unanswered(u));
    EXPECT_EQ(u.who, &c);
    EXPECT_TRUE(u.last);
    EXPECT_FALSE(s.next_unanswered(u));
    EXPECT_FALSE(s.next_unanswered(u));
  }
};

TEST(SessionLoss, WhoeverIsToldOfALossMayWithdrawThoseThatAreToBeToldYet) {
  told_and_withdrawn all;
  all.send_all();
  all.s.lose("cut");
  all.expect_only_a_and_c();
}

TEST(SessionLoss, WhoeverIsToldOfTheEndMayWithdrawThoseThatAreToBeToldYet) {
  told_and_withdrawn sent;
  sent.send_all();
  sent.s.close(errc::closed);
  sent.expect_only_a_and_c();

  told_and_withdrawn waiting;
  waiting.s.close(errc::closed);
  waiting.expect_only_a_and_c();
}

TEST(SessionLoss, SubmittedWhileALossIsToldItGoesBehindTheRest) {
  session s;
  std::vector<std::string> notes;
  noting_request a("a", commands_of("INCR a"), notes);
  noting_request b("b", commands_of("GET b"), notes);
  noting_request c("c", commands_of("PING"), notes);
  s.submit(a);
  s.submit(b);
  ASSERT_TRUE(s.stage());
  s.sent(s.unwritten_bytes());
  s.lose("cut");
  unanswered u;
  ASSERT_TRUE(s.next_unanswered(u));
  s.submit(c);
  EXPECT_FALSE(s.next_unanswered(u));
  ASSERT_TRUE(s.stage());
  std::array<std::string_view, 1> pieces;
  ASSERT_EQ(s.gather(pieces), 1U);
  EXPECT_EQ(pieces[0], command_of({"GET", "b"}).to_string() + command_of({"PING"}).to_string());
}

TEST(SessionLoss, TheCauseOfALossIsTold) {
  session s;
  std::vector<std::string> notes;
  noting_request a("a", commands_of("INCR a"), notes);
  s.submit(a);
  ASSERT_TRUE(s.stage());
  s.sent(s.unwritten_bytes());
  s.lose("redis:6379: connection reset");
  unanswered u;
  ASSERT_TRUE(s.next_unanswered(u));
  EXPECT_NE(u.why.message().find("redis:6379: connection reset"), std::string::npos);
}

}  // namespace
}  // namespace sandpiper::wire

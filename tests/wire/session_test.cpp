#include "sandpiper/wire/session.hpp"

#include "wire/transcript.hpp"

namespace sandpiper::wire {
namespace {

TEST(Session, RepliesAreMatchedByPosition) {
  play(R"(
    + a GET k
    + b INCR n
    > GET k / INCR n
    + c PING
    < $1 v
    = a $v
    > PING
    < :1
    = b :1
    < +PONG
    = c +PONG
  )");
}

TEST(Session, ErrorsOfTheServerAreReplies) {
  play(R"(
    + a LPUSH s v
    + b GET s
    > LPUSH s v / GET s
    < -WRONGTYPE~no $1 x
    = a -WRONGTYPE no
    = b $x
  )");
}

TEST(Session, CommandsGatherWhileABatchIsBeingWritten) {
  play(R"(
    + a GET a
    >3
    + b GET b
    + c GET c
    > GET a / GET b / GET c
  )");
}

TEST(Session, ARequestOfSeveralCommandsIsAnsweredCommandByCommand) {
  play(R"(
    + a GET x / GET y / GET z
    + b PING
    > GET x / GET y / GET z / PING
    < _ :2
    = a _
    = a :2
    < :3 +PONG
    = a :3
    = b +PONG
  )");
}

TEST(Session, PushesGoSideways) {
  play(R"(
    < >1 +hello
    = push >1
    + a GET k
    > GET k
    < >2 +invalidate *1 $1 k $1 v
    = push >2
    = a $v
    < >2 +invalidate _
    = push >2
  )");
}

TEST(Session, APushInsideAReplyGoesSidewaysToo) {
  play(R"(
    + a MGET x y
    + b PING
    > MGET x y / PING
    < *2 :1 >2 +invalidate _ :2 +PONG
    = push >2
    = a *2
    = b +PONG
  )");
}

TEST(Session, AReplyThatNobodyAskedForBreaksTheStream) {
  play(R"(
    + a GET k
    > GET k
    < $1 v $1 w
    = a $v
    ! broken
    ! lost
    + b GET k
    > GET k
    < $1 x
    = b $x
  )");
}

// Taken for the answer, it would be everybody's wrong answer from here on.
TEST(Session, AReplyToWhatWasNotWrittenYetBreaksTheStream) {
  play(R"(
    + a GET a
    + b SET b *20000
    >20
    < $1 v $1 w
    = a $v
    ! broken
    ! lost
    > SET b *20000
  )");
}

TEST(Session, WhatIsNotRespBreaksTheStreamBehindWhatIs) {
  play(R"(
    + a INCR a
    + b INCR b
    > INCR a / INCR b
    <raw :1\r\nHTTP/1.1 400 Bad Request\r\n
    = a :1
    ! broken
    ! lost
    = b !maybe_executed uncertain
  )");
}

TEST(Session, WithdrawnBeforeStagingIsNeverSent) {
  play(R"(
    + a GET a
    + b GET b
    + c GET c
    - b 0
    > GET a / GET c
    < :1 :3
    = a :1
    = c :3
  )");
}

TEST(Session, TheReplyOfAWithdrawnRequestIsSwallowedAndItsNeighboursAreUntouched) {
  play(R"(
    + a GET a
    + b GET b / GET bb
    + c GET c
    > GET a / GET b / GET bb / GET c
    - b 2
    < :1 :2 :22
    = a :1
    < :3
    = c :3
  )");
}

TEST(Session, WithdrawnHalfwayTheRestIsNotSent) {
  play(R"(
    + a GET a / GET b / GET c
    > GET a / GET b
    - a 2
    + b PING
    < :1 :2
    > PING
    < +PONG
    = b +PONG
  )",
       {.in_flight_max = 2});
}

TEST(Session, WithdrawnAfterItsFirstReplyTheOthersAreSwallowed) {
  play(R"(
    + a GET a / GET b / GET c
    > GET a / GET b / GET c
    < :1
    = a :1
    - a 3
    + b PING
    > PING
    < :2 :3 +PONG
    = b +PONG
  )");
}

TEST(Session, BytesOfAWithdrawnRequestThatAreHalfWrittenAreKept) {
  play(R"(
    + a SET k *50000
    + b SET l *30000
    >12345
    - a 1
    - b 0
    + c GET k
    > SET k *50000 / GET k
    < +OK :7
    = c :7
  )",
       {.staged_bytes_max = 1});
}

// A server that refuses a command by its header answers before it has read the value.
TEST(Session, AnsweredBeforeItIsWhollyWrittenTheRestOfItIsKept) {
  play(R"(
    + a SET k *40000
    + b PING
    >100
    < -ERR~too~long
    = a -ERR too long
    > SET k *40000 / PING
    < +PONG
    = b +PONG
  )");
}

TEST(Session, NoMoreCommandsAreInFlightThanAllowed) {
  play(R"(
    + a GET a
    + b GET b / GET c
    + d GET d
    > GET a / GET b
    < :1
    = a :1
    > GET c
    < :2 :3
    = b :2
    = b :3
    > GET d
    < :4
    = d :4
  )",
       {.in_flight_max = 2});
}

TEST(Session, MoreFlightsThanTheRingBeganWith) {
  constexpr int count = 1000;
  std::string batch = "PING";
  std::string replies = "< +PONG";
  std::string told = "= a +PONG\n";
  for (int i = 1; i < count; ++i) {
    batch += " / PING";
    replies += " +PONG";
    told += "= a +PONG\n";
  }
  transcript({}, {}).play("+ a " + batch + "\n> " + batch + "\n" + replies + "\n" + told);
}

TEST(Session, TheGreetingIsNobodysRequest) {
  session s;
  s.stage_raw("*1\r\n$4\r\nPING\r\n");
  EXPECT_EQ(s.in_flight(), 0U);
  EXPECT_EQ(s.in_flight_bytes(), 0U);
  s.sent(s.unwritten_bytes());
  const std::string_view pong = "+PONG\r\n:7\r\n";
  std::copy(pong.begin(), pong.end(), s.prepare().begin());
  s.received(pong.size());
  resp::reply_view reply;
  ASSERT_TRUE(s.next_raw(reply));
  EXPECT_EQ(reply.text(), "PONG");

  event e;
  EXPECT_FALSE(s.next(e)) << "what came behind it answers nobody";
  EXPECT_TRUE(s.failure());
}

TEST(Session, CountsWhatWaitsAndWhatIsInFlight) {
  session s;
  std::vector<std::string> notes;
  noting_request a("a", commands_of("GET a / GET b"), notes);
  const auto bytes = 2 * command_of({"GET", "a"}).size_bytes();
  s.submit(a);
  EXPECT_EQ(s.waiting_bytes(), bytes);
  EXPECT_EQ(s.commands_staged(), 0U);
  ASSERT_TRUE(s.stage());
  EXPECT_EQ(s.waiting_bytes(), 0U);
  EXPECT_EQ(s.unwritten_bytes(), bytes);
  EXPECT_EQ(s.in_flight(), 2U);
  EXPECT_EQ(s.in_flight_bytes(), bytes);
  EXPECT_EQ(s.commands_staged(), 2U);
  s.sent(bytes);
  EXPECT_FALSE(s.stage());
  s.lose("cut");
  unanswered u;
  EXPECT_FALSE(s.next_unanswered(u));
  EXPECT_EQ(s.waiting_bytes(), bytes);
  EXPECT_EQ(s.in_flight_bytes(), 0U);
}

}  // namespace
}  // namespace sandpiper::wire

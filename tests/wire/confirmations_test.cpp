#include "sandpiper/wire/confirmations.hpp"

#include "wire/transcript.hpp"

namespace sandpiper::wire {
namespace {

void play_subscriber(std::string_view script) { play(script, {.subscriber = true}); }

TEST(Confirmations, AConfirmationAnswersItsCommand) {
  play_subscriber(R"(
    + a SUBSCRIBE news
    + b PSUBSCRIBE n*
    + c SSUBSCRIBE orders
    > SUBSCRIBE news / PSUBSCRIBE n* / SSUBSCRIBE orders
    < >3 +subscribe $4 news :1
    = a >3
    < >3 +psubscribe $2 n* :2 >3 +ssubscribe $6 orders :1
    = b >3
    = c >3
    + d UNSUBSCRIBE news
    > UNSUBSCRIBE news
    < >3 +unsubscribe $4 news :1
    = d >3
  )");
}

TEST(Confirmations, MessagesGoSidewaysBetweenThem) {
  play_subscriber(R"(
    + a SUBSCRIBE news
    + b SUBSCRIBE other
    > SUBSCRIBE news / SUBSCRIBE other
    < >3 $9 subscribe $4 news :1 >3 $7 message $4 news $2 hi
    = a >3
    = push >3
    < >4 $8 pmessage $2 n* $4 news $2 hi >3 $8 smessage $1 o $1 x >3 $9 subscribe $5 other :2
    = push >4
    = push >3
    = b >3
  )");
}

TEST(Confirmations, InResp2MessagesAreToldFromReplies) {
  play_subscriber(R"(
    + a SUBSCRIBE news
    + b PING
    > SUBSCRIBE news / PING
    < *3 $9 subscribe $4 news :1 *3 $7 message $4 news $4 pong *2 $4 pong $1 x
    = a *3
    = push *3
    = b *2
    < *4 $8 pmessage $2 n* $4 news $2 hi *3 $8 smessage $1 o $1 x
    = push *4
    = push *3
  )");
}

TEST(Confirmations, APingIsAnsweredAsSubscribedAndAsNot) {
  play_subscriber(R"(
    + a PING
    > PING
    < +PONG
    = a +PONG
    + b SUBSCRIBE news
    + c PING
    > SUBSCRIBE news / PING
    < *3 $9 subscribe $4 news :1
    = b *3
    <raw *3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$0\r\n\r\n
    = push *3
    <raw *2\r\n$4\r\npong\r\n$0\r\n\r\n
    = c *2
  )");
}

TEST(Confirmations, ARefusalAnswersTheOldestCommand) {
  play_subscriber(R"(
    + a SUBSCRIBE secret
    + b SUBSCRIBE news
    > SUBSCRIBE secret / SUBSCRIBE news
    < >3 $7 message $1 x $1 y -NOPERM~no >3 $9 subscribe $4 news :1
    = push >3
    = a -NOPERM no
    = b >3
  )");
}

TEST(Confirmations, ACallerThatWentAwayKeepsItsPlace) {
  play_subscriber(R"(
    + a SUBSCRIBE x
    + b SUBSCRIBE y
    > SUBSCRIBE x / SUBSCRIBE y
    - a 1
    < *3 $9 subscribe $1 x :1 *3 $9 subscribe $1 y :2
    = b *3
  )");
}

TEST(Confirmations, TheServerMayEndASubscriptionUnasked) {
  play_subscriber(R"(
    + a SSUBSCRIBE x
    > SSUBSCRIBE x
    < >3 $10 ssubscribe $1 x :1 >3 $12 sunsubscribe $1 x :0
    = a >3
    = push >3
    < *3 $12 sunsubscribe _ :0
    = push *3
  )");
}

TEST(Confirmations, AConfirmationThatNobodyAskedForBreaksTheStream) {
  for (const auto* line : {"< >3 $9 subscribe $1 z :1", "< >3 $10 psubscribe $1 x :1",
                           "< *3 $9 subscribe $1 z :1", "< >3 $9 subscribe $1 x $1 1"}) {
    play_subscriber(std::string("+ a SUBSCRIBE x\n> SUBSCRIBE x\n") + line +
                    "\n! broken\n! lost\n> SUBSCRIBE x\n< >3 +subscribe $1 x :1\n= a >3");
  }
}

TEST(Confirmations, WhatIsNoConfirmationDoesNotAnswerASubscription) {
  for (const auto* line : {"< +OK", "< :1", "< *2 $4 pong $1 x", "< *3 $7 message $1 x :1",
                           "< *4 $7 message $1 x $1 y $1 z", "< *1 $7 message", "< *0"}) {
    play_subscriber(std::string("+ a SUBSCRIBE x\n> SUBSCRIBE x\n") + line + "\n! broken");
  }
}

TEST(Confirmations, NothingButWordsAnswersAPing) {
  for (const auto* line : {"< :1", "< *2 $4 pang $1 x", "< *3 $4 pong $1 x $1 y", "< _"}) {
    play_subscriber(std::string("+ a PING\n> PING\n") + line + "\n! broken");
  }
}

TEST(Confirmations, AReplyThatNobodyAskedForBreaksTheStreamHereToo) {
  play_subscriber(R"(
    < *3 $7 message $1 x $1 y
    = push *3
    < -ERR~what
    ! broken
  )");
}

TEST(Confirmations, OnOtherConnectionsAnArrayIsAReplyAsEver) {
  play(R"(
    < *3 $7 message $1 x $1 y
    ! broken
  )");
  play(R"(
    + a LRANGE l
    > LRANGE l
    < *3 $7 message $1 x $1 y
    = a *3
    < >3 $9 subscribe $1 x :1
    = push >3
  )");
}

TEST(Confirmations, AfterALossTheyBeginAnew) {
  play_subscriber(R"(
    + a SUBSCRIBE x
    + b PING
    > SUBSCRIBE x / PING
    < >3 +subscribe $1 x :1
    = a >3
    ! lost
    > PING
    < +PONG
    = b +PONG
  )");
}

TEST(Confirmations, NothingIsNoAnswer) {
  confirmations one;
  EXPECT_EQ(one.sort_of(resp::reply_view{}), confirmations::sort::stranger);
  one.expect(resp::command("subscribe"));
  EXPECT_EQ(one.sort_of(resp::reply_view{}), confirmations::sort::stranger);
  one.answered();
  EXPECT_EQ(one.size(), 0U);
}

}  // namespace
}  // namespace sandpiper::wire

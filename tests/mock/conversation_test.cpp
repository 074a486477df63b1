#include "mock/conversation.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "mock/gate.hpp"
#include "sandpiper/mock/server.hpp"

namespace sandpiper::mock {
namespace {

class talking {
 public:
  void expect(std::string name, answer what) {
    book_.add_reaction(*book_.add({.name = std::move(name)}), std::move(what));
  }
  std::string ask(const words& command) {
    talk.hear(command);
    return hear();
  }
  std::string hear() {
    std::string out;
    over = !talk.speak(out);
    return out;
  }
  [[nodiscard]] std::string complaints() const { return book_.complaints(); }

 private:
  rulebook book_{16};

 public:
  conversation talk{book_, 42};
  bool over = false;
};

TEST(Conversation, GreetsByItself) {
  talking t;
  EXPECT_TRUE(t.ask({"HELLO", "3", "AUTH", "ann", "pw", "SETNAME", "me"}).starts_with("%7\r\n"));
  EXPECT_EQ(t.talk.protocol(), 3);
  EXPECT_EQ(t.ask({"SELECT", "1"}), "+OK\r\n");
  EXPECT_EQ(t.ask({"CLIENT", "SETINFO", "LIB-NAME", "x"}), "+OK\r\n");
  EXPECT_EQ(t.ask({"CLIENT", "ID"}), ":42\r\n");
  EXPECT_EQ(t.ask({"ping"}), "+PONG\r\n");
  EXPECT_EQ(t.complaints(), "");
}

TEST(Conversation, SaysWhatItWasToldInPlaceOfItsOwn) {
  talking t;
  t.expect("HELLO", server_error("WRONGPASS no"));
  EXPECT_EQ(t.ask({"HELLO", "3"}), "-WRONGPASS no\r\n");
}

TEST(Conversation, RefusesWhatNobodyExpectedAndGoesOn) {
  talking t;
  t.expect("GET", "v");
  EXPECT_EQ(t.ask({"DEL", "k"}), "-ERR mock: was not expected: DEL \"k\"\r\n");
  EXPECT_EQ(t.ask({"GET", "k"}), "$1\r\nv\r\n");
  EXPECT_EQ(t.complaints(), "was not expected: DEL \"k\"\n");
}

TEST(Conversation, HeldAnswersHoldThoseBehindThem) {
  talking t;
  const auto closed = server::start().value().make_gate();
  t.expect("GET", answer("late").behind(closed));
  EXPECT_EQ(t.ask({"PING"}), "+PONG\r\n");
  EXPECT_EQ(t.ask({"GET"}), "");
  EXPECT_EQ(t.ask({"PING"}), "");
  EXPECT_EQ(t.talk.pending(), 2U);
  closed.open();
  EXPECT_EQ(t.hear(), "$4\r\nlate\r\n+PONG\r\n");
}

TEST(Conversation, SilenceLastsAndALossEnds) {
  talking t;
  t.expect("GET", silence());
  EXPECT_EQ(t.ask({"GET"}), "");
  EXPECT_EQ(t.ask({"PING"}), "");
  EXPECT_FALSE(t.over);

  talking other;
  other.expect("GET", lost());
  EXPECT_EQ(other.ask({"PING"}), "+PONG\r\n");
  EXPECT_EQ(other.ask({"GET"}), "");
  EXPECT_TRUE(other.over);
}

TEST(Conversation, ATransactionGathersAnswers) {
  talking t;
  t.expect("INCR", 7);
  t.expect("GET", "v");
  EXPECT_EQ(t.ask({"WATCH", "k"}), "+OK\r\n");
  EXPECT_EQ(t.ask({"MULTI"}), "+OK\r\n");
  EXPECT_EQ(t.ask({"INCR", "n"}), "+QUEUED\r\n");
  EXPECT_EQ(t.ask({"GET", "k"}), "+QUEUED\r\n");
  EXPECT_EQ(t.ask({"EXEC"}), "*2\r\n:7\r\n$1\r\nv\r\n");
  EXPECT_EQ(t.ask({"EXEC"}), "-ERR EXEC without MULTI\r\n");
}

TEST(Conversation, ATransactionWithWhatNobodyExpectedIsDiscarded) {
  talking t;
  t.ask({"MULTI"});
  EXPECT_TRUE(t.ask({"DEL", "k"}).starts_with("-ERR mock"));
  EXPECT_TRUE(t.ask({"EXEC"}).starts_with("-EXECABORT"));
}

TEST(Conversation, ATransactionMayBeToldToFindAChange) {
  talking t;
  t.expect("EXEC", nullptr);
  t.expect("GET", "v");
  t.ask({"HELLO", "3"});
  t.ask({"MULTI"});
  t.ask({"GET", "k"});
  EXPECT_EQ(t.ask({"EXEC"}), "_\r\n");
  EXPECT_EQ(t.ask({"GET", "k"}), "$1\r\nv\r\n") << "it is over";
}

TEST(Conversation, KnowsWhatANearCacheAsks) {
  talking t;
  EXPECT_FALSE(t.talk.tracks());
  EXPECT_TRUE(t.ask({"PTTL", "k"}).starts_with("-ERR mock")) << "no near cache asked";
  t.ask({"CLIENT", "TRACKING", "ON"});
  EXPECT_TRUE(t.talk.tracks());
  EXPECT_EQ(t.ask({"PTTL", "k"}), ":-1\r\n");
  t.expect("PTTL", 5000);
  EXPECT_EQ(t.ask({"PTTL", "k"}), ":5000\r\n");
}

TEST(Conversation, APushOvertakesWhatIsHeldBack) {
  talking t;
  t.expect("GET", silence());
  t.ask({"HELLO", "3"});
  t.ask({"GET"});
  t.talk.push(push({"invalidate", array({"k"})}));
  EXPECT_EQ(t.hear(), ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n");
}

}  // namespace
}  // namespace sandpiper::mock

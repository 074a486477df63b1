#include "sandpiper/mock/answer.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "mock/conversation.hpp"

namespace sandpiper::mock {
namespace {

// What a client that speaks `protocol` gets to read.
std::string said(const answer& what, int protocol = 3) {
  rulebook book(16);
  book.add_reaction(*book.add({.name = "ASK"}), what);
  conversation talk(book, 1);
  std::string out;
  talk.hear({"HELLO", std::to_string(protocol)});
  EXPECT_TRUE(talk.speak(out));
  out.clear();
  talk.hear({"ASK"});
  EXPECT_TRUE(talk.speak(out));
  return out;
}

TEST(Answer, IsMadeOfPlainValues) {
  EXPECT_EQ(said("text"), "$4\r\ntext\r\n");
  EXPECT_EQ(said(std::string("a\0b", 3)), std::string("$3\r\na\0b\r\n", 9));
  EXPECT_EQ(said(7), ":7\r\n");
  EXPECT_EQ(said(0), ":0\r\n");
  EXPECT_EQ(said(-1LL), ":-1\r\n");
  EXPECT_EQ(said(1.5), ",1.5\r\n");
  EXPECT_EQ(said(true), "#t\r\n");
  EXPECT_EQ(said(nullptr), "_\r\n");
  EXPECT_EQ(said(std::nullopt), "_\r\n");
  EXPECT_EQ(said(std::optional<std::string>("x")), "$1\r\nx\r\n");
  EXPECT_EQ(said(std::optional<int>()), "_\r\n");
  EXPECT_EQ(said(std::vector<std::optional<int>>{1, {}}), "*2\r\n:1\r\n_\r\n");
}

TEST(Answer, IsMadeOfWhatOnlyServersSay) {
  EXPECT_EQ(said(ok()), "+OK\r\n");
  EXPECT_EQ(said(server_error("OOM no more")), "-OOM no more\r\n");
  EXPECT_EQ(said(array({"a", nullptr, array({3})})), "*3\r\n$1\r\na\r\n_\r\n*1\r\n:3\r\n");
  EXPECT_EQ(said(set({1})), "~1\r\n:1\r\n");
  EXPECT_EQ(said(map({{"field", "value"}})), "%1\r\n$5\r\nfield\r\n$5\r\nvalue\r\n");
  EXPECT_EQ(said(raw("nonsense\r\n")), "nonsense\r\n");
  EXPECT_EQ(said(resp::reply::parse("*1\r\n:1\r\n").value()), "*1\r\n:1\r\n");
}

TEST(Answer, IsToldInTheWordsOfResp2) {
  EXPECT_EQ(said(nullptr, 2), "$-1\r\n");
  EXPECT_EQ(said(1.5, 2), "$3\r\n1.5\r\n");
  EXPECT_EQ(said(map({{"f", 1}}), 2), "*2\r\n$1\r\nf\r\n:1\r\n");
  EXPECT_EQ(said(array({true, set({"m"})}), 2), "*2\r\n:1\r\n*1\r\n$1\r\nm\r\n");
  EXPECT_EQ(said(raw("_\r\n"), 2), "_\r\n") << "raw bytes are nobody's to translate";
}

TEST(Answer, OfAnErrorCannotBecomeTwoReplies) {
  EXPECT_EQ(said(server_error("ERR a\r\n+OK")), "-ERR a  +OK\r\n");
}

TEST(Words, AreShownOnOneLineAndCut) {
  EXPECT_EQ(to_string({"GET", "a \"b\"\n"}), R"(GET "a \"b\"\x0a")");
  EXPECT_EQ(to_string({"PING"}), "PING");
  const auto cut = to_string({"SET", "k", std::string(1 << 20, 'x')});
  EXPECT_LT(cut.size(), 300U);
  EXPECT_TRUE(cut.ends_with(" ...")) << cut;
}

}  // namespace
}  // namespace sandpiper::mock

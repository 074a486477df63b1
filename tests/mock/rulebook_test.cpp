#include "mock/rulebook.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <thread>

#include "mock/conversation.hpp"

namespace sandpiper::mock {
namespace {

// The bytes of what the book says to `command`; empty: no rule fits.
std::string said(rulebook& book, const words& command, bool by_name = false) {
  const auto told = book.react(command, by_name);
  if (!told) return {};
  rulebook other(1);
  other.add_reaction(*other.add({.name = "ASK"}), *told);
  conversation talk(other, 1);
  std::string out;
  talk.hear({"ASK"});
  EXPECT_TRUE(talk.speak(out));
  return out;
}

std::shared_ptr<rule> put(rulebook& book, rule one, answer first) {
  auto kept = book.add(std::move(one));
  book.add_reaction(*kept, std::move(first));
  return kept;
}

TEST(Rulebook, TheLastRuleThatFitsAnswers) {
  rulebook book(16);
  put(book, {.name = "GET"}, 1);
  put(book, {.name = "GET", .exactly = words{"GET", "k"}}, 2);
  EXPECT_EQ(said(book, {"get", "k"}), ":2\r\n") << "the name's case does not matter";
  EXPECT_EQ(said(book, {"GET", "K"}), ":1\r\n") << "that of arguments does";
  EXPECT_EQ(said(book, {"GET", "k", "more"}), ":1\r\n");
  EXPECT_EQ(said(book, {"GETEX", "k"}), "");
  put(book, {.name = "GET"}, 3);
  EXPECT_EQ(said(book, {"GET", "k"}), ":3\r\n");
}

TEST(Rulebook, AnswersComeInOrderAndTheLastOneAgain) {
  rulebook book(16);
  const auto one = put(book, {.name = "INCR"}, 1);
  book.add_reaction(*one, answer(2));
  for (const auto* each : {":1\r\n", ":2\r\n", ":2\r\n"}) EXPECT_EQ(said(book, {"INCR"}), each);
  EXPECT_EQ(book.times_asked(*one), 3U);
}

TEST(Rulebook, ARuleThatIsUsedUpLeavesTheOthers) {
  rulebook book(16);
  put(book, {.name = "INCR"}, 7);
  const auto one = put(book, {.name = "INCR"}, 1);
  book.set(&rule::only, *one);
  EXPECT_EQ(said(book, {"INCR"}), ":1\r\n");
  EXPECT_EQ(said(book, {"INCR"}), ":7\r\n");
  EXPECT_EQ(book.complaints(), "");
}

TEST(Rulebook, RulesThatNameNothingAreNotAskedWhereANameMatters) {
  rulebook book(16);
  put(book, {.fits = [](const words&) { return true; }}, 1);
  EXPECT_EQ(said(book, {"HELLO", "3"}, true), "");
  EXPECT_EQ(said(book, {"ANY"}), ":1\r\n");
}

TEST(Rulebook, KeepsWhatWasAskedAndNoMoreThanItMay) {
  rulebook book(2);
  put(book, {.name = "A"}, 1);
  for (const auto* each : {"1", "2", "3"}) (void)said(book, {"A", each});
  EXPECT_EQ(book.asked(), (std::vector<words>{{"A", "2"}, {"A", "3"}}));
}

TEST(Rulebook, ComplainsOfWhatWasNotExpectedAndOfWhatWasNeverAsked) {
  rulebook book(16);
  put(book, {.name = "GET", .exactly = words{"GET", "k"}}, 1);
  book.set(&rule::optional, *put(book, {.name = "TTL"}, 1));
  (void)book.complain({"DEL", "k"});
  EXPECT_EQ(book.complaints(), "was not expected: DEL \"k\"\nwas never asked: GET \"k\"\n");
}

TEST(Rulebook, AThrowingFunctionIsAComplaintAndAnError) {
  rulebook book(16);
  const auto one = book.add({.name = "GET"});
  book.add_reaction(*one, [](const words&) -> answer { throw std::runtime_error("broken"); });
  EXPECT_EQ(said(book, {"GET"}), "-ERR mock: its function threw \"broken\": GET\r\n");
  book.add({.fits = [](const words&) -> bool { throw 1; }, .optional = true});
  EXPECT_EQ(said(book, {"SET"}), "");
  EXPECT_EQ(book.complaints(),
            "its function threw \"broken\": GET\nwhat was given to on_match() threw at SET\n");
}

TEST(Rulebook, ARuleWithoutAnAnswerSaysSo) {
  rulebook book(16);
  book.add({.name = "GET"});
  EXPECT_EQ(said(book, {"GET"}), "-ERR mock: was given no answer: GET with any arguments\r\n");
}

TEST(Rulebook, IsWaitedForByThoseWhoMustKnow) {
  rulebook book(16);
  const auto one = put(book, {.name = "GET"}, 1);
  EXPECT_FALSE(book.wait_until_asked(*one, 1, std::chrono::milliseconds(1)));
  std::thread other([&] { (void)book.react({"GET"}, false); });
  EXPECT_TRUE(book.wait_until_asked(*one, 1, std::chrono::minutes(1)));
  other.join();
}

}  // namespace
}  // namespace sandpiper::mock

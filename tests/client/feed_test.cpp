#include "client/feed.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "client/coroutine.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using test::coroutine;
using test::owned_coroutine;

std::shared_ptr<feed> make_feed(subscription_options o = {}) {
  return std::make_shared<feed>(std::weak_ptr<hub>(), o, 1s, nullptr);
}

message text(std::string payload) { return {.channel = "c", .payload = std::move(payload)}; }

owned_coroutine read_into(std::shared_ptr<feed> from, std::vector<std::string>& to) {
  for (;;) {
    auto one = co_await next_message(from);
    to.push_back(one ? one->payload : one.error().message());
    if (!one) co_return;
  }
}

coroutine confirm_into(std::shared_ptr<feed> of, std::vector<std::string>& to) {
  const auto done = co_await all_confirmed(of);
  to.push_back(done ? "confirmed" : std::string(done.error().text()));
}

TEST(Feed, AThreadIsWokenByWhatComes) {
  const auto one = make_feed();
  std::thread reader([&] { EXPECT_EQ(one->next(60s).value().payload, "hello"); });
  EXPECT_FALSE(one->offer(text("hello")));
  reader.join();
  EXPECT_EQ(one->next(0s).error(), errc::deadline_exceeded);
}

TEST(Feed, WhatIsInTheQueueIsReadBeforeItsEnd) {
  const auto one = make_feed();
  one->offer(text("a"));
  one->end(errc::closed);
  EXPECT_EQ(one->next(1s).value().payload, "a");
  EXPECT_EQ(one->next(60s).error(), errc::closed);
}

TEST(Feed, ACoroutineGoesOnWhenItsTurnComes) {
  const auto one = make_feed();
  std::vector<std::string> read;
  one->offer(text("a"));
  const auto reader = owned_coroutine::start(read_into(one, read));
  EXPECT_EQ(read.size(), 1U);
  EXPECT_TRUE(one->offer(text("b")));
  EXPECT_TRUE(one->offer(text("c")));
  one->run(0);
  EXPECT_EQ(read, (std::vector<std::string>{"a", "b", "c"}));
  one->end(errc::closed);
  one->run(0);
  EXPECT_EQ(read.size(), 4U);
}

TEST(Feed, ACoroutineMayBeDestroyedWhileItWaits) {
  const auto one = make_feed();
  std::vector<std::string> read;
  { const auto reader = owned_coroutine::start(read_into(one, read)); }
  EXPECT_FALSE(one->offer(text("a")));
  one->run(0);
  EXPECT_TRUE(read.empty());
}

TEST(Feed, AGapIsToldOnceEverythingIsConfirmedAgain) {
  const auto one = make_feed();
  one->asked();
  one->applied(2);
  EXPECT_FALSE(one->live());
  one->topic_confirmed();
  one->topic_confirmed();
  EXPECT_TRUE(one->live());
  one->topic_lost({}, "cut");
  one->topic_lost({}, "cut");
  one->topic_confirmed();
  one->offer(text("of the new connection"));
  EXPECT_EQ(one->next(0s).error(), errc::deadline_exceeded);
  one->topic_confirmed();
  EXPECT_EQ(one->next(0s).value().type, message::kind::gap);
  EXPECT_EQ(one->next(0s).value().payload, "of the new connection");
  EXPECT_EQ(one->counts().gaps, 1U);
}

TEST(Feed, ARefusalIsAnErrorOnceAndAnEventInTheStream) {
  const auto one = make_feed();
  std::vector<std::string> told;
  one->asked();
  one->applied(1);
  confirm_into(one, told);
  one->topic_refused({.type = message::kind::refused, .channel = "x"},
                     error(errc::bad_request, "x: no"));
  one->run(0);
  EXPECT_EQ(told, std::vector<std::string>{"x: no"});
  EXPECT_TRUE(one->confirmed(0s).has_value());
  EXPECT_EQ(one->next(0s).value().type, message::kind::refused);
}

TEST(Feed, WhoeverWaitsToBeConfirmedHasADeadline) {
  const auto one = make_feed();
  std::vector<std::string> told;
  one->asked();
  confirm_into(one, told);
  EXPECT_NE(one->next_deadline_ms(), UINT64_MAX);
  one->run(0);
  EXPECT_TRUE(told.empty());
  one->run(UINT64_MAX);
  EXPECT_EQ(told.size(), 1U);
  EXPECT_EQ(one->next_deadline_ms(), UINT64_MAX);
  EXPECT_EQ(one->confirmed(1ms).error(), errc::deadline_exceeded);
}

struct noting final : message_handler {
  explicit noting(std::vector<std::string>& t) : to(t) {}
  void on_message(result<message> one) override {
    to.push_back(one ? one->payload : one.error().message());
    if (then) then();
  }
  std::vector<std::string>& to;
  std::function<void()> then;
};

TEST(Feed, AHandlerTakesAllAndHearsOfTheEndOnce) {
  const auto one = make_feed({.queue_max = 2, .when_full = overflow::end});
  std::vector<std::string> told;
  one->offer(text("a"));
  one->set_handler(std::make_shared<noting>(told));
  EXPECT_EQ(one->next(60s).error(), errc::bad_request);
  one->run(0);
  for (const auto* each : {"b", "c", "d", "e"}) one->offer(text(each));
  EXPECT_TRUE(one->ended());
  one->run(0);
  one->run(0);
  ASSERT_EQ(told.size(), 4U);
  EXPECT_EQ(told[2], "c");
  EXPECT_NE(told[3].find("queue_max"), std::string::npos) << told[3];
}

TEST(Feed, AHandlerThatAbandonsItsFeedIsCalledNoMore) {
  const auto one = make_feed();
  std::vector<std::string> told;
  auto handler = std::make_shared<noting>(told);
  handler->then = [&] { one->abandon(); };
  one->set_handler(std::move(handler));
  one->offer(text("a"));
  one->offer(text("b"));
  one->run(0);
  EXPECT_EQ(told, std::vector<std::string>{"a"});
  EXPECT_EQ(one->next(60s).error(), errc::closed);
}

}  // namespace
}  // namespace sandpiper

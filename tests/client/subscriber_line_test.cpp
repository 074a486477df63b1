#include "client/subscriber_line.hpp"

#include <asio/io_context.hpp>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/scripted_server.hpp"

namespace sandpiper {
namespace {

using test::script;
using test::scripted_server;

constexpr const char* confirmed = ">3\r\n+subscribe\r\n$1\r\na\r\n:1\r\n";

/// Asks for channel "a" on every connection, until the server confirms it; notes what it hears.
class asking final : public line_user {
 public:
  explicit asking(const scripted_server& server) {
    settings_.place = {.host = "127.0.0.1", .port = server.port()};
    line_ = std::make_shared<subscriber_line>(context_.get_executor(), settings_, *this);
  }

  std::vector<std::string> run() {
    line_->open();
    context_.run();
    return notes_;
  }

  void on_ready() noexcept override {
    notes_.emplace_back("ready");
    if (!line_->ask(topic_kind::channel, "a", true)) notes_.emplace_back("not asked");
    if (then_) then_(*line_);
  }
  void on_lost(std::string_view why) noexcept override {
    const auto about = why.find("not a reply") != why.npos ? "nonsense" : "end";
    notes_.push_back(std::string("lost: ") + about);
  }
  void on_trouble(const error&) noexcept override { notes_.emplace_back("trouble"); }
  void on_push(const resp::reply_view& push) noexcept override {
    notes_.emplace_back(push[2].text());
  }
  void on_answer(topic_kind, const std::string& name, bool, const error* why) noexcept override {
    notes_.push_back(why ? "no " + name : name);
    const bool over = why == nullptr ? !keeps_until_pong_ : *why == server_errc::noperm;
    if (over) line_->let_go();
  }
  void on_pong() noexcept override {
    notes_.emplace_back("pong");
    line_->let_go();
  }

  std::function<void(subscriber_line&)> then_;
  bool keeps_until_pong_ = false;

 private:
  asio::io_context context_;
  net::settings settings_;
  std::shared_ptr<subscriber_line> line_;
  std::vector<std::string> notes_;
};

using notes = std::vector<std::string>;

TEST(SubscriberLine, AsksAndHears) {
  const scripted_server server(
      {script()
           .greet()
           .read("SUBSCRIBE")
           .write(std::string("*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n") + confirmed)
           .hang()});
  EXPECT_EQ(asking(server).run(), (notes{"ready", "hi", "a"}));
}

TEST(SubscriberLine, ARefusalIsAnAnswer) {
  const scripted_server server({script().greet().read("SUBSCRIBE").write("-NOPERM no\r\n").hang()});
  EXPECT_EQ(asking(server).run(), (notes{"ready", "no a"}));
}

TEST(SubscriberLine, WhatIsNoConfirmationEndsTheConnection) {
  const scripted_server server({script().greet().read("SUBSCRIBE").write("+OK\r\n").hang(),
                                script().greet().read("SUBSCRIBE").write(confirmed).hang()});
  EXPECT_EQ(asking(server).run(), (notes{"ready", "lost: nonsense", "no a", "ready", "a"}));
}

TEST(SubscriberLine, AfterAnAttemptThatFailsItTriesAgain) {
  const scripted_server server(
      {script().read("HELLO"), script().greet().read("SUBSCRIBE").write(confirmed).hang()});
  EXPECT_EQ(asking(server).run(), (notes{"trouble", "ready", "a"}));
}

TEST(SubscriberLine, APingIsAskedOnceAndOnlyInSilence) {
  const scripted_server server(
      {script().greet().read("PING").write(std::string(confirmed) + "+PONG\r\n").hang()});
  asking one(server);
  one.then_ = [](subscriber_line& line) {
    for (int i = 0; i < 5; ++i) line.ping_if_silent();  // the first sees that bytes came
  };
  one.keeps_until_pong_ = true;
  EXPECT_EQ(one.run(), (notes{"ready", "a", "pong"}));
  EXPECT_EQ(server.received("PING"), 1U);
}

}  // namespace
}  // namespace sandpiper

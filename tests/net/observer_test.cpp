#include "sandpiper/net/observer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "net/running.hpp"
#include "support/scripted_server.hpp"

namespace sandpiper::net {
namespace {

using test::script;

/// Keeps a line for all it is told.
class recorder final : public observer {
 public:
  void* on_start(const seen_call& call) noexcept override {
    std::string line = "start";
    for (std::size_t i = 0; i < call.size(); ++i) {
      line += ' ' + std::string(call[i].name()) + '/' + std::to_string(call[i].key_count());
    }
    add(line + " on " + std::string(call.on().role));
    const std::scoped_lock lock(mutex_);
    return reinterpret_cast<void*>(++calls_);
  }
  void on_end(void* started, const seen_command& command,
              const seen_outcome& how) noexcept override {
    EXPECT_GE(how.took.count(), 0);
    add("end " + std::to_string(reinterpret_cast<std::uintptr_t>(started)) + ' ' +
        std::string(command.name()) + ' ' + (how.why ? how.why.message() : "ok") +
        (how.last ? " last" : "") + (how.fate == fate::unsent ? " unsent" : ""));
  }
  void on_connection(const connection_event& event) noexcept override {
    add(std::string(to_string(event.what)) + (event.why.empty() ? "" : ": ") +
        std::string(event.why));
  }
  void on_push(const seen_push& push) noexcept override {
    add("push " + std::string(push.kind) + ' ' + std::to_string(push.size));
  }

  [[nodiscard]] std::vector<std::string> lines() const {
    const std::scoped_lock lock(mutex_);
    return lines_;
  }
  [[nodiscard]] std::size_t count(const std::string& begin) const {
    const auto all = lines();
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [&](const auto& line) { return line.starts_with(begin); }));
  }

 private:
  void add(std::string line) {
    const std::scoped_lock lock(mutex_);
    lines_.push_back(std::move(line));
  }

  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
  std::uintptr_t calls_ = 0;
};

settings observed(settings what, const std::shared_ptr<recorder>& by) {
  what.observer = by;
  return what;
}

using lines = std::vector<std::string>;

TEST(Observer, IsToldOfEachCallAndEachOfItsCommands) {
  const test::redis_server server;
  const auto seen = std::make_shared<recorder>();
  {
    running one(observed(settings_for(server), seen));
    ASSERT_TRUE(one.open());
    counting_request two(std::vector{resp::command("SET").add_key("k").add("secret"),
                                     resp::command("INCR").add_key("k")});
    ASSERT_TRUE(one->submit(two));
    (void)two.wait();
    counting_request ping("PING");
    ASSERT_TRUE(one->submit(ping));
    (void)ping.wait();
    one.settle();
  }
  EXPECT_EQ(seen->lines(), (lines{"connecting", "ready", "start SET/1 INCR/1 on commands",
                                  "end 1 SET ok", "end 1 INCR the server answered ERR last",
                                  "start PING/0 on commands", "end 2 PING ok last", "closed"}));
}

TEST(Observer, IsToldOnceHoweverACallEnds) {
  test::scripted_server server({script().greet().read("k2").reset(), script().greet().hang()});
  const auto seen = std::make_shared<recorder>();
  {
    running one(observed(settings_for(server.port()), seen));
    ASSERT_TRUE(one.open());
    counting_request lost("INCR k1 / INCR k2");
    ASSERT_TRUE(one->submit(lost));
    (void)lost.wait();
    ASSERT_TRUE(eventually([&] { return seen->count("ready") == 2; }));

    counting_request late("GET k3", 1ms), cancelled("GET k4"), withdrawn("GET k5"),
        closed("GET k6");
    for (auto* each : {&late, &cancelled, &withdrawn, &closed}) ASSERT_TRUE(one->submit(*each));
    (void)late.wait();
    one.on_strand([&] { one->abort(cancelled, errc::cancelled); });
    one->withdraw(withdrawn);
    one->close(errc::closed);
    (void)closed.wait();
    counting_request refused("GET k7");
    EXPECT_EQ(one->submit(refused).error(), errc::closed);
  }
  EXPECT_EQ(seen->count("start"), 6U);
  EXPECT_EQ(seen->count("end 1 INCR the connection died"), 2U);
  EXPECT_EQ(seen->count("end 2 GET the deadline passed"), 1U);
  EXPECT_EQ(seen->count("end 3 GET the caller cancelled"), 1U);
  EXPECT_EQ(seen->count("end 4 GET the caller cancelled"), 1U);
  EXPECT_EQ(seen->count("end 5 GET the client is closed"), 1U);
  EXPECT_EQ(seen->count("end 6 GET the client is closed before the reply came last unsent"), 0U);
  EXPECT_EQ(seen->count("end 6"), 1U);
  EXPECT_EQ(seen->count("end "), 7U);
}

TEST(Observer, IsToldWhatBecomesOfTheConnection) {
  test::scripted_server server(
      {script().greet().read("GET").reset(), script().greet().read("GET").write("_\r\n").hang()});
  const auto seen = std::make_shared<recorder>();
  {
    running one(observed(settings_for(server.port()), seen));
    ASSERT_TRUE(one.open());
    counting_request get("GET k");
    ASSERT_TRUE(one->submit(get));
    EXPECT_EQ(get.wait_for_one(), "_");
  }
  const auto all = seen->lines();
  ASSERT_EQ(seen->count("lost"), 1U);
  const auto lost = std::find_if(all.begin(), all.end(),
                                 [](const auto& line) { return line.starts_with("lost"); });
  EXPECT_GT(lost->size(), std::string("lost: ").size()) << "it says why";

  const auto failed = std::make_shared<recorder>();
  {
    running one(observed(settings_for(std::uint16_t{1}), failed));
    EXPECT_FALSE(one.open());
  }
  EXPECT_EQ(failed->count("attempt failed: the server cannot be reached"), 1U);
}

TEST(Observer, IsToldOfPushesButNotWhatTheySay) {
  const test::redis_server server;
  const auto seen = std::make_shared<recorder>();
  auto what = observed(settings_for(server), seen);
  what.greeting.tracking = true;
  running one(what);
  ASSERT_TRUE(one.open());
  counting_request both("GET k / SET k v / PING");
  ASSERT_TRUE(one->submit(both));
  (void)both.wait();
  EXPECT_TRUE(eventually([&] { return seen->count("push invalidate 2") == 1; }));
}

}  // namespace
}  // namespace sandpiper::net

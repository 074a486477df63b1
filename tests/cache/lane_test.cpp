#include "cache/lane.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <vector>

#include "cache/near.hpp"
#include "net/running.hpp"
#include "support/scripted_server.hpp"

namespace sandpiper::cache {
namespace {

using namespace std::chrono_literals;
using test::until;

/// Notes what a lane tells.
class listening final : public lane_user, public std::enable_shared_from_this<listening> {
 public:
  listening(const asio::any_io_executor& strand, net::settings what, const options& o)
      : lease_ms_(static_cast<std::uint64_t>(o.lease.count())),
        one(strand, std::move(what), o, vouched, *this) {}

  void on_changed(std::string_view key) noexcept override {
    const std::scoped_lock lock(mutex_);
    changed_.emplace_back(key);
  }
  void on_all_changed() noexcept override {
    (void)vouched.end();
    ++all_changed;
  }
  void on_tick() noexcept override { ++ticks; }
  std::shared_ptr<void> keep() noexcept override { return shared_from_this(); }

  std::vector<std::string> changed() {
    const std::scoped_lock lock(mutex_);
    return changed_;
  }
  [[nodiscard]] bool holds() const { return vouched.holds(coarse_now_ms(), lease_ms_); }

 private:
  const std::uint64_t lease_ms_;
  std::mutex mutex_;
  std::vector<std::string> changed_;

 public:
  std::atomic<int> all_changed = 0;
  std::atomic<int> ticks = 0;
  vouching vouched;
  lane one;
};

/// A lane on a thread of its own.
class running_lane {
 public:
  explicit running_lane(net::settings what, const options& o = quick())
      : user_(std::make_shared<listening>(context_.get_executor(), std::move(what), o)),
        thread_([this] { context_.run(); }) {
    user_->one.open();
  }
  ~running_lane() {
    user_->one.close();
    work_.reset();
    thread_.join();
  }
  running_lane(const running_lane&) = delete;
  running_lane& operator=(const running_lane&) = delete;

  static options quick() {
    options o;
    o.lease = 200ms;
    o.probe_interval = 20ms;
    return o;
  }

  listening* operator->() const { return user_.get(); }
  [[nodiscard]] condition now() const { return user_->one.state().now; }

  std::string ask(const std::string& line) {
    net::counting_request r(line);
    EXPECT_TRUE(user_->one.submit(r));
    return r.wait_for_one();
  }

 private:
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  std::shared_ptr<listening> user_;
  std::thread thread_;
};

TEST(Lane, IsBelievedAsLongAsItIsAnswered) {
  test::redis_server server;
  running_lane l(net::settings_for(server));
  until([&] { return l.now() == condition::caching && l->holds(); });
  EXPECT_EQ(l->one.state().why, "");
  const int before = l->ticks;
  until([&] { return l->ticks > before + 20; });
  EXPECT_EQ(l->all_changed, 0);
  server.pause();
  until([&] { return l.now() == condition::lapsed; });
  EXPECT_FALSE(l->holds());
  EXPECT_NE(l->one.state().why, "");
  server.resume();
  until([&] { return l.now() == condition::caching && l->holds(); });
  EXPECT_EQ(l->all_changed, 0) << "nothing was lost";
}

TEST(Lane, TellsOfKeysThatWereReadOnIt) {
  test::redis_server server;
  running_lane l(net::settings_for(server));
  EXPECT_EQ(l.ask("GET k"), "_");
  server.ask("MSET unread 1 k 2");
  until([&] { return !l->changed().empty(); });
  EXPECT_THAT(l->changed(), testing::ElementsAre("k"));
}

TEST(Lane, TellsOfFlushedDatabases) {
  for (const std::string how : {"FLUSHALL", "FLUSHDB"}) {
    test::redis_server server;
    running_lane l(net::settings_for(server));
    EXPECT_EQ(l.ask("GET k"), "_");
    const auto generation = l->vouched.generation();
    server.ask(how);
    until([&] { return l->all_changed > 0; });
    EXPECT_NE(l->vouched.generation(), generation);
    EXPECT_TRUE(l->changed().empty());
  }
}

TEST(Lane, BroadcastTellsOfItsPrefixesWhoeverReads) {
  test::redis_server server;
  auto o = running_lane::quick();
  o.broadcast_prefixes = {"a:", "b:"};
  running_lane l(net::settings_for(server), o);
  until([&] { return l->holds(); });
  server.ask("MSET a:1 x c:1 x b:1 x");
  until([&] { return l->changed().size() >= 2; });
  EXPECT_THAT(l->changed(), testing::UnorderedElementsAre("a:1", "b:1"));
}

// Its answers may come in front of pushes of their own cycle; those of probes, which wait for each
// other, tell of the cycle before.
TEST(Lane, OfABroadcastAnAnswerToAFetchProvesNothing) {
  for (const bool broadcast : {false, true}) {
    test::redis_server server;
    auto o = running_lane::quick();
    if (broadcast) o.broadcast_prefixes = {""};
    running_lane l(net::settings_for(server), o);
    until([&] { return l.now() == condition::caching; });
    server.pause();
    const auto later = coarse_now_ms() + 60'000;
    std::promise<std::uint64_t> proof;
    l->one.connection().on_strand_do([&] {
      l->one.answered(later);
      l->one.answered(later);
      proof.set_value(l->vouched.last_proof_ms(l->vouched.generation()));
    });
    EXPECT_EQ(proof.get_future().get() == later, !broadcast);
    server.resume();
  }
}

TEST(Lane, ALostOneVouchesForNothingAndComesBack) {
  test::redis_server server;
  running_lane l(net::settings_for(server));
  until([&] { return l->holds(); });
  for (int i = 0; i < 5; ++i) {
    const auto generation = l->vouched.generation();
    server.ask("CLIENT KILL TYPE normal SKIPME yes");
    until([&] { return l->vouched.generation() != generation; });
    EXPECT_EQ(l->vouched.last_proof_ms(l->vouched.generation() + 1), 0u);
    until([&] { return l.now() == condition::caching && l->holds(); });
    EXPECT_EQ(l->vouched.last_proof_ms(generation), 0u) << "a new connection, another generation";
  }
}

TEST(Lane, WhatWasAskedFailsWithItsConnection) {
  test::redis_server server;
  running_lane l(net::settings_for(server));
  until([&] { return l->holds(); });
  server.pause();
  net::counting_request r("GET k");
  ASSERT_TRUE(l->one.submit(r));
  server.kill();
  EXPECT_EQ(r.wait_for_one().substr(0, 15), "!maybe_executed");
  until([&] { return l.now() == condition::connecting; });
  EXPECT_FALSE(l->holds());
  EXPECT_NE(l->one.state().why, "");
}

TEST(Lane, AServerThatSpeaksResp2CannotTell) {
  test::redis_server server;
  auto what = net::settings_for(server);
  what.greeting.protocol = 2;
  running_lane l(what);
  until([&] { return l.now() == condition::unavailable; });
  net::expect_in(l->one.state().why, {"RESP2", "6.0"});
  EXPECT_EQ(l.ask("PING"), "+PONG");
  EXPECT_FALSE(l->holds()) << "an answer proves nothing";
}

TEST(Lane, TrackingThatIsRefusedIsSaid) {
  test::redis_server_options s;
  s.users = "user ann on >pw ~* +@all -client|tracking";
  test::redis_server server(s);
  auto what = net::settings_for(server);
  what.greeting.user = "ann";
  what.greeting.password = "pw";
  running_lane l(what);
  until([&] { return l.now() == condition::unavailable; });
  EXPECT_FALSE(l->holds());
  server.ask("ACL SETUSER ann +client|tracking");
  until([&] { return l.now() == condition::caching && l->holds(); });
}

TEST(Lane, AnOldServerHasNoFieldsThatExpire) {
  test::redis_server server;
  ASSERT_EQ(server.ask("COMMAND INFO HPTTL").substr(0, 1), "*");
  running_lane l(net::settings_for(server));
  EXPECT_TRUE(l->one.fields_expire()) << "until it is known";
  until([&] { return !l->one.fields_expire(); });
  server.ask("CLIENT KILL TYPE normal SKIPME yes");
  until([&] { return !l->one.fields_expire() && l->holds(); });
}

test::script greeted() {
  return test::script().read("LIB-VER").write("%1\r\n$5\r\nproto\r\n:3\r\n+OK\r\n+OK\r\n+OK\r\n");
}

/// What is thought of fields once `reply` answered COMMAND INFO HPTTL.
bool fields_expire_after(const std::string& reply) {
  test::scripted_server server({greeted().read("HPTTL").write(reply).serve()});
  running_lane l(net::settings_for(server.port()));
  until([&] { return server.received("PING") > 0; });  // the answer has come
  return l->one.fields_expire();
}

TEST(Lane, AServerThatKnowsTheCommandMayHaveFieldsThatExpire) {
  EXPECT_TRUE(fields_expire_after("*1\r\n*2\r\n$5\r\nhpttl\r\n:-5\r\n"));
  EXPECT_FALSE(fields_expire_after("*1\r\n_\r\n"));
}

TEST(Lane, AnAnswerThatIsNoneMeansTheWorst) {
  EXPECT_TRUE(fields_expire_after("-NOPERM no\r\n"));
  EXPECT_TRUE(fields_expire_after("*0\r\n"));
  EXPECT_TRUE(fields_expire_after("+OK\r\n"));
}

TEST(Lane, PushesOfOtherShapesAreLeftAlone) {
  test::scripted_server server(
      {greeted()
           .write(">1\r\n$10\r\ninvalidate\r\n")
           .write(">2\r\n$10\r\ninvalidate\r\n:5\r\n")
           .write(">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n")
           .write(">2\r\n$10\r\ninvalidate\r\n*0\r\n")
           .write(">2\r\n$10\r\ninvalidate\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n")
           .write(">2\r\n$10\r\ninvalidate\r\n_\r\n")
           .serve()});
  running_lane l(net::settings_for(server.port()));
  until([&] { return l->all_changed > 0; });
  EXPECT_THAT(l->changed(), testing::ElementsAre("a", "b"));
  EXPECT_EQ(l->all_changed, 1);
}

TEST(Lane, MayBeClosedAtAnyMoment) {
  test::redis_server server;
  for (int i = 0; i < 30; ++i) {
    running_lane l(net::settings_for(server));
    if (i % 3 == 0) until([&] { return l->holds(); });
    if (i % 3 == 1) std::this_thread::yield();
  }
}

}  // namespace
}  // namespace sandpiper::cache

// A thread that waits for a reply sends and reads for itself, and hands over when others come.

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "net/connection.hpp"
#include "net/running.hpp"
#include "support/certificates.hpp"
#include "support/redis_server.hpp"

namespace sandpiper::net {
namespace {

TEST(ConnectionDrive, ALoneCallerSendsOnceAndReadsOnce) {
  const test::redis_server server;
  running one(settings_for(server));
  ASSERT_TRUE(one.open());
  EXPECT_EQ(one.call("SET k v"), "+OK");
  one.call_until_driven();
  one.settle();
  const auto before = one->totals();
  constexpr std::uint64_t calls = 200;
  for (std::uint64_t i = 0; i < calls; ++i) EXPECT_EQ(one.call("GET k"), "$v");
  one.settle();
  const auto after = one->totals();
  EXPECT_EQ(after.writes - before.writes, calls);
  EXPECT_EQ(after.reads - before.reads, calls);
}

TEST(ConnectionDrive, AsksForTheReplyOnItsOwnThread) {
  const test::redis_server server;
  running one(settings_for(server));
  ASSERT_TRUE(one.open());
  EXPECT_TRUE(eventually([&] {
    std::thread::id there;
    counting_request r("PING");
    r.then = [&](std::uint32_t) { there = std::this_thread::get_id(); };
    one.submit_waiting(r);
    EXPECT_EQ(r.wait_for_one(), "+PONG");
    return there == std::this_thread::get_id();
  }));
}

TEST(ConnectionDrive, SeveralCommandsOfOneCallerAndLargeOnes) {
  const test::redis_server server;
  running one(settings_for(server));
  ASSERT_TRUE(one.open());
  for (int i = 0; i < 10; ++i) {
    one.call_until_driven();
    counting_request r("SET k *" + std::to_string(1 + i * 400'000) + " / STRLEN k / GET k");
    one.submit_waiting(r);
    const auto size = std::to_string(1 + i * 400'000);
    const auto told = r.wait();
    ASSERT_EQ(told.size(), 3U);
    EXPECT_EQ(told[1], ":" + size);
    EXPECT_EQ(told[2].size(), 2U + static_cast<std::size_t>(i) * 400'000);  // "$" and the value
  }
}

// The callbacks of others run where they always do, and each reply goes to its own.
TEST(ConnectionDrive, OthersWhoJoinAreServedByTheIoThread) {
  const test::redis_server server;
  running one(settings_for(server));
  ASSERT_TRUE(one.open());
  std::atomic<bool> over = false;
  std::thread alone([&] {
    while (!over) EXPECT_EQ(one.call("ECHO alone"), "$alone");
  });
  for (int i = 0; i < 300; ++i) {
    if (i % 3 == 0) {
      const auto before = one->totals().driven;
      EXPECT_TRUE(eventually([&] { return one->totals().driven > before; }));
    }
    const auto word = std::to_string(i);
    counting_request r("ECHO " + word);
    r.then = [&](std::uint32_t) { EXPECT_EQ(std::this_thread::get_id(), one.thread_id()); };
    ASSERT_TRUE(one->submit(r));
    EXPECT_EQ(r.wait_for_one(), "$" + word);
  }
  over = true;
  alone.join();
}

TEST(ConnectionDrive, ManyThreadsOnAndOffGetTheirOwnReplies) {
  const test::redis_server server;
  running one(settings_for(server));
  ASSERT_TRUE(one.open());
  std::vector<std::thread> all;
  for (int t = 0; t < 4; ++t) {
    all.emplace_back([&, t] {
      for (int i = 0; i < 400; ++i) {
        const auto word = std::to_string(t) + "_" + std::to_string(i);
        EXPECT_EQ(one.call("ECHO " + word), "$" + word);
        if (i % 100 == 25 * t) std::this_thread::sleep_for(5ms);
      }
    });
  }
  for (auto& each : all) each.join();
  one.settle();
  EXPECT_EQ(one->totals().replies, 1600U);
}

// A caller who drives and waits for long, because the list stays empty until let_go().
class DrivenForLong : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(one.open());
    ASSERT_TRUE(control.open());
  }

  /// What `one` was told, if it drove; meanwhile `during` happens, its command being sent.
  template <class During>
  std::string block(During during) {
    for (;;) {
      one.call_until_driven();
      const auto before = one->totals();
      std::string told;
      std::thread slow([&] { told = one.call("BLPOP list 0"); });
      EXPECT_TRUE(eventually([&] { return one->totals().commands > before.commands; }));
      const bool drove = one->totals().driven > before.driven;
      drove ? during() : let_go();
      slow.join();
      if (drove) return told;
    }
  }
  void let_go() { EXPECT_EQ(control.call("RPUSH list x"), ":1"); }

  test::redis_server server;
  running one{settings_for(server)};
  running control{settings_for(server)};
};

TEST_F(DrivenForLong, WhatOthersAskIsSentAtOnce) {
  EXPECT_EQ(block([&] {
              const auto before = one->totals().commands;
              counting_request joined("ECHO joined");
              EXPECT_TRUE(one->submit(joined));
              EXPECT_TRUE(eventually([&] { return one->totals().commands > before; }));
              let_go();
              EXPECT_EQ(joined.wait_for_one(), "$joined");
            }),
            "*2");
}

TEST_F(DrivenForLong, OthersMayWithdraw) {
  EXPECT_EQ(block([&] {
              counting_request other("ECHO other");
              EXPECT_TRUE(one->submit(other));
              one->withdraw(other);
              let_go();
            }),
            "*2");
}

TEST_F(DrivenForLong, OthersMayClose) {
  EXPECT_EQ(block([&] { one->close(errc::closed); }), "!closed uncertain");
  counting_request late("PING");
  EXPECT_TRUE(eventually([&] { return !one->submit(late); }));
}

TEST_F(DrivenForLong, ALossIsMendedAsEver) {
  EXPECT_EQ(block([&] {
              EXPECT_EQ(control.call("CLIENT KILL TYPE normal SKIPME yes"), ":1");
              let_go();
            }),
            "*2");
  EXPECT_EQ(one.call("ECHO again"), "$again");
}

TEST_F(DrivenForLong, ItsDeadlineHolds) {
  for (std::uint64_t driven = 0; driven == 0;) {
    one.call_until_driven();
    const auto before = one->totals().driven;
    server.pause();
    EXPECT_EQ(one.call("INCR n", 20ms), "!deadline_exceeded uncertain");
    server.resume();
    driven = one->totals().driven - before;
    EXPECT_EQ(one.call("ECHO again"), "$again") << "the stream is in step";
  }
}

#if SANDPIPER_TLS

TEST(ConnectionDrive, OverTls) {
  const test::authority signer;
  const auto files = signer.issue();
  const test::redis_server server{{.tls_certificate_file = files.certificate,
                                   .tls_key_file = files.key,
                                   .tls_ca_file = signer.certificate_file()}};
  auto what = settings_for(server.tls_port());
  what.place.host = "localhost";
  what.tls = {.enabled = true, .ca_file = signer.certificate_file()};
  running one(what);
  ASSERT_TRUE(one.open());
  for (const std::size_t size : {1, 16'383, 16'385, 300'000}) {
    one.call_until_driven();
    EXPECT_EQ(one.call("SET k *" + std::to_string(size)), "+OK");
    EXPECT_EQ(one.call("GET k").size(), 1 + size);
  }
}

#endif

}  // namespace
}  // namespace sandpiper::net

// How a connection moves its bytes. The source is src/net/connection_io.cpp.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "net/connection.hpp"
#include "net/running.hpp"
#include "support/redis_server.hpp"
#include "support/scripted_server.hpp"

namespace sandpiper::net {
namespace {

using test::script;
using test::scripted_server;
using requests = std::vector<std::unique_ptr<counting_request>>;

requests many(std::size_t count, const std::string& line) {
  requests all(count);
  for (auto& each : all) each = std::make_unique<counting_request>(line);
  return all;
}

void submit_together(running& one, const requests& all) {
  std::vector<counting_request*> each;
  for (const auto& r : all) each.push_back(r.get());
  one.submit_together(each);
}

TEST(ConnectionIo, WhatIsSubmittedInOneHandlerIsOneWrite) {
  const test::redis_server server;
  running one(settings_for(server));
  ASSERT_TRUE(one.open());
  const auto before = one->totals().writes;
  const auto all = many(1000, "SET k v");
  submit_together(one, all);
  for (const auto& each : all) EXPECT_EQ(each->wait_for_one(), "+OK");
  EXPECT_EQ(one->totals().writes - before, 1U);
  EXPECT_EQ(one->totals().commands, 1000U);
}

TEST(ConnectionIo, ALoneRequestIsSentAtOnce) {
  const test::redis_server server;
  running one(settings_for(server));
  ASSERT_TRUE(one.open());
  for (int i = 0; i < 20; ++i) {
    counting_request ping("PING");
    ASSERT_TRUE(one->submit(ping));
    EXPECT_EQ(ping.wait_for_one(), "+PONG");
  }
}

// Replies that are there in one read, each of whose callers asks for more: the server gets work
// before all of them are through.
TEST(ConnectionIo, WritesWhileRepliesAreStillBeingRead) {
  constexpr std::size_t count = 2000;
  std::string replies;
  for (std::size_t i = 0; i < count; ++i) replies += "+OK\r\n";
  scripted_server server({script().greet().read("last").write(replies).serve()});
  running one(settings_for(server.port()));
  ASSERT_TRUE(one.open());
  auto first = many(count - 1, "SET k v");
  first.push_back(std::make_unique<counting_request>("SET last v"));
  const auto second = many(count, "SET k " + std::string(100, 'x'));
  for (std::size_t i = 0; i < count; ++i) {
    first[i]->then = [&, i](std::uint32_t) { EXPECT_TRUE(one->submit(*second[i])); };
  }
  const auto before = one->totals().writes;
  submit_together(one, first);
  for (const auto& each : second) EXPECT_EQ(each->wait_for_one(), "+OK");
  const auto writes = one->totals().writes - before;
  EXPECT_GT(writes, 5U) << "server and client work at the same time";
  EXPECT_LT(writes, count / 2) << "each is worth its price";
}

TEST(ConnectionIo, LargeValuesBothWaysAtOnce) {
  const test::redis_server server;
  running one(settings_for(server));
  ASSERT_TRUE(one.open());
  constexpr std::size_t count = 40;
  requests all;
  for (std::size_t i = 0; i < count; ++i) {
    const auto k = "k" + std::to_string(i);
    const auto size = 1'000'000 + i;
    all.push_back(std::make_unique<counting_request>("SET " + k + " *" + std::to_string(size)));
    all.push_back(std::make_unique<counting_request>("GET " + k + " / GET " + k));
  }
  submit_together(one, all);
  for (std::size_t i = 0; i < count; ++i) {
    EXPECT_EQ(all[2 * i]->wait_for_one(), "+OK");
    const std::string expected = "$" + std::string(1'000'000 + i, 'x');
    for (const auto& got : all[2 * i + 1]->wait()) EXPECT_TRUE(got == expected) << i;
  }
  EXPECT_EQ(one->totals().losses, 0U);
}

// Its replies fill one direction while our commands fill the other. Whoever writes without reading
// stands here for ever.
TEST(ConnectionIo, AServerThatReadsNothingBeforeItHasWrittenAll) {
  constexpr std::size_t piece = 1 << 20;
  constexpr std::size_t pieces = 32;
  scripted_server server({script()
                              .greet()
                              .read("GET")
                              .write("$" + std::to_string(piece * pieces) + "\r\n")
                              .write(std::string(piece, 'y'), pieces)
                              .write("\r\n")
                              .serve()});
  running one(settings_for(server.port()));
  ASSERT_TRUE(one.open());
  counting_request get("GET k");
  const auto sets = many(32, "SET k *1000000");
  ASSERT_TRUE(one->submit(get));
  submit_together(one, sets);
  EXPECT_EQ(get.wait_for_one().size(), piece * pieces + 1);
  for (const auto& each : sets) EXPECT_EQ(each->wait_for_one(), "+OK");
  EXPECT_EQ(one->totals().losses, 0U);
}

TEST(ConnectionIo, ASilentServerIsGivenUp) {
  scripted_server server({script().greet().hang(), script().greet().serve()});
  auto what = settings_for(server.port());
  what.stall_timeout = 60ms;
  running one(what);
  ASSERT_TRUE(one.open());
  counting_request incr("INCR n");
  counting_request get("GET k");
  one.submit_together({&incr, &get});
  EXPECT_EQ(incr.wait_for_one(), "!maybe_executed uncertain");
  expect_in(incr.words(), {"no byte came for", "although commands are in flight"});
  EXPECT_EQ(get.wait_for_one(), "+OK") << "on the next connection";
}

TEST(ConnectionIo, AServerThatDoesNotEvenReadIsGivenUp) {
  scripted_server server({script().greet().wait(), script().greet().serve()});
  auto what = settings_for(server.port());
  what.stall_timeout = 60ms;
  what.tcp_user_timeout = 0ms;  // the kernel would end it as well, later
  running one(what);
  ASSERT_TRUE(one.open());
  const auto sets = many(32, "SET k *1000000");
  submit_together(one, sets);
  ASSERT_TRUE(eventually([&] { return one->totals().losses == 1; }));
  server.go();
  std::size_t done = 0;
  for (const auto& each : sets) done += each->wait_for_one() == "+OK" ? 1 : 0;
  EXPECT_GE(done, 1U) << "what was not handed over is sent on the next connection";
  EXPECT_EQ(one->totals().losses, 1U);
}

TEST(ConnectionIo, AConnectionWithNothingToWaitForIsNotStalled) {
  scripted_server server({script().greet().serve()});
  auto what = settings_for(server.port());
  what.stall_timeout = 20ms;
  running one(what);
  ASSERT_TRUE(one.open());
  for (int i = 0; i < 3; ++i) {
    counting_request set("SET k v");
    ASSERT_TRUE(one->submit(set));
    EXPECT_EQ(set.wait_for_one(), "+OK");
    std::this_thread::sleep_for(60ms);
  }
  EXPECT_EQ(one->totals().losses, 0U);
  EXPECT_EQ(server.accepted(), 1U);
}

TEST(ConnectionIo, PushesAnswerNobody) {
  scripted_server server({script()
                              .greet()
                              .read("GET")
                              .write(">2\r\n+invalidate\r\n_\r\n$1\r\nv\r\n>1\r\n+x\r\n")
                              .serve()});
  running one(settings_for(server.port()));
  ASSERT_TRUE(one.open());
  counting_request get("GET k");
  counting_request set("SET k v");
  ASSERT_TRUE(one->submit(get));
  EXPECT_EQ(get.wait_for_one(), "$v");
  ASSERT_TRUE(one->submit(set));
  EXPECT_EQ(set.wait_for_one(), "+OK");
  one.settle();
  EXPECT_EQ(one->totals().pushes, 2U);
  EXPECT_EQ(one->totals().replies, 2U);
}

TEST(ConnectionIo, AReplyThatNobodyAskedForEndsTheConnection) {
  scripted_server server(
      {script().greet().read("SET").write("+OK\r\n+OK\r\n").hang(), script().greet().serve()});
  running one(settings_for(server.port()));
  ASSERT_TRUE(one.open());
  counting_request set("SET k v");
  ASSERT_TRUE(one->submit(set));
  EXPECT_EQ(set.wait_for_one(), "+OK");
  ASSERT_TRUE(eventually([&] { return one->totals().connects == 2; }));
  counting_request again("SET k v");
  ASSERT_TRUE(one->submit(again));
  EXPECT_EQ(again.wait_for_one(), "+OK");
}

TEST(ConnectionIo, WhatIsNotRespEndsTheConnectionAndSaysWhere) {
  scripted_server server(
      {script().greet().read("INCR").write("+OK\r\n!!!\r\n").hang(), script().greet().serve()});
  running one(settings_for(server.port()));
  ASSERT_TRUE(one.open());
  counting_request first("SET a 1");
  counting_request second("INCR n");
  one.submit_together({&first, &second});
  EXPECT_EQ(first.wait_for_one(), "+OK");
  EXPECT_EQ(second.wait_for_one(), "!maybe_executed uncertain");
  expect_in(second.words(), {"what is not a reply", "byte"});
}

TEST(ConnectionIo, AResetConnectionTellsItsCause) {
  scripted_server server({script().greet().read("INCR").reset(), script().greet().serve()});
  running one(settings_for(server.port()));
  ASSERT_TRUE(one.open());
  counting_request incr("INCR n");
  ASSERT_TRUE(one->submit(incr));
  EXPECT_EQ(incr.wait_for_one(), "!maybe_executed uncertain");
  expect_in(incr.words(), {"127.0.0.1:", "reset"});
}

// The server answered and went; a write finds that out before the answer was read.
TEST(ConnectionIo, WhatTheServerAnsweredBeforeItWentIsNotLost) {
  scripted_server server(
      {script().greet().read("INCR").wait().write(":1\r\n"), script().greet().serve()});
  running one(settings_for(server.port()));
  ASSERT_TRUE(one.open());
  counting_request incr("INCR n");
  ASSERT_TRUE(one->submit(incr));
  ASSERT_TRUE(eventually([&] { return server.received("INCR") == 1; }));
  const auto sets = many(8, "SET k *1000000");
  one.on_strand([&] {
    server.go();
    EXPECT_TRUE(eventually([&] { return server.ended() == 1; }));
    for (const auto& each : sets) EXPECT_TRUE(one->submit(*each));
  });
  EXPECT_EQ(incr.wait_for_one(), ":1");
  for (const auto& each : sets) {
    const auto told = each->wait_for_one();
    EXPECT_TRUE(told == "+OK" || told == "!maybe_executed uncertain") << told.substr(0, 50);
  }
}

TEST(ConnectionIo, CountsBytesBothWays) {
  scripted_server server({script().greet().serve()});
  running one(settings_for(server.port()));
  ASSERT_TRUE(one.open());
  const auto before = one->totals();
  counting_request set("SET k *50000");
  ASSERT_TRUE(one->submit(set));
  EXPECT_EQ(set.wait_for_one(), "+OK");
  one.settle();
  const auto after = one->totals();
  EXPECT_EQ(after.written_bytes - before.written_bytes,
            wire::command_of({"SET", "k", "*50000"}).size_bytes());
  EXPECT_EQ(after.read_bytes - before.read_bytes, 5U);
  EXPECT_EQ(after.reads - before.reads, 1U);
}

}  // namespace
}  // namespace sandpiper::net

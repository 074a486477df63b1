// What all subscriptions of a client share: one connection, and what becomes of it.

#include "client/hub.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "client/until.hpp"
#include "sandpiper/client/batch.hpp"
#include "sandpiper/client/subscription.hpp"
#include "sandpiper/commands/any.hpp"
#include "support/redis_server.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using test::redis_server;
using test::until;

int subscribers(const redis_server& server) {
  const auto clients = server.ask("CLIENT LIST");
  int found = 0;
  for (auto at = clients.find(" flags=P"); at != clients.npos;
       at = clients.find(" flags=P", at + 1)) {
    ++found;
  }
  return found;
}

// Publishes until `channel` is heard by somebody.
void publish_to_somebody(const redis_server& server, const std::string& channel) {
  EXPECT_TRUE(until([&] {
    try {
      return server.ask("PUBLISH " + channel + " after") != ":0";
    } catch (const std::runtime_error&) {
      return false;
    }
  }));
}

void expect_a_gap_and_then(subscription& sub, std::string_view payload) {
  const auto gap = sub.next(60s).value();
  EXPECT_EQ(gap.type, message::kind::gap) << gap.payload;
  EXPECT_NE(gap.payload, "");
  EXPECT_NE(gap.since.time_since_epoch().count(), 0);
  EXPECT_EQ(sub.next(60s).value().payload, payload);
}

TEST(Hub, OneConnectionAndOneSubscriptionServeAll) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  EXPECT_EQ(subscribers(server), 0);
  {
    auto one = db.subscribe({"a"}).value();
    auto two = db.subscribe({"a", "b"}).value();
    EXPECT_EQ(subscribers(server), 1);
    EXPECT_EQ(server.ask("PUBLISH a x"), ":1");
    EXPECT_EQ(one.next(60s).value().payload, "x");
    EXPECT_EQ(two.next(60s).value().payload, "x");
    one.close();
    two.remove({.channels = {"b"}}).value();
    EXPECT_TRUE(until([&] { return server.ask("PUBLISH b y") == ":0"; }));
    EXPECT_EQ(server.ask("PUBLISH a z"), ":1");
    EXPECT_EQ(subscribers(server), 1);
  }
  EXPECT_TRUE(until([&] { return subscribers(server) == 0; }));
  EXPECT_TRUE(db.subscribe({"a"}).has_value()) << "the next first one opens it again";
}

TEST(Hub, AChannelMayComeAndGoFasterThanTheServerAnswers) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  const auto keeps_it_open = db.subscribe({"other"}).value();
  auto sub = db.listen({}).value();
  for (int i = 0; i < 500; ++i) {
    sub.add({.channels = {"a"}, .patterns = {"p*"}}).value();
    sub.remove({.channels = {"a"}, .patterns = {"p*"}}).value();
  }
  sub.add({.channels = {"a"}}).value();
  sub.confirmed(60s).value();
  EXPECT_EQ(server.ask("PUBLISH a last"), ":1");
  EXPECT_EQ(sub.next(60s).value().payload, "last");
  EXPECT_TRUE(until([&] { return server.ask("PUBLISH p1 x") == ":0"; }));
}

TEST(Hub, ManyNamesAreConfirmedTogether) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  std::vector<std::string> names;
  for (int i = 0; i < 5000; ++i) names.push_back("c" + std::to_string(i));
  auto sub = db.subscribe(names).value();
  EXPECT_EQ(server.ask("PUBLISH c4999 x"), ":1");
  EXPECT_EQ(sub.next(60s).value().channel, "c4999");
}

TEST(Hub, ALostConnectionIsReplacedAndTheGapTold) {
  for (const int protocol : {2, 3}) {
    const redis_server server;
    auto o = options::from_url(server.url()).value();
    o.protocol = protocol;
    const auto db = client::connect(o).value();
    auto sub = db.subscribe({"a"}, {.patterns = {"z*"}, .shards = {"s"}}).value();
    auto other = db.subscribe({"a"}).value();
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(server.ask("PUBLISH a before"), ":1");
      EXPECT_EQ(sub.next(60s).value().payload, "before");
      EXPECT_EQ(other.next(60s).value().payload, "before");
      EXPECT_EQ(server.ask("CLIENT KILL TYPE pubsub"), ":1");
      publish_to_somebody(server, "a");
      expect_a_gap_and_then(sub, "after");
      expect_a_gap_and_then(other, "after");
      EXPECT_TRUE(sub.live());
    }
    EXPECT_EQ(sub.counts().gaps, 5U) << "one for each loss, not for each name";
  }
}

TEST(Hub, AServerThatStartsAgainIsSubscribedAgain) {
  redis_server server;
  const auto db = client::connect(server.url()).value();
  auto sub = db.subscribe({"a"}).value();
  server.restart();
  publish_to_somebody(server, "a");
  expect_a_gap_and_then(sub, "after");
  server.kill();
  EXPECT_TRUE(until([&] { return !sub.live(); }));
  auto during = db.listen({"a"}).value();
  const auto early = during.confirmed(1ms);
  EXPECT_EQ(early.error(), errc::deadline_exceeded);
  EXPECT_TRUE(until([&] {
    return during.confirmed(1ms).error().message().find("no connection") != std::string::npos;
  }));
  server.start();
  publish_to_somebody(server, "a");
  expect_a_gap_and_then(sub, "after");
  EXPECT_EQ(during.next(60s).value().payload, "after") << "nothing was lost that it had";
}

TEST(Hub, ABlackHoleIsNoticedInSilence) {
  redis_server server;
  auto o = options::from_url(server.url()).value();
  o.stall_timeout = 200ms;
  o.connect_timeout = 1000ms;
  const auto db = client::connect(o).value();
  auto sub = db.subscribe({"a"}).value();
  server.pause();
  EXPECT_TRUE(until([&] { return !sub.live(); }));
  server.resume();
  publish_to_somebody(server, "a");
  const auto first = sub.next(60s).value();
  EXPECT_EQ(first.type, message::kind::gap);
  EXPECT_NE(first.payload.find("no byte came"), std::string::npos) << first.payload;
}

TEST(Hub, ARefusalNamesItsChannelAndNobodyElseIsHurt) {
  for (const auto* protocol : {"2", "3"}) {
    redis_server server({.users = "user default on nopass ~* &* +@all\n"
                                  "user ann on >pw ~* resetchannels &news +@all\n"});
    const auto db =
        client::connect("unix://ann:pw@" + server.socket_path() + "?protocol=" + protocol).value();
    auto allowed = db.subscribe({"news"}).value();
    const auto refused = db.subscribe({"news", "secret"}).error();
    EXPECT_EQ(refused, server_errc::noperm);
    EXPECT_NE(refused.message().find("secret"), std::string::npos) << refused.message();
    EXPECT_NE(db.subscribe({}, {.patterns = {"n*"}}).error().message().find("n*"),
              std::string::npos);
    allowed.add({.channels = {"secret"}, .shards = {"hidden"}}).value();
    EXPECT_EQ(allowed.confirmed(60s).error(), server_errc::noperm);
    const auto told = allowed.next(60s).value();
    EXPECT_EQ(told.type, message::kind::refused);
    EXPECT_EQ(told.channel, "secret");
    EXPECT_NE(told.payload.find("NOPERM"), std::string::npos) << told.payload;
    EXPECT_EQ(allowed.next(60s).value().channel, "hidden");
    EXPECT_EQ(server.ask("PUBLISH news x"), ":1");
    EXPECT_EQ(allowed.next(60s).value().payload, "x");
  }
}

TEST(Hub, RightsThatAreTakenAwayAreToldWhenItSubscribesAgain) {
  redis_server server({.users = "user default on nopass ~* &* +@all\n"
                                "user ann on >pw ~* resetchannels &news &more +@all\n"});
  const auto db = client::connect("unix://ann:pw@" + server.socket_path()).value();
  auto sub = db.subscribe({"news", "more"}).value();
  server.ask("ACL SETUSER ann resetchannels &news");  // the server ends its connection
  publish_to_somebody(server, "news");
  std::vector<message::kind> told;
  while (told.empty() || told.back() != message::kind::channel) {
    told.push_back(sub.next(60s).value().type);
  }
  EXPECT_EQ(std::count(told.begin(), told.end(), message::kind::gap), 1);
  EXPECT_EQ(std::count(told.begin(), told.end(), message::kind::refused), 1);
}

TEST(Hub, AStormIsDeliveredOrCountedToTheLastMessage) {
  constexpr int publishers = 4, each = 25'000, batch_of = 500;
  constexpr std::uint64_t all = publishers * each;
  const redis_server server({.config = {"client-output-buffer-limit pubsub 0 0 0"}});
  const auto db = client::connect(server.url()).value();
  auto whole = db.subscribe({"storm"}, {.queue_max = all, .queue_bytes_max = 1 << 30}).value();
  auto oldest = db.subscribe({"storm"}, {.queue_max = 100}).value();
  auto newest =
      db.subscribe({}, {.patterns = {"st*"}, .queue_max = 100, .when_full = overflow::drop_newest})
          .value();
  auto called = db.subscribe({"storm"}).value();
  std::uint64_t calls = 0;
  called.each([&](const result<message>& m) { calls += m ? 1 + m->missed : 0; });

  std::vector<std::thread> threads;
  for (int p = 0; p < publishers; ++p) {
    threads.emplace_back([&, p] {
      const auto own = client::connect(server.url()).value();
      for (int sent = 0; sent < each; sent += batch_of) {
        auto some = own.batch();
        for (int i = sent; i < sent + batch_of; ++i) {
          some.add(command("PUBLISH", "storm", std::to_string(p) + ":" + std::to_string(i)));
        }
        some.run().value();
      }
    });
  }
  // Begins when its queue has long been full, and sees all of it or hears that it was missed.
  const auto slow = [&](subscription& sub) {
    return std::thread([&] {
      EXPECT_TRUE(until([&] { return sub.counts().received > 1000; }));
      std::uint64_t seen = 0;
      for (auto now = sub.counts(); now.received < all || now.waiting > 0; now = sub.counts()) {
        if (const auto m = sub.next(10ms)) seen += 1 + m->missed;
      }
      EXPECT_EQ(sub.counts().received, sub.counts().delivered + sub.counts().dropped);
      server.ask("PUBLISH storm last");
      seen += sub.next(60s).value().missed;
      EXPECT_EQ(seen, sub.counts().received - 1);
    });
  };
  auto first = slow(oldest);

  std::vector<int> next(publishers, 0);
  for (std::uint64_t i = 0; i < all; ++i) {
    const auto m = whole.next(60s).value();
    const auto p = static_cast<std::size_t>(m.payload[0] - '0');
    ASSERT_EQ(std::stoi(m.payload.substr(2)), next[p]++) << "each publisher's order is kept";
  }
  for (auto& one : threads) one.join();
  first.join();
  slow(newest).join();
  constexpr auto with_the_last = all + 2;
  for (const auto* one : {&whole, &oldest, &newest, &called}) {
    EXPECT_TRUE(until([&] { return one->counts().received == with_the_last; }));
  }
  EXPECT_TRUE(until([&] { return called.counts().waiting == 0; }));
  called.close();
  EXPECT_EQ(calls, with_the_last);
  EXPECT_EQ(whole.counts().dropped, 0U);
  EXPECT_GT(oldest.counts().dropped, 0U);
  EXPECT_GT(newest.counts().dropped, 0U);
  EXPECT_EQ(whole.counts().gaps + oldest.counts().gaps, 0U);
}

}  // namespace
}  // namespace sandpiper

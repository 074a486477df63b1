// Subscriptions and a real server with something bad between them. Numbers are published in order
// past the harm; what the subscriber misses of them stands where a gap is told, and nowhere else.

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "client/until.hpp"
#include "sandpiper/client/subscription.hpp"
#include "sandpiper/commands/pubsub.hpp"
#include "support/fault_proxy.hpp"
#include "support/long_form.hpp"
#include "support/redis_server.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using test::fault_proxy;
using test::redis_server;
using test::toward;
using test::until;

options through(const fault_proxy& proxy, int protocol) {
  auto o = options::from_url(proxy.url()).value();
  o.protocol = protocol;
  o.connect_timeout = 500ms;
  o.stall_timeout = 300ms;
  o.command_timeout = 60s;
  o.reconnect_delay_min = 1ms;
  o.reconnect_delay_max = 10ms;
  return o;
}

class SubscriptionProxy : public testing::TestWithParam<int> {
 protected:
  redis_server server;
  fault_proxy proxy{server.socket_path()};
  const client direct = client::connect(server.url()).value();
  const client db = client::connect(through(proxy, GetParam())).value();
};
INSTANTIATE_TEST_SUITE_P(Resp, SubscriptionProxy, testing::Values(2, 3));

TEST_P(SubscriptionProxy, SlicesOfAByteChangeNothing) {
  proxy.set({.slice_bytes = 1});
  auto sub = db.subscribe({"a"}, {.patterns = {"a*"}, .shards = {"a"}}).value();
  for (int i = 0; i < 20; ++i) {
    const std::string payload(static_cast<std::size_t>(i * 7), '\n');
    EXPECT_EQ(direct.run(publish("a", payload)).value(), 2);
    EXPECT_EQ(direct.run(spublish("a", payload)).value(), 1);
    std::vector<message::kind> kinds;
    for (int k = 0; k < 3; ++k) {
      const auto m = sub.next(60s).value();
      EXPECT_EQ(m.payload, payload);
      kinds.push_back(m.type);
    }
    using enum message::kind;
    EXPECT_EQ(kinds, (std::vector{channel, pattern, shard}));
  }
  EXPECT_EQ(sub.counts().gaps, 0U);
}

TEST_P(SubscriptionProxy, APayloadMayBeLarge) {
  auto sub = db.subscribe({"a"}, {.queue_bytes_max = 40 << 20}).value();
  auto small = db.subscribe({"a"}, {.queue_bytes_max = 1 << 20}).value();
  std::string large(20 << 20, '\0');
  for (std::size_t i = 0; i < large.size(); i += 997) large[i] = static_cast<char>(i);
  direct.within(60s).run(publish("a", large)).value();
  direct.run(publish("a", "small")).value();
  EXPECT_TRUE(sub.next(60s).value().payload == large);
  EXPECT_EQ(sub.next(60s).value().payload, "small");
  const auto only = small.next(60s).value();
  EXPECT_EQ(only.payload, "small");
  EXPECT_EQ(only.missed, 1U) << "what can never fit is dropped, whatever the policy";
}

TEST_P(SubscriptionProxy, WhatTheServerDoesNotHoldForUsIsAGap) {
  server.ask("CONFIG SET client-output-buffer-limit \"pubsub 1mb 1mb 60\"");
  auto sub = db.subscribe({"a"}).value();
  direct.run(publish("a", std::string(2 << 20, 'x'))).value();
  ASSERT_TRUE(until([&] { return direct.run(publish("a", "small")).value() > 0; }));
  EXPECT_EQ(sub.next(60s).value().type, message::kind::gap);
  EXPECT_EQ(sub.next(60s).value().payload, "small");
}

void do_harm(fault_proxy& proxy, int round) {
  const auto bytes = static_cast<std::size_t>(round) * 13 % 300;
  const auto where = round % 2 == 0 ? toward::client : toward::server;
  switch (round % 6) {
    case 0: return proxy.cut_after(toward::client, bytes);
    case 1: return proxy.reset();
    case 2: return proxy.half_close(where);
    case 3: return proxy.set({.slice_bytes = 1 + bytes % 7});
    case 4: return proxy.cut_after(where, bytes % 40);
    default: return proxy.set({.black_hole = true});
  }
}

struct heard {
  int numbers = 0;
  int skips = 0;
  int skips_untold = 0;
  int out_of_order = 0;
  int gaps = 0;
};

/// Until the text "end".
heard read_all(subscription& sub) {
  heard all;
  int last = -1;
  bool gap = false;
  for (auto m = sub.next(60s); m && m->payload != "end"; m = sub.next(60s)) {
    if (m->type == message::kind::gap) {
      ++all.gaps;
      gap = true;
      continue;
    }
    const int number = std::stoi(m->payload);
    all.out_of_order += number <= last;
    all.skips += number > last + 1;
    all.skips_untold += number > last + 1 && !gap;
    ++all.numbers;
    last = number;
    gap = false;
  }
  return all;
}

TEST_P(SubscriptionProxy, WhatIsMissingStandsWhereAGapIsTold) {
  auto sub = db.subscribe({"a"}, {.queue_max = 1 << 20}).value();
  const int rounds = test::long_form() ? 600 : 24;
  int number = 0;
  for (int round = 0; round < rounds; ++round) {
    do_harm(proxy, round);
    for (int i = 0; i < 20; ++i) direct.run(publish("a", std::to_string(number++))).value();
    proxy.set({});
    ASSERT_TRUE(until([&] {
      return direct.run(publish("a", std::to_string(number++))).value() > 0 && sub.live();
    }));
  }
  // One that the server thinks is there may be gone, so the end is said until it is heard.
  const std::jthread says_end([this](const std::stop_token& heard_it) {
    while (!heard_it.stop_requested()) {
      direct.run(publish("a", "end")).value();
      std::this_thread::sleep_for(1ms);
    }
  });
  const auto all = read_all(sub);
  EXPECT_EQ(all.skips_untold, 0);
  EXPECT_EQ(all.out_of_order, 0);
  EXPECT_GT(all.gaps, rounds / 6);
  EXPECT_GT(all.skips, 0);
  EXPECT_GE(all.numbers, rounds);
}

}  // namespace
}  // namespace sandpiper

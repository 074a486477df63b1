#include "sandpiper/net/metrics.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "client/until.hpp"
#include "sandpiper/client/client.hpp"
#include "sandpiper/client/subscription.hpp"
#include "sandpiper/commands/string.hpp"
#include "sandpiper/net/observer.hpp"
#include "support/redis_server.hpp"

namespace sandpiper {
namespace {

TEST(ClientMetrics, TellWhatAllCallersDid) {
  const test::redis_server server;
  const auto db = client::connect(server.url()).value();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 100; ++n) {
        db.run(incr("n")).value();
        EXPECT_LE(db.metrics().total().pending, 8U);  // room comes back behind the answer
      }
    });
  }
  for (auto& one : threads) one.join();
  EXPECT_EQ(db.run(set("n", "text")).has_value(), true);
  EXPECT_EQ(db.run(incr("n")).error(), server_errc::err);

  const auto all = db.metrics().total();
  EXPECT_EQ(all.totals.commands, 402U);
  EXPECT_EQ(all.state, connection_state::ready);
  EXPECT_LE(all.totals.writes, 402U);
  EXPECT_GT(all.totals.read_bytes, 402U * 4);
  EXPECT_EQ(all.failures.of(server_errc::err), 1U);
}

TEST(ClientMetrics, TellWhatEachConnectionIsFor) {
  const test::redis_server server;
  const auto db = client::connect(server.url()).value();
  const auto sub = db.subscribe({"news"}).value();
  const auto seen = db.metrics();
  ASSERT_EQ(seen.connections.size(), 2U);
  EXPECT_EQ(seen.connections[0].role, "commands");
  EXPECT_EQ(seen.connections[1].role, "subscriptions");
  EXPECT_EQ(seen.connections[1].state, connection_state::ready);
}

struct names final : observer {
  void* on_start(const seen_call& call) noexcept override {
    const std::scoped_lock lock(mutex);
    all += std::string(call[0].name()) + ' ';
    thread = std::this_thread::get_id();
    return nullptr;
  }
  std::mutex mutex;
  std::string all;
  std::thread::id thread;
};

TEST(ClientObserver, IsToldOnTheCallersThread) {
  const test::redis_server server;
  auto o = options::from_url(server.url()).value();
  const auto seen = std::make_shared<names>();
  o.observer = seen;
  const auto db = client::connect(o).value();
  db.run(set("k", "v")).value();
  db.run(get("k")).value();
  const std::scoped_lock lock(seen->mutex);
  EXPECT_EQ(seen->all, "SET GET ");
  EXPECT_EQ(seen->thread, std::this_thread::get_id());
}

struct kept {
  std::mutex mutex;
  std::string all;
  [[nodiscard]] bool has(std::string_view words) {
    const std::scoped_lock lock(mutex);
    return all.find(words) != all.npos;
  }
};

TEST(ClientLog, TellsOfDroppedMessages) {
  const test::redis_server server;
  auto o = options::from_url(server.url()).value();
  kept log;
  o.log = {[](void* context, severity, std::string_view line) noexcept {
             auto& to = *static_cast<kept*>(context);
             const std::scoped_lock lock(to.mutex);
             to.all.append(line).append("\n");
           },
           &log};
  const auto db = client::connect(o).value();
  const auto sub = db.subscribe({"news"}, {.queue_max = 1}).value();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(server.ask("PUBLISH news x"), ":1");
  EXPECT_TRUE(test::until([&] { return log.has("messages dropped so far: 4"); }));
  EXPECT_FALSE(log.has("so far: 3")) << "it tells when the number has doubled";
  EXPECT_TRUE(log.has("(subscriptions): ready"));
}

}  // namespace
}  // namespace sandpiper

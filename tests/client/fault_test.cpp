// What becomes of calls when things go wrong: the server, the way there, or another caller.

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "sandpiper/client/client.hpp"
#include "sandpiper/client/future.hpp"
#include "sandpiper/commands/connection.hpp"
#include "sandpiper/commands/generic.hpp"
#include "sandpiper/commands/list.hpp"
#include "sandpiper/commands/string.hpp"
#include "support/certificates.hpp"
#include "support/long_form.hpp"
#include "support/redis_server.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using test::long_form;
using test::redis_server;

options quickly(const std::string& url) {
  options o = options::from_url(url).value();
  o.connect_timeout = 2000ms;
  return o;
}

// --- it cannot be connected

TEST(Fault, AnUnreachableServerIsToldWithItsAddressAndTheCure) {
  const auto refused = client::connect(quickly("redis://127.0.0.1:1"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), errc::connect_failed);
  EXPECT_NE(refused.error().message().find("127.0.0.1:1"), std::string::npos);
  EXPECT_NE(refused.error().message().find("no server is listening"), std::string::npos)
      << refused.error().message();

  const auto nowhere = client::connect(quickly("unix:///nonexistent/redis.sock"));
  EXPECT_EQ(nowhere.error(), errc::connect_failed);
  EXPECT_NE(nowhere.error().message().find("unixsocket"), std::string::npos);
}

TEST(Fault, ANameThatDoesNotResolveIsTold) {
  const auto unknown = client::connect(quickly("redis://no-such-host.invalid"));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error(), errc::connect_failed);
  EXPECT_NE(unknown.error().message().find("no-such-host.invalid"), std::string::npos);
}

TEST(Fault, ABadAddressIsToldBeforeAnythingIsTried) {
  EXPECT_EQ(client::connect("redis://x@host").error(), errc::bad_url);
  EXPECT_EQ(client::connect("http://host").error(), errc::bad_url);
  EXPECT_EQ(client::connect(options{.database = -1}).error(), errc::bad_request);
}

TEST(Fault, ARefusedPasswordIsToldAndNeverRepeated) {
  const redis_server server({.tcp = true, .password = "right"});
  auto o = quickly(server.tcp_url());
  o.password = "s3cret-wrong";
  const auto wrong = client::connect(o);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error(), errc::handshake_failed);
  EXPECT_NE(wrong.error().message().find("check the user and the password"), std::string::npos);
  EXPECT_EQ(wrong.error().message().find("s3cret"), std::string::npos);

  o.password.clear();
  const auto none = client::connect(o);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error(), errc::handshake_failed) << none.error().message();

  o.password = "right";
  EXPECT_EQ(client::connect(o).value().run(ping()).value(), "PONG");
}

TEST(Fault, ADatabaseThatTheServerDoesNotHaveIsTold) {
  const redis_server server;
  auto o = quickly(server.url());
  o.database = 999;
  const auto none = client::connect(o);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error(), errc::handshake_failed);
  EXPECT_NE(none.error().message().find("database"), std::string::npos);
}

TEST(Fault, ACertificateMadeOutToAnotherNameIsRefused) {
  const test::authority trusted;
  const auto elsewhere = trusted.issue({.hosts = {"elsewhere.example"}});
  const redis_server server({.tls_certificate_file = elsewhere.certificate,
                             .tls_key_file = elsewhere.key,
                             .tls_ca_file = trusted.certificate_file()});
  auto o = quickly(server.tls_url());
  o.tls.ca_file = trusted.certificate_file();
  const auto other = client::connect(o);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error(), errc::tls_failed);
  EXPECT_NE(other.error().message().find("name"), std::string::npos) << other.error().message();

  o.tls.server_name = "elsewhere.example";
  const auto db = client::connect(o).value();
  EXPECT_EQ(db.run(ping("private")).value(), "private");
  const std::string large(1 << 20, 'x');
  db.run(set("large", large)).value();
  EXPECT_EQ(db.run(get("large")).value(), large);
}

TEST(Fault, AServerWithoutTlsIsToldApart) {
  const redis_server server({.tcp = true});
  auto o = quickly(server.tcp_url());
  o.tls.enabled = true;
  const auto plain = client::connect(o);
  ASSERT_FALSE(plain);
  EXPECT_EQ(plain.error(), errc::tls_failed) << plain.error().message();
}

// --- one caller in trouble, the others not

// Each reply is a function of its request, and neighbours differ in type: a reply that went astray
// cannot go unnoticed.
class neighbours {
 public:
  explicit neighbours(const client& db) {
    for (int i = 0; i < 4; ++i) {
      threads_.emplace_back([this, &db, i] {
        for (int n = 0; !stop_; ++n) {
          const auto nonce = std::to_string(i) + "/" + std::to_string(n);
          if (db.run(echo(nonce)).value() != nonce) ++wrong_;
          if (db.run(command("STRLEN", nonce).as<int>()).value() != 0) ++wrong_;
          ++calls_;
        }
      });
    }
  }
  ~neighbours() {
    stop_ = true;
    for (auto& each : threads_) each.join();
    EXPECT_EQ(wrong_, 0);
    EXPECT_GT(calls_, 0);
  }

 private:
  std::atomic<bool> stop_ = false;
  std::atomic<int> wrong_ = 0, calls_ = 0;
  std::vector<std::thread> threads_;
};

TEST(Fault, AWrongTypeInOneCallerLeavesTheOthersUntouched) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  const neighbours others(db);
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(db.run(echo("text").as<std::vector<int>>()).error(), errc::wrong_type);
  }
  EXPECT_EQ(db.totals().losses, 0u);
}

TEST(Fault, AServerErrorInOneCallerLeavesTheOthersUntouched) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  db.run(set("text", "no number")).value();
  const neighbours others(db);
  for (int i = 0; i < 200; ++i) {
    const auto refused = db.run(lpush("text", "x"));
    EXPECT_EQ(refused.error(), server_errc::wrongtype);
    EXPECT_EQ(refused.error().fate(), fate::answered);
    EXPECT_EQ(db.run(command("NOSUCHCOMMAND")).error(), server_errc::err);
  }
  EXPECT_EQ(db.totals().losses, 0u);
}

TEST(Fault, ADeadlineInOneCallerLeavesTheOthersUntouched) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  const neighbours others(db);
  auto slow = command("BLPOP", "nothing", 0.1);
  slow.set_flags({});  // so that it is not known to block, and the others wait behind it
  for (int i = 0; i < 20; ++i) {
    const auto late = db.within(10ms).run(slow);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error(), errc::deadline_exceeded);
    EXPECT_EQ(late.error().fate(), fate::uncertain);
  }
  EXPECT_EQ(db.totals().losses, 0u);
}

TEST(Fault, ADeadlinePassesOnASilentServerThoughACallerKeepsWriting) {
  redis_server server;
  const auto db = client::connect(server.url()).value();
  server.pause();
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    while (!stop) {
      db.within(5000ms).send(ping(), [](const result<std::string>&) {});
      std::this_thread::sleep_for(1ms);
    }
  });
  const auto late = db.within(150ms).run(get("k"));
  EXPECT_EQ(late.error(), errc::deadline_exceeded);
  stop = true;
  writer.join();
  server.resume();
  EXPECT_EQ(db.run(ping("again")).value(), "again");
}

// --- bounds

TEST(Fault, AFullPipelineRefusesAndLosesNothing) {
  redis_server server;
  auto o = quickly(server.url());
  o.pending_max = 10;
  const auto db = client::connect(o).value();
  server.pause();
  std::vector<std::future<result<std::string>>> taken;
  for (int i = 0; i < 10; ++i) taken.push_back(db.send(ping(std::to_string(i)), use_future));
  const auto refused = db.run(ping());
  EXPECT_EQ(refused.error(), errc::pipeline_full);
  EXPECT_EQ(refused.error().fate(), fate::unsent);
  server.resume();
  for (std::size_t i = 0; i < taken.size(); ++i) {
    EXPECT_EQ(taken[i].get().value(), std::to_string(i));
  }
  EXPECT_EQ(db.run(ping()).value(), "PONG");
  EXPECT_EQ(db.totals().refused, 1u);
}

TEST(Fault, AFullPipelineCanBeWaitedFor) {
  redis_server server;
  auto o = quickly(server.url());
  o.pending_max = 4;
  o.when_full = when_full::wait;
  const auto db = client::connect(o).value();
  std::atomic<int> wrong = 0;
  std::vector<std::thread> all;
  for (int t = 0; t < 16; ++t) {
    all.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const auto nonce = std::to_string(t * 1000 + i);
        if (db.run(echo(nonce)).value() != nonce) ++wrong;
      }
    });
  }
  for (auto& each : all) each.join();
  EXPECT_EQ(wrong, 0);

  server.pause();
  std::vector<std::future<result<std::string>>> taken;
  for (int i = 0; i < 4; ++i) taken.push_back(db.send(ping(), use_future));
  EXPECT_EQ(db.within(50ms).run(ping()).error(), errc::deadline_exceeded);
  server.resume();
  for (auto& each : taken) EXPECT_TRUE(each.get());
}

// --- the server goes away and comes back

TEST(Fault, CallsWaitForTheServerToComeBack) {
  redis_server server;
  const auto db = client::connect(server.url()).value();
  db.run(ping()).value();
  server.stop();
  auto early = db.send(set("k", "v"), use_future);
  server.start();
  EXPECT_TRUE(early.get()) << "never sent, or safe to send again";
  EXPECT_EQ(db.run(get("k")).value(), "v");
  EXPECT_GE(db.totals().connects, 2u);
}

TEST(Fault, ACallThatWaitedInVainTellsWhyThereWasNoConnection) {
  redis_server server;
  const auto db = client::connect(server.url()).value();
  server.kill();
  std::string told;
  for (int tries = 0; tries < 100 && told.empty(); ++tries) {
    const auto late = db.within(50ms).run(incr("k"));
    ASSERT_FALSE(late);
    if (late.error() == errc::deadline_exceeded) told = late.error().message();
  }
  EXPECT_NE(told.find("redis.sock"), std::string::npos) << told;
  EXPECT_NE(told.find("not sent"), std::string::npos) << told;
}

// The ledger: unique tokens, pushed once each. What was acknowledged is there, and nothing twice.
TEST(Fault, AKilledServerLosesNothingAcknowledgedAndRunsNothingTwice) {
  redis_server server({.durable = true});
  const auto db = client::connect(server.url()).value();
  std::mutex mutex;
  std::map<std::string, result<std::int64_t>> book;
  std::atomic<bool> stop = false;
  std::vector<std::thread> writers;
  for (int w = 0; w < 4; ++w) {
    writers.emplace_back([&, w] {
      for (int n = 0; !stop; ++n) {
        const auto token = std::to_string(w) + ":" + std::to_string(n);
        auto pushed = db.run(rpush("ledger", token));
        const std::scoped_lock lock(mutex);
        book.emplace(token, std::move(pushed));
      }
    });
  }
  const int kills = long_form() ? 50 : 3;
  for (int k = 0; k < kills; ++k) {
    std::this_thread::sleep_for(100ms);
    server.kill();
    std::this_thread::sleep_for(20ms);
    server.start();
  }
  stop = true;
  for (auto& each : writers) each.join();

  std::map<std::string, int> found;
  for (const auto& token : db.run(lrange("ledger", 0, -1)).value()) ++found[token];
  int acknowledged = 0;
  for (const auto& [token, pushed] : book) {
    EXPECT_LE(found[token], 1) << token << " ran twice";
    if (pushed) {
      ++acknowledged;
      EXPECT_EQ(found[token], 1) << token << " was acknowledged and is lost";
    } else if (pushed.error().fate() == fate::unsent || pushed.error().fate() == fate::answered) {
      EXPECT_EQ(found[token], 0) << token << ": " << pushed.error().message();
    } else {
      EXPECT_EQ(pushed.error(), errc::maybe_executed) << pushed.error().message();
    }
  }
  EXPECT_GT(acknowledged, 0);
  EXPECT_GE(db.totals().losses, static_cast<std::uint64_t>(kills));
}

// Reads may be sent again, so none of them sees the server go.
TEST(Fault, ReadsSurviveARestartUnnoticed) {
  redis_server server({.durable = true});
  const auto db = client::connect(server.url()).value();
  db.run(set("k", "v")).value();
  std::atomic<bool> stop = false;
  std::atomic<int> reads = 0;
  std::vector<std::thread> readers;
  for (int r = 0; r < 4; ++r) {
    readers.emplace_back([&] {
      while (!stop) {
        const auto got = db.run(get("k"));
        const bool loading = !got && got.error() == server_errc::loading;
        EXPECT_TRUE(got || loading) << got.error().message();
        if (got) {
          EXPECT_EQ(*got, "v");
        }
        ++reads;
      }
    });
  }
  for (int k = 0; k < 3; ++k) {
    std::this_thread::sleep_for(50ms);
    server.kill();
    server.start();
  }
  stop = true;
  for (auto& each : readers) each.join();
  EXPECT_GT(reads, 0);
}

}  // namespace
}  // namespace sandpiper

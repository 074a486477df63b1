#include "sandpiper/client/replication.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "support/certificates.hpp"
#include "support/deaf_listener.hpp"
#include "support/redis_server.hpp"
#include "support/scripted_server.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using test::redis_server;
using test::script;
using test::scripted_server;

const std::string mark(40, 'm');
const std::string granted = "+FULLRESYNC 8de1787ba490483314a4d30f1c628bc5025eb761 17\r\n";

options at(const std::string& url) { return options::from_url(url).value(); }
options at(const scripted_server& server) {
  return at("redis://127.0.0.1:" + std::to_string(server.port()));
}

// A server takes the greeting, both REPLCONFs and PSYNC.
script&& asked(script&& s) {
  return std::move(s)
      .read("LIB-VER")
      .write("+OK\r\n+OK\r\n")
      .read("rdb-only")
      .write("+OK\r\n+OK\r\n")
      .read("PSYNC");
}

std::string all_of(replication& from) {
  std::string bytes;
  const auto length = from.snapshot_into([&](std::string_view piece) -> result<void> {
    bytes += piece;
    return {};
  });
  EXPECT_TRUE(length) << length.error().message();
  if (length) {
    EXPECT_EQ(*length, bytes.size());
  }
  return bytes;
}

std::string failure_of(const options& server, const replication_options& how = {}) {
  auto from = replication::start(server, how);
  if (!from) return from.error().message();
  for (;;) {
    const auto bytes = from->snapshot();
    if (!bytes) {
      EXPECT_EQ(from->snapshot().error().message(), bytes.error().message()) << "for ever";
      return bytes.error().message();
    }
    if (bytes->empty()) return "no failure";
  }
}

bool mentions(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

void fill(const redis_server& server) {
  server.ask(
      "EVAL \"for i = 1, 2000 do redis.call('SET', 'key:' .. i, string.rep('v', i)) end\" 0");
}

std::uint64_t offset_of(const redis_server& server) {
  const auto info = server.ask("INFO replication");
  constexpr std::string_view name = "master_repl_offset:";
  return std::stoull(info.substr(info.find(name) + name.size()));
}

// --- real servers

struct way {
  const char* what;
  const char* config;
};

class ReplicationOf : public testing::TestWithParam<way> {};

TEST_P(ReplicationOf, ARealServerGivesAllItHas) {
  const redis_server server({.config = {GetParam().config, "repl-diskless-sync-delay 0"}});
  fill(server);
  auto from = replication::start(at(server.url())).value();
  EXPECT_EQ(from.begun().id.size(), 40u);
  EXPECT_FALSE(from.size_bytes());
  const auto bytes = all_of(from);
  EXPECT_EQ(bytes.substr(0, 9), "REDIS0010");
  EXPECT_EQ(bytes[bytes.size() - 9], '\xff') << "the end, and its checksum";
  EXPECT_GT(bytes.size(), 20'000u);
  EXPECT_EQ(from.received_bytes(), bytes.size());
  const bool from_file = std::string(GetParam().config) == "repl-diskless-sync no";
  EXPECT_EQ(from.size_bytes(),
            from_file ? std::optional<std::uint64_t>(bytes.size()) : std::nullopt);
  EXPECT_EQ(from.snapshot().value(), "") << "from then on";
}

// With the writes behind it: a replica that says how far it is gets them as they are made.
TEST_P(ReplicationOf, TheStreamGoesOnBehindTheSnapshot) {
  const redis_server server({.config = {GetParam().config, "repl-diskless-sync-delay 0"}});
  fill(server);
  auto from = replication::start(at(server.url()), {.snapshot_only = false}).value();
  (void)all_of(from);
  ASSERT_TRUE(from.acknowledge(from.begun().offset));
  server.ask("SET behind \"the snapshot\"");
  std::string stream;
  while (!mentions(stream, "the snapshot\r\n")) {
    const auto more = from.stream();
    ASSERT_TRUE(more) << more.error().message();
    ASSERT_NE(*more, "");
    stream += *more;
  }
  EXPECT_TRUE(stream.starts_with("*")) << stream;
  EXPECT_TRUE(mentions(stream, "$3\r\nSET\r\n$6\r\nbehind\r\n")) << stream;
  EXPECT_GE(offset_of(server), from.begun().offset + stream.size());
}

INSTANTIATE_TEST_SUITE_P(Ways, ReplicationOf,
                         testing::Values(way{"file", "repl-diskless-sync no"},
                                         way{"memory", "repl-diskless-sync yes"}),
                         [](const auto& one) { return std::string(one.param.what); });

TEST(Replication, AUserMayBeAllowedNothingElse) {
  const redis_server server(
      {.users = "user copy on >secret +psync +replconf\nuser other on >secret +get ~*\n",
       .config = {"repl-diskless-sync-delay 0"}});
  auto o = at(server.url());
  o.user = "copy";
  o.password = "secret";
  auto from = replication::start(o);
  ASSERT_TRUE(from) << from.error().message();
  EXPECT_GT(all_of(*from).size(), 50u);

  o.user = "other";
  const auto refused = failure_of(o);
  EXPECT_TRUE(mentions(refused, "NOPERM")) << refused;
  EXPECT_TRUE(mentions(refused, "+psync")) << refused;
}

TEST(Replication, APasswordIsAskedForAndChecked) {
  const redis_server server({.password = "secret", .config = {"repl-diskless-sync-delay 0"}});
  const auto none = failure_of(at(server.url()));
  EXPECT_TRUE(mentions(none, "NOAUTH")) << none;
  EXPECT_TRUE(mentions(none, "give a user and a password")) << none;
  auto o = at(server.url());
  o.password = "wrong";
  EXPECT_TRUE(mentions(failure_of(o), "WRONGPASS"));
  o.password = "secret";
  EXPECT_TRUE(replication::start(o));
}

#ifdef SANDPIPER_TLS
TEST(Replication, TheWayMayBePrivate) {
  const test::authority trusted;
  const auto files = trusted.issue();
  const redis_server server({.config = {"repl-diskless-sync-delay 0"},
                             .tls_certificate_file = files.certificate,
                             .tls_key_file = files.key,
                             .tls_ca_file = trusted.certificate_file()});
  fill(server);
  auto o = at(server.tls_url());
  EXPECT_EQ(replication::start(o).error(), errc::tls_failed) << "nobody vouches for it";
  o.tls.ca_file = trusted.certificate_file();
  auto from = replication::start(o);
  ASSERT_TRUE(from) << from.error().message();
  EXPECT_GT(all_of(*from).size(), 20'000u);
}
#endif

TEST(Replication, AReplicaWithoutItsMasterSaysSo) {
  const redis_server server({.config = {"replicaof 127.0.0.1 1"}});
  const auto why = failure_of(at(server.url()));
  EXPECT_TRUE(mentions(why, "NOMASTERLINK")) << why;
  EXPECT_TRUE(mentions(why, "ask the master")) << why;
}

// --- servers that do as the test tells them

TEST(Replication, TheStreamBehindIsLeftUntouched) {
  for (const auto& framed : {"$5\r\nREDIS" + std::string("*1\r\n$4\r\nPING\r\n"),
                             "$EOF:" + mark + "\r\nREDIS" + mark + "*1\r\n$4\r\nPING\r\n"}) {
    const scripted_server server({asked(script()).write(granted + "\n\n\n" + framed)});
    auto from = replication::start(at(server), {.snapshot_only = true}).value();
    EXPECT_EQ(from.begun().offset, 17u);
    EXPECT_EQ(all_of(from), "REDIS");
    EXPECT_EQ(from.stream().value(), "*1\r\n$4\r\nPING\r\n");
    EXPECT_EQ(from.stream().value(), "") << "the server has gone";
  }
}

TEST(Replication, ItSaysWhatItIsAndWhatItCan) {
  const scripted_server server({script()
                                    .read("LIB-VER")
                                    .write("+OK\r\n+OK\r\n")
                                    .read("rdb-only")
                                    .write("+OK\r\n+OK\r\n-ERR Unrecognized REPLCONF option\r\n")
                                    .read("PSYNC")
                                    .write(granted + "$1\r\nx")});
  auto from = replication::start(at(server), {.announced_port = 7000}).value();
  EXPECT_EQ(all_of(from), "x");
  for (const auto* words :
       {"listening-port\r\n$4\r\n7000", "capa\r\n$3\r\neof\r\n$4\r\ncapa\r\n$6\r\npsync2",
        "rdb-only\r\n$1\r\n1", "PSYNC\r\n$1\r\n?\r\n$2\r\n-1"}) {
    EXPECT_EQ(server.received(words), 1u) << words;
  }
}

TEST(Replication, ALostConnectionTellsHowFarItCame) {
  const scripted_server cut({asked(script()).write(granted + "$100\r\n" + std::string(60, 'x'))});
  const auto why = failure_of(at(cut));
  EXPECT_TRUE(mentions(why, "after 60 bytes of the snapshot of 100")) << why;
  EXPECT_TRUE(mentions(why, "127.0.0.1:" + std::to_string(cut.port()))) << why;

  const scripted_server early({asked(script()).write(granted + "\n")});
  EXPECT_TRUE(mentions(failure_of(at(early)), "closed the connection"));
  const scripted_server at_once({script().read("LIB-VER")});
  EXPECT_TRUE(mentions(failure_of(at(at_once)), "closed the connection"));
}

TEST(Replication, ASilenceEnds) {
  const scripted_server server({asked(script()).write(granted + "$100\r\nx").hang()});
  const auto why = failure_of(at(server), {.silence_max = 50ms});
  EXPECT_TRUE(mentions(why, "not a byte for 50 ms")) << why;

  auto o = at(server);
  const scripted_server mute({script().hang()});
  o.endpoints.front().port = mute.port();
  o.connect_timeout = 50ms;
  EXPECT_TRUE(mentions(failure_of(o), "greeting the server")) << failure_of(o);
}

TEST(Replication, ASnapshotThatTakesTooLongIsGivenUp) {
  const scripted_server server({asked(script()).write(granted + "\n").hang()});
  const auto why = failure_of(at(server), {.snapshot_max = 80ms});
  EXPECT_TRUE(mentions(why, "longer than 80 ms")) << why;
}

std::atomic<int> asked_whether = 0;

TEST(Replication, WhoeverWaitsCanBeCalledOff) {
  const scripted_server server({asked(script()).write(granted).hang()});
  asked_whether = 0;
  auto from =
      replication::start(at(server), {.cancelled = []() noexcept { return ++asked_whether > 3; }});
  ASSERT_TRUE(from || from.error() == errc::cancelled);
  if (from) {
    EXPECT_EQ(from->snapshot().error(), errc::cancelled);
  }
}

TEST(Replication, WhatTheSinkSaysIsTheEnd) {
  const scripted_server server({asked(script()).write(granted + "$5\r\nREDIS")});
  auto from = replication::start(at(server)).value();
  const auto ended = from.snapshot_into(
      [](std::string_view) -> result<void> { return error(errc::over_limit, "the disk is full"); });
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().text(), "the disk is full");
}

TEST(Replication, WhatIsNoRedisServerIsToldApart) {
  const scripted_server web({script().read("LIB-VER").write("HTTP/1.1 400 Bad Request\r\n\r\n")});
  const auto why = failure_of(at(web));
  EXPECT_TRUE(mentions(why, "is this a Redis server")) << why;
  EXPECT_TRUE(mentions(failure_of(at("redis://127.0.0.1:1")), "no server is listening"));
  EXPECT_TRUE(mentions(failure_of(at("unix:///no/such/socket")), "unixsocket"));
}

TEST(Replication, OptionsAreChecked) {
  options two;
  two.endpoints.resize(2);
  EXPECT_EQ(replication::start(two).error(), errc::bad_request);
  EXPECT_EQ(replication::start({}, {.silence_max = 0ms}).error(), errc::bad_request);
  EXPECT_EQ(replication::start({}, {.snapshot_max = -1ms}).error(), errc::bad_request);
}

}  // namespace
}  // namespace sandpiper

#include "net/dialer.hpp"

#include <asio/io_context.hpp>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>

#include "net/running.hpp"
#include "support/deaf_listener.hpp"
#include "support/redis_server.hpp"
#include "support/scripted_server.hpp"
#include "support/temporary_folder.hpp"

namespace sandpiper::net {
namespace {

std::uint16_t port_of_nobody() {
  const test::scripted_server gone({test::script()});
  return gone.port();
}

struct trial {
  asio::io_context context;
  settings what;
  std::optional<result<stream>> outcome;
  std::shared_ptr<dialer> one;

  explicit trial(settings s) : what(std::move(s)) {
    one = std::make_shared<dialer>(context.get_executor(), what);
    one->start([this](result<stream> got) {
      EXPECT_FALSE(outcome) << "told twice";
      outcome.emplace(std::move(got));
    });
    EXPECT_FALSE(outcome) << "told from within";
  }
  std::string failure() {
    context.run();
    if (!outcome || *outcome) return "no failure";
    EXPECT_EQ(outcome->error(), errc::connect_failed);
    return outcome->error().message();
  }
};

settings settings_for_path(std::string path) {
  settings what;
  what.place.path = std::move(path);
  return what;
}

void expect_pong(trial& d) {
  d.context.run();
  ASSERT_TRUE(d.outcome);
  ASSERT_TRUE(*d.outcome) << d.outcome->error().message();
  auto link = *std::move(*d.outcome);
  const std::array<std::string_view, 1> ping{"PING\r\n"};
  EXPECT_EQ(link.write(ping).bytes, 6U);
  bool readable = false;
  link.wait_readable([&](const std::error_code& why) { readable = !why; });
  d.context.restart();
  d.context.run();
  EXPECT_TRUE(readable);
  std::array<char, 64> into;
  const auto got = link.read(into);
  EXPECT_EQ(std::string(into.data(), got.bytes), "+PONG\r\n");
}

TEST(Dialer, ReachesAServerByAddressByNameAndByPath) {
  const test::redis_server server({.tcp = true});
  trial by_address(settings_for(server.port()));
  expect_pong(by_address);

  // The name may stand for ::1 as well, where this server does not listen: the next address is
  // tried.
  auto named = settings_for(server.port());
  named.place.host = "localhost";
  trial by_name(named);
  expect_pong(by_name);

  trial by_path(settings_for_path(server.socket_path()));
  expect_pong(by_path);
}

TEST(Dialer, ARefusalNamesTheAddressAndTheCure) {
  trial d(settings_for(port_of_nobody()));
  expect_in(d.failure(), {"127.0.0.1", "refused", "no server is listening there", "check host"});
}

TEST(Dialer, EveryAddressOfANameIsTriedAndNamed) {
  auto what = settings_for(port_of_nobody());
  what.place.host = "localhost";
  trial d(what);
  expect_in(d.failure(), {"127.0.0.1: ", "no server is listening there"});
}

TEST(Dialer, ANameThatIsNone) {
  auto what = settings_for(6379);
  what.place.host = "no-such-host.invalid";
  trial d(what);
  expect_in(d.failure(), {"\"no-such-host.invalid\" cannot be resolved", "check the host"});
}

TEST(Dialer, APathWithoutASocket) {
  const test::temporary_folder folder;
  trial missing(settings_for_path(folder.path("redis.sock")));
  expect_in(missing.failure(), {"no socket has this path", "\"unixsocket\""});

  trial file(settings_for_path(folder.write("file", "")));
  expect_in(file.failure(), {"refused", "no server is listening there"});
}

TEST(Dialer, APathThatIsTooLong) {
  trial d(settings_for_path("/" + std::string(200, 'x')));
  expect_in(d.failure(), {"the path is too long for a Unix socket"});
}

TEST(Dialer, TellsWhatItIsDoing) {
  const test::deaf_listener nowhere;
  trial d(settings_for(nowhere.port()));
  while (d.one->doing() != dialing::connecting) d.context.run_one();
  EXPECT_FALSE(d.outcome);
  d.one->cancel();
  d.context.run();
  EXPECT_FALSE(d.outcome) << "cancelled, it calls nobody";
}

// The kernel would go on for minutes, and keep the thread that waits for it.
TEST(Dialer, CancelledItLeavesNothingToWaitFor) {
  const test::deaf_listener nowhere;
  const test::redis_server server({.tcp = true});
  for (const auto port : {nowhere.port(), server.port(), port_of_nobody()}) {
    for (int steps = 0; steps < 4; ++steps) {
      trial d(settings_for(port));
      for (int i = 0; i < steps && port != nowhere.port(); ++i) d.context.run_one();
      if (d.outcome) break;
      d.one->cancel();
      d.context.run();
      EXPECT_FALSE(d.outcome);
    }
  }
}

TEST(Dialer, CancelledBeforeItFoundThePathTooLong) {
  trial d(settings_for_path("/" + std::string(200, 'x')));
  d.one->cancel();
  d.context.run();
  EXPECT_FALSE(d.outcome);
}

}  // namespace
}  // namespace sandpiper::net

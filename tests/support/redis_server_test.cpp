#include "support/redis_server.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

namespace sandpiper::test {
namespace {

TEST(RedisServer, AnswersAsSoonAsItStands) {
  redis_server server;
  EXPECT_EQ(server.ask("PING"), "+PONG");
  EXPECT_EQ(server.ask("SET greeting \"hello there\""), "+OK");
  EXPECT_EQ(server.ask("GET greeting"), "hello there");
  EXPECT_EQ(server.ask("GET nothing"), "$-1");
  EXPECT_EQ(server.ask("NONSENSE").substr(0, 4), "-ERR");
  EXPECT_EQ(server.url(), "unix://" + server.socket_path());
}

TEST(RedisServer, LeavesNothingBehind) {
  std::string folder;
  pid_t pid = 0;
  {
    redis_server server;
    folder = server.folder();
    pid = server.pid();
    EXPECT_TRUE(std::filesystem::exists(server.socket_path()));
  }
  EXPECT_FALSE(std::filesystem::exists(folder));
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

// A zombie does not: who inherits the orphans of a container may never ask for their end.
bool runs(pid_t pid) {
  std::ifstream words("/proc/" + std::to_string(pid) + "/cmdline");
  return words.get() != std::ifstream::traits_type::eof();
}

// A test that crashes runs no destructor.
TEST(RedisServer, DiesWithTheProcessThatStartedIt) {
  int line[2];
  ASSERT_EQ(::pipe(line), 0);
  const auto child = ::fork();
  if (child == 0) {
    redis_server server;
    const auto text = std::to_string(server.pid()) + " " + server.folder() + " ";
    if (::write(line[1], text.data(), text.size()) < 0) ::_exit(1);
    ::_exit(0);
  }
  ::close(line[1]);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  char text[1024];
  const auto n = ::read(line[0], text, sizeof text);
  ::close(line[0]);
  ASSERT_GT(n, 0);

  std::istringstream in(std::string(text, static_cast<std::size_t>(n)));
  pid_t pid = 0;
  std::string folder;
  in >> pid >> folder;
  // How long it takes is for the machine to say; the time limit of ctest is the end.
  while (std::filesystem::exists(folder)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  while (runs(pid)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

TEST(RedisServer, WhatWasAcknowledgedSurvivesACrashWhenDurable) {
  redis_server server({.durable = true});
  EXPECT_EQ(server.ask("SET k v"), "+OK");
  const auto before = server.pid();
  server.kill();
  EXPECT_EQ(server.pid(), 0);
  EXPECT_THROW(server.ask("PING"), std::system_error);
  server.start();
  EXPECT_NE(server.pid(), before);
  EXPECT_EQ(server.ask("GET k"), "v");
}

TEST(RedisServer, ForgetsAllOnARestartWhenNot) {
  redis_server server;
  EXPECT_EQ(server.ask("SET k v"), "+OK");
  server.restart();
  EXPECT_EQ(server.ask("GET k"), "$-1");
}

TEST(RedisServer, ItsPortStaysTheSame) {
  redis_server server({.tcp = true});
  const auto url = server.tcp_url();
  EXPECT_GT(server.port(), 1023);
  EXPECT_EQ(url, "redis://127.0.0.1:" + std::to_string(server.port()));
  server.restart();
  EXPECT_EQ(server.tcp_url(), url);
  EXPECT_NE(server.ask("INFO server").find("tcp_port:" + std::to_string(server.port())),
            std::string::npos);
}

TEST(RedisServer, APausedServerAnswersWhenItIsResumed) {
  redis_server server;
  server.pause();
  auto late = std::async(std::launch::async, [&] { return server.ask("PING"); });
  EXPECT_EQ(late.wait_for(std::chrono::milliseconds(100)), std::future_status::timeout);
  server.resume();
  EXPECT_EQ(late.get(), "+PONG");
}

TEST(RedisServer, APausedServerCanBeStoppedAndKilled) {
  redis_server server;
  server.pause();
  server.stop();
  EXPECT_EQ(server.pid(), 0);
  server.start();
  server.pause();
  server.kill();
  EXPECT_EQ(server.pid(), 0);
}

TEST(RedisServer, TakesAPasswordWhateverItsBytes) {
  redis_server server({.password = "s p\"a\\c\xC3\xA9"});
  EXPECT_EQ(server.ask("PING"), "+PONG");
  EXPECT_EQ(server.ask("ACL WHOAMI"), "default");
}

TEST(RedisServer, TakesUsersAndLinesOfConfiguration) {
  redis_server server({.users = "user default on nopass ~* &* +@all\nuser ann on >pw ~a* +get\n",
                       .config = {"maxmemory 10mb", "databases 3"}});
  EXPECT_EQ(server.ask("AUTH ann pw"), "+OK");
  EXPECT_EQ(server.ask("AUTH ann no").substr(0, 10), "-WRONGPASS");
  EXPECT_EQ(server.ask("SELECT 2"), "+OK");
  EXPECT_EQ(server.ask("SELECT 3").substr(0, 4), "-ERR");
}

TEST(RedisServer, TellsWhyItDidNotStart) {
  try {
    redis_server server({.config = {"no-such-setting yes"}});
    FAIL() << "it started";
  } catch (const std::runtime_error& why) {
    const std::string text = why.what();
    EXPECT_NE(text.find("did not start"), text.npos) << text;
    EXPECT_NE(text.find("no-such-setting"), text.npos) << text;
  }
}

}  // namespace
}  // namespace sandpiper::test

// A live server as the input: fetched into a file, or looked into at once.

#include <signal.h>

#include <chrono>
#include <thread>

#include "rdb_inspect/json.hpp"
#include "rdb_inspect/running.hpp"
#include "support/scripted_server.hpp"

namespace sandpiper::test {
namespace {

void fill(const redis_server& server) {
  server.ask(
      "EVAL \"for i = 1, 500 do redis.call('SET', 'key:' .. i, string.rep('v', i));"
      "redis.call('ZADD', 'scores', i, 'member:' .. i) end;"
      "redis.call('SELECT', 2); redis.call('RPUSH', 'list', 'a', 'b') return 1\" 0");
}

bool mentions(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

TEST(InspectPull, AFileHoldsWhatTheServerHolds) {
  for (const std::string config : {"repl-diskless-sync no", "repl-diskless-sync yes"}) {
    SCOPED_TRACE(config);
    const redis_server server({.config = {config, "repl-diskless-sync-delay 0"}});
    fill(server);
    const auto saved = save(server);
    const temporary_folder f;
    const auto path = f.path("pulled.rdb");
    const auto got = inspect("pull -o " + path + " --from " + server.url());
    EXPECT_EQ(got.status, 0) << got.err;
    EXPECT_TRUE(mentions(got.err, " 502 keys, checksum verified")) << got.err;
    EXPECT_FALSE(std::filesystem::exists(path + ".part"));
    EXPECT_EQ(inspect("check " + path).status, 0);
    const auto compared = inspect("diff " + path + " " + saved);
    EXPECT_EQ(compared.status, 0) << compared.out;
    EXPECT_EQ(
        inspect("check -", RDB_INSPECT + std::string(" pull -q ") + server.url() + " | ").status,
        0);
  }
}

TEST(InspectPull, EveryCommandReadsAServerToo) {
  const redis_server server(
      {.tcp = true, .password = "hush-hush", .config = {"repl-diskless-sync-delay 0"}});
  const auto url = "redis://:hush-hush@127.0.0.1:" + std::to_string(server.port());
  const auto loaded = inspect("load --to " + url + " " + fixture("hashes"));
  ASSERT_EQ(loaded.status, 0) << loaded.err;
  const auto from_file = lines_of(inspect("keys " + fixture("hashes")).out);
  auto live = lines_of(inspect("keys " + url).out);
  EXPECT_EQ(live.size(), from_file.size());
  EXPECT_EQ(json_reader::read(inspect("info -f json " + url).out)["checksum"].text, "verified");

  const auto page = inspect("report " + url);
  EXPECT_EQ(page.status, 0) << page.err;
  EXPECT_FALSE(mentions(page.out, "hush-hush")) << "a page is sent around";
  EXPECT_TRUE(mentions(page.out, "redis://:***@127.0.0.1:"));
  EXPECT_EQ(inspect("keys " + server.tcp_url(), "REDISCLI_AUTH=hush-hush ").out,
            inspect("keys " + url).out);
  EXPECT_EQ(inspect("json --min-size 1KB " + url).status, 2) << "which takes two readings";
  EXPECT_EQ(inspect("diff " + url + " " + fixture("hashes")).status, 2);
}

TEST(InspectPull, WhatIsThereStaysWhenItFails) {
  const redis_server server({.password = "secret", .config = {"repl-diskless-sync-delay 0"}});
  const temporary_folder f;
  const auto path = f.write("dump.rdb", "yesterday's");
  const auto refused = inspect("pull -o " + path + " --from " + server.url());
  EXPECT_EQ(refused.status, 1);
  EXPECT_TRUE(mentions(refused.err, "NOAUTH")) << refused.err;
  EXPECT_TRUE(mentions(refused.err, "give a user and a password")) << refused.err;
  EXPECT_EQ(inspect("pull -o " + path + " -p 1").status, 1);
  EXPECT_EQ(inspect("pull -o " + path + " --from nonsense").status, 2);
  EXPECT_EQ(inspect("pull -k a -o " + path + " --from " + server.url()).status, 2);
  EXPECT_EQ(inspect("pull -o /no/such/folder/x --from " + server.url()).status, 1);
  EXPECT_EQ(content_of(path), "yesterday's");
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
}

script&& granted(script&& s) {
  return std::move(s)
      .read("LIB-VER")
      .write("+OK\r\n+OK\r\n")
      .read("rdb-only")
      .write("+OK\r\n+OK\r\n")
      .read("PSYNC")
      .write("+FULLRESYNC 8de1787ba490483314a4d30f1c628bc5025eb761 0\r\n");
}

TEST(InspectPull, WhatIsDamagedOrCutShortIsNotKept) {
  const auto sound = content_of(fixture("hashes"));
  auto damaged = sound;
  damaged[damaged.size() / 2] ^= 1;
  const auto size = "$" + std::to_string(sound.size()) + "\r\n";
  const scripted_server server({granted(script()).write(size + damaged),
                                granted(script()).write(size + sound.substr(0, 100)),
                                granted(script()).write(size + sound)});
  const temporary_folder f;
  const auto line = "pull -o " + f.path("x.rdb") + " -p " + std::to_string(server.port());
  EXPECT_EQ(inspect(line).status, 3);
  EXPECT_FALSE(std::filesystem::exists(f.path("x.rdb")));
  const auto cut = inspect(line);
  EXPECT_EQ(cut.status, 1);
  EXPECT_TRUE(mentions(cut.err, "after 100 bytes of the snapshot of")) << cut.err;
  EXPECT_FALSE(std::filesystem::exists(f.path("x.rdb")));
  EXPECT_EQ(inspect(line).status, 0);
  EXPECT_EQ(content_of(f.path("x.rdb")), sound);
}

TEST(InspectPull, AServersWordsMoveNoCursor) {
  const scripted_server server({script()
                                    .read("LIB-VER")
                                    .write("+OK\r\n+OK\r\n")
                                    .read("rdb-only")
                                    .write("+OK\r\n+OK\r\n")
                                    .read("PSYNC")
                                    .write("-ERR \x1b[2J\xc2\x9b\r\n")});
  const auto got = inspect("info redis://127.0.0.1:" + std::to_string(server.port()));
  EXPECT_EQ(got.status, 1);
  EXPECT_TRUE(mentions(got.err, "\\x1b[2J\\xc2")) << got.err;
  EXPECT_FALSE(mentions(got.err, "\x1b"));
}

TEST(InspectPull, AnInterruptEndsTheWaiting) {
  const scripted_server server({granted(script()).hang()});
  const temporary_folder f;
  const auto port = std::to_string(server.port());
  const auto path = f.path("x.rdb");
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::execl(RDB_INSPECT, RDB_INSPECT, "pull", "-o", path.c_str(), "-p", port.c_str(),
            static_cast<char*>(nullptr));
    ::_exit(127);
  }
  while (server.received("PSYNC") == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  ::kill(child, SIGINT);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
  EXPECT_TRUE(std::filesystem::is_empty(f.path()));
}

}  // namespace
}  // namespace sandpiper::test

// Against a real server: its own word for sizes, and its own keys before and after.

#include <cmath>
#include <map>

#include "rdb_inspect/json.hpp"
#include "rdb_inspect/running.hpp"

namespace sandpiper::test {
namespace {

void fill(const redis_server& server, const std::string& script) {
  const auto answer = server.ask("EVAL \"" + script + "\" 0");
  EXPECT_EQ(answer.substr(0, 1) == "-", false) << answer;
}

// A bit of everything, small and large.
void fill_with_all(const redis_server& server) {
  fill(server,
       "for i = 1, 60 do local s = tostring(i);"
       "redis.call('SET', 'user:' .. s .. ':name', string.rep('n', i * 7));"
       "redis.call('SET', 'count:' .. s, i * 1000003);"
       "redis.call('HSET', 'user:' .. s .. ':profile', 'name', 'n' .. s, 'age', i, 'mail', "
       "string.rep('m', i)) end return 1");
  fill(server,
       "for i = 1, 3000 do local s = tostring(i);"
       "redis.call('HSET', 'hash:large', 'field:' .. s, string.rep('v', i % 90));"
       "redis.call('SADD', 'set:large', 'member:' .. s); redis.call('SADD', 'set:numbers', i * 7);"
       "redis.call('ZADD', 'zset:large', i / 3, 'member:' .. s);"
       "redis.call('RPUSH', 'list:large', 'item number ' .. s);"
       "redis.call('XADD', 'stream:large', i .. '-1', 'sensor', s, 'value', i * 2) end return 1");
  fill(server,
       "for i = 1, 20 do local s = tostring(i);"
       "redis.call('ZADD', 'zset:small', i, 'm' .. s); redis.call('RPUSH', 'list:small', 'i' .. s);"
       "redis.call('SADD', 'set:small', 'text' .. s); redis.call('SADD', 'set:few', i) end return "
       "1");
  fill(server, "redis.call('SELECT', 3) redis.call('SADD', 'in:another', 'database') return 1");
  server.ask(
      "FUNCTION LOAD \"#!lua name=lib\\nredis.register_function('answer', function() return 42 end)"
      "\"");
  for (const auto* command :
       {"PEXPIREAT user:1:name 4102444800123", "XGROUP CREATE stream:large g 0",
        "XREADGROUP GROUP g alice COUNT 5 STREAMS stream:large >", "SET \"\\x00\\xff\" \"\\xfe\"",
        "XADD stream:gone 5-5 f v", "XDEL stream:gone 5-5", "ZADD zset:odd -inf a inf b -0.5 c"}) {
    server.ask(command);
  }
}

// The figure is an estimate; what it may be off by is said in docs/formats/rdb_inspect.md.
TEST(InspectServer, SizesAreNearWhatTheServerCounts) {
  const redis_server server({.config = {"enable-debug-command yes"}});
  fill_with_all(server);
  ASSERT_EQ(server.ask("DEBUG RELOAD"), "+OK");
  const auto path = save(server);
  const auto got = inspect("memory -d 0 -f ndjson " + path);
  ASSERT_EQ(got.status, 0) << got.err;

  std::vector<double> off;
  double ours = 0, theirs = 0;
  for (const auto& line : lines_of(got.out)) {
    const auto row = json_reader::read(line);
    const auto name = row["key"].text;
    if (row.find("key_b64") != nullptr) continue;  // not for an inline command
    const auto answer = server.ask("MEMORY USAGE " + name + " SAMPLES 0");
    ASSERT_EQ(answer[0], ':') << name << ' ' << answer;
    if (row["key"].text.find('\0') != std::string::npos) continue;
    const auto counted = std::stod(answer.substr(1));
    const auto estimated = static_cast<double>(row["size_in_bytes"].number());
    ours += estimated;
    theirs += counted;
    off.push_back(std::abs(estimated - counted) / counted);
    EXPECT_LT(off.back(), row["type"].text == "stream" ? 0.35 : 0.10)
        << name << ": " << estimated << " estimated, " << counted << " counted";
  }
  ASSERT_GT(off.size(), 180u);
  std::sort(off.begin(), off.end());
  EXPECT_LT(off[off.size() / 2], 0.02) << "the median";
  EXPECT_LT(std::abs(ours - theirs) / theirs, 0.03) << ours << " of " << theirs;
  RecordProperty("median", std::to_string(off[off.size() / 2]));
  RecordProperty("worst", std::to_string(off.back()));
}

struct copy_case {
  const char* what;
  const char* arguments;
};

// Every key of one server, by way of its snapshot, in another: the servers' own digests are equal,
// and the snapshots tell no difference, expiries and consumer groups included.
TEST(InspectServer, LoadMakesTheSameKeys) {
  const redis_server origin({.config = {"enable-debug-command yes"}});
  fill_with_all(origin);
  const auto path = save(origin);
  for (const auto& [what, arguments] :
       {copy_case{"commands", ""}, copy_case{"RESTORE", "--restore"},
        copy_case{"one at a time", "--pipeline 1"}}) {
    SCOPED_TRACE(what);
    const redis_server copy({.config = {"enable-debug-command yes"}});
    copy.ask("SET user:2:name old");
    const auto got =
        inspect("load --replace " + std::string(arguments) + " --to " + copy.url() + " " + path);
    EXPECT_EQ(got.status, 0) << got.err << got.out;
    EXPECT_EQ(copy.ask("DEBUG DIGEST"), origin.ask("DEBUG DIGEST"));
    EXPECT_EQ(copy.ask("FCALL answer 0"), ":42");
    const auto compared = inspect("diff " + path + " " + save(copy));
    EXPECT_EQ(compared.status, 0) << compared.out.substr(0, 2000) << compared.err;
  }
}

TEST(InspectServer, LoadTakesEveryFixture) {
  const redis_server copy;
  for (const auto& path : rdb_files("fixtures")) {
    for (const std::string how : {"", "--restore "}) {
      SCOPED_TRACE(how + path);
      ASSERT_EQ(copy.ask("FLUSHALL"), "+OK");
      const auto got = inspect("load --replace " + how + "--to " + copy.url() + " " + path);
      EXPECT_EQ(got.status, 0) << got.err << got.out;
      const auto compared = inspect("diff --expire none " + path + " " + save(copy));
      EXPECT_EQ(compared.status, 0) << compared.out.substr(0, 2000) << compared.err;
    }
  }
}

TEST(InspectServer, LoadTellsWhatTheServerRefuses) {
  const redis_server origin;
  origin.ask("SET k v");
  const auto path = save(origin);
  const redis_server copy;
  copy.ask("SET k old");
  const auto got = inspect("load --restore --to " + copy.url() + " " + path);
  EXPECT_EQ(got.status, 1);
  EXPECT_NE(got.err.find("BUSYKEY"), std::string::npos) << got.err;
  EXPECT_EQ(copy.ask("GET k"), "old");
  EXPECT_EQ(inspect("load --to unix:///no/such/socket " + path).status, 1);
  EXPECT_EQ(inspect("load --to nonsense " + path).status, 2);
}

TEST(InspectServer, CommandsPipedIntoAServerMakeTheSameKeys) {
  const redis_server origin;
  fill_with_all(origin);
  const auto path = save(origin);
  for (const std::string how : {"resp", "resp --restore"}) {
    const redis_server copy;
    const temporary_folder f;
    const auto bytes = inspect(how + " -o " + f.path("commands") + " " + path);
    EXPECT_EQ(bytes.status, 0) << bytes.err;
    const auto line = "redis-cli -s " + copy.socket_path() + " --pipe < " + f.path("commands") +
                      " > " + f.path("told") + " 2>&1";
    EXPECT_EQ(std::system(line.c_str()), 0) << content_of(f.path("told"));
    EXPECT_EQ(inspect("diff " + path + " " + save(copy)).out, "what\tdatabase\ttype\tkey\n") << how;
  }
}

TEST(InspectServer, DiffTellsWhatChanged) {
  const redis_server server;
  for (const auto* command : {"SET same 1", "SET changed 1", "SET removed 1", "SET expiry 1",
                              "SADD set a b c", "HSET hash a 1 b 2"}) {
    server.ask(command);
  }
  const temporary_folder f;
  const auto before = f.write("before.rdb", content_of(save(server)));
  for (const auto* command : {"SET changed 2", "DEL removed", "EXPIRE expiry 1000", "SET added 1",
                              "SREM set a", "SADD set a", "HDEL hash a", "HSET hash a 1"}) {
    server.ask(command);
  }
  for (const std::string memory : {"", "--max-memory 1MB "}) {
    const auto got = inspect("diff -f csv " + memory + before + " " + save(server));
    EXPECT_EQ(got.status, 1) << got.err;
    auto lines = lines_of(got.out);
    std::sort(lines.begin(), lines.end());
    EXPECT_EQ(lines, (std::vector<std::string>{"added,0,string,added", "changed,0,string,changed",
                                               "expiry,0,string,expiry", "removed,0,string,removed",
                                               "what,database,type,key"}));
  }
  EXPECT_EQ(inspect("diff " + before + " " + before).status, 0);
}

// Little memory and many keys: several rounds, the same answer.
TEST(InspectServer, DiffInRoundsTellsTheSame) {
  const redis_server server({.config = {"enable-debug-command yes"}});
  ASSERT_EQ(server.ask("DEBUG POPULATE 30000 key 20"), "+OK");
  const temporary_folder f;
  const auto before = f.write("before.rdb", content_of(save(server)));
  for (const auto* command : {"DEL key:17", "SET key:29999 other", "SET more 1"}) {
    server.ask(command);
  }
  const auto after = save(server);
  const auto in_order = [](const ended& got) {
    auto lines = lines_of(got.out);
    std::sort(lines.begin(), lines.end());
    return lines;
  };
  const auto once = in_order(inspect("diff " + before + " " + after));
  EXPECT_EQ(once.size(), 4u);
  EXPECT_EQ(in_order(inspect("diff --max-memory 1MB " + before + " " + after)), once);
}

TEST(InspectServer, PrefixesAndFlamesAddUpToAllBytes) {
  const redis_server server;
  fill_with_all(server);
  const auto path = save(server);
  std::uint64_t all = 0;
  for (const auto& line : lines_of(inspect("memory -f ndjson " + path).out)) {
    all += json_reader::read(line)["size_in_bytes"].number();
  }
  std::uint64_t folded = 0;
  bool seen = false;
  for (const auto& line : lines_of(inspect("flame " + path).out)) {
    folded += std::stoull(line.substr(line.rfind(' ') + 1));
    seen = seen || line.starts_with("db0;user;*;profile ");
  }
  EXPECT_EQ(folded, all);
  EXPECT_TRUE(seen);

  std::map<std::string, std::uint64_t> keys;
  for (const auto& line : lines_of(inspect("prefixes -n 100 -f ndjson " + path).out)) {
    const auto row = json_reader::read(line);
    keys[row["prefix"].text] = row["keys"].number();
  }
  EXPECT_EQ(keys["user"], 120u);
  EXPECT_EQ(keys["user:*:profile"], 60u);
  EXPECT_EQ(keys["count"], 60u);

  std::uint64_t counted = 0;
  for (const auto& line : lines_of(inspect("stats -f ndjson " + path).out)) {
    const auto row = json_reader::read(line);
    if (row["what"].text == "bytes") counted = row["sum"].number();
  }
  EXPECT_EQ(counted, all);
}

}  // namespace
}  // namespace sandpiper::test

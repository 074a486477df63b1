// Options, filters, formats, exit codes.

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "rdb_inspect/json.hpp"
#include "rdb_inspect/running.hpp"

namespace sandpiper::test {
namespace {

TEST(Inspect, WrongUsageEndsWith2) {
  for (const std::string arguments :
       {"", "no-such-command x", "keys --no-such-option x", "keys a b", "get x", "diff a",
        "keys --min-size ten x", "keys --expire maybe x", "keys --sample 2 x", "keys -k '(' x",
        "keys -t no-such-type x", "keys -d minus x", "json --min-size 1 -"}) {
    const auto got = inspect(arguments);
    EXPECT_EQ(got.status, 2) << arguments << ": " << got.out;
    EXPECT_NE(got.err, "") << arguments;
    EXPECT_EQ(got.out, "") << arguments;
  }
}

TEST(Inspect, HelpAndVersionAreAnswers) {
  for (const std::string arguments : {"--help", "--version", "keys --help"}) {
    const auto got = inspect(arguments);
    EXPECT_EQ(got.status, 0) << arguments;
    EXPECT_NE(got.out, "") << arguments;
    EXPECT_EQ(got.err, "") << arguments;
  }
}

// A shell is asked what it would offer.
TEST(Inspect, ShellsCompleteItsCommandsAndOptions) {
  const temporary_folder f;
  const auto script = f.write("completion", inspect("--completion bash").out);
  const auto offered = [&](const std::string& words, int at) {
    const auto line = "bash -c '. " + script + "; COMP_WORDS=(rdb_inspect " + words +
                      "); COMP_CWORD=" + std::to_string(at) +
                      "; _rdb_inspect; echo \"${COMPREPLY[@]}\"' > " + f.path("offered");
    EXPECT_EQ(std::system(line.c_str()), 0);
    return content_of(f.path("offered"));
  };
  EXPECT_EQ(offered("re", 1), "report resp\n");
  EXPECT_EQ(offered("load --pip", 2), "--pipeline\n");
  EXPECT_EQ(offered("keys --pip", 2), "\n") << "an option of another command";
  EXPECT_EQ(offered("keys --patt", 2), "--pattern\n");
  EXPECT_NE(inspect("--completion zsh").out.find("bashcompinit"), std::string::npos);
  const auto fish = inspect("--completion fish").out;
  EXPECT_NE(fish.find("-a prefixes -d 'keys and bytes"), std::string::npos);
  EXPECT_NE(fish.find("-s k -l key -r -d 'REGEX"), std::string::npos);
  EXPECT_EQ(inspect("--completion tcsh").status, 2);
}

TEST(Inspect, AMissingFileEndsWith1) {
  const auto got = inspect("info /no/such/file");
  EXPECT_EQ(got.status, 1);
  EXPECT_NE(got.err.find("/no/such/file"), std::string::npos) << got.err;
  EXPECT_EQ(inspect("info -o /no/such/folder/x " + fixture("empty")).status, 1);
}

TEST(Inspect, InfoTellsWhatTheFileSaysOfItself) {
  const auto got = inspect("info -f json " + fixture("attributes"));
  ASSERT_EQ(got.status, 0) << got.err;
  const auto told = json_reader::read(got.out);
  EXPECT_EQ(told["version"].text, "10");
  EXPECT_EQ(told["checksum"].text, "verified");
  EXPECT_EQ(told["bytes"].number(), std::filesystem::file_size(fixture("attributes")));
  EXPECT_EQ(told["databases"].items.size(), 3u);
  EXPECT_NE(inspect("info " + fixture("attributes")).out.find("checksum        verified\n"),
            std::string::npos);
}

TEST(Inspect, CheckFindsEveryFixtureSound) {
  for (const auto& path : rdb_files("fixtures")) {
    const auto got = inspect("check " + path);
    EXPECT_EQ(got.status, 0) << path << got.err;
    EXPECT_NE(got.out.find("sound"), std::string::npos) << got.out;
  }
}

TEST(Inspect, KeysMayBePrintedInAnyForm) {
  const auto line =
      inspect("keys -k '^expires$' --print '%d %k %t %e %n %%' " + fixture("attributes"));
  EXPECT_EQ(line.out, "0 expires string 4102444800123 1 %\n");
  EXPECT_EQ(inspect("keys -0 -k '^expires$' " + fixture("attributes")).out,
            std::string("expires\0", 8));
}

class InspectFilters : public testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> keys(const std::string& filters) const {
    auto lines = lines_of(inspect("keys " + filters + " " + path_).out);
    std::sort(lines.begin(), lines.end());
    return lines;
  }
  void SetUp() override {
    for (const auto* command :
         {"SET user:1 a", "SET user:2 b EX 600", "SET user:3 c EX 864000", "RPUSH list:1 a b c",
          "SADD set:1 a", "ZADD zset:1 1 a", "HSET hash:1 f v", "SET \"odd\\xff\\x1b[2J\" x"}) {
      server_.ask(command);
    }
    server_.ask(("SET big " + std::string(5000, 'x')).c_str());
    path_ = save(server_);
  }
  using names = std::vector<std::string>;

  redis_server server_;
  std::string path_;
};

TEST_F(InspectFilters, ChooseByNameTypeExpiryAndSize) {
  EXPECT_EQ(keys("-k '^user:[12]$'"), (names{"user:1", "user:2"}));
  EXPECT_EQ(keys("-k user -K 1"), (names{"user:2", "user:3"}));
  EXPECT_EQ(keys("--pattern '*:1' -T string"), (names{"hash:1", "list:1", "set:1", "zset:1"}));
  EXPECT_EQ(keys("-t set,list"), (names{"list:1", "set:1"}));
  EXPECT_EQ(keys("--expire any"), (names{"user:2", "user:3"}));
  EXPECT_EQ(keys("--expire ..1h"), (names{"user:2"}));
  EXPECT_EQ(keys("--expire 1d..30d"), (names{"user:3"}));
  EXPECT_EQ(keys("--now 99999999999 --expire expired"), (names{"user:2", "user:3"}));
  EXPECT_EQ(keys("--min-size 4KB"), (names{"big"}));
  EXPECT_EQ(keys("--max-size 4KB -t string -k '^user:1'"), (names{"user:1"}));
  EXPECT_EQ(keys("-d 1"), (names{}));
  EXPECT_EQ(keys("--limit 3").size(), 3u);
  EXPECT_EQ(keys("--min-size 4KB --limit 1"), (names{"big"}));
}

TEST_F(InspectFilters, ASizeChoosesForWholeValuesToo) {
  const auto got = inspect("json --min-size 4KB " + path_);
  EXPECT_EQ(got.status, 0) << got.err;
  ASSERT_EQ(lines_of(got.out).size(), 1u);
  EXPECT_EQ(json_reader::read(got.out)["key"].text, "big");
}

TEST_F(InspectFilters, ASampleIsAlwaysTheSame) {
  const auto some = keys("--sample 1/3");
  EXPECT_LT(some.size(), 9u);
  EXPECT_EQ(some, keys("--sample 1/3"));
  EXPECT_EQ(keys("--sample 1").size(), 9u);
}

TEST_F(InspectFilters, NamesMoveNoCursor) {
  EXPECT_EQ(keys("-k odd"), (names{"odd\\xff\\x1b[2J"}));
  EXPECT_EQ(keys("-k odd --escape hex"), (names{"6f6464ff1b5b324a"}));
  EXPECT_EQ(keys("-k odd --escape base64"), (names{"b2Rk/xtbMko="}));
  const auto row = json_reader::read(inspect("top -f ndjson -k odd " + path_).out);
  EXPECT_EQ(row["key_b64"].text, "b2Rk/xtbMko=");
}

TEST_F(InspectFilters, GetPrintsTheKeysNamed) {
  const auto got = inspect("get list:1 no-such-key " + path_);
  EXPECT_EQ(got.status, 1);
  EXPECT_EQ(json_reader::read(got.out)["value"].items.size(), 3u);
  EXPECT_NE(got.err.find("no-such-key"), std::string::npos);
  EXPECT_EQ(inspect("get --raw user:1 " + path_).out, "a");
}

TEST_F(InspectFilters, TablesComeInEveryFormat) {
  const auto csv = lines_of(inspect("memory " + path_).out);
  ASSERT_EQ(csv.size(), 10u);
  EXPECT_EQ(csv[0],
            "database,type,key,size_in_bytes,encoding,num_elements,len_largest_element,expiry");
  const auto array = json_reader::read(inspect("memory -f json " + path_).out);
  EXPECT_EQ(array.items.size(), 9u);
  const auto top = lines_of(inspect("top -n 1 -f tsv " + path_).out);
  ASSERT_EQ(top.size(), 2u);
  EXPECT_EQ(top[1].substr(0, 13), "0\tstring\tbig\t");
  EXPECT_EQ(lines_of(inspect("top -n 3 --by ttl -f csv " + path_).out).size(), 3u);
  EXPECT_EQ(inspect("top --color always " + path_).out.substr(0, 4), "\033[1m");
}

TEST_F(InspectFilters, CellsThatWouldCalculateAreQuotedOnRequest) {
  server_.ask("SET \"=1+1\" x");
  save(server_);
  EXPECT_NE(inspect("memory --csv-safe -k = " + path_).out.find(",\"'=1+1\","), std::string::npos);
}

TEST_F(InspectFilters, APipeThatIsClosedIsNoTrouble) {
  server_.ask("EVAL \"return redis.call('SET', 'long', string.rep('x', 3000000))\" 0");
  save(server_);
  const temporary_folder f;
  const auto line = "{ " + std::string(RDB_INSPECT) + " json " + path_ + " 2> " + f.path("err") +
                    "; echo $? > " + f.path("status") + "; } | head -c 1 > " + f.path("out");
  EXPECT_EQ(std::system(line.c_str()), 0);
  EXPECT_EQ(content_of(f.path("out")), "{");
  EXPECT_EQ(content_of(f.path("status")), "0\n");
  EXPECT_EQ(content_of(f.path("err")), "");
}

// The other end of the pipe stays silent, so what is printed comes of the interrupt.
TEST(Inspect, AnInterruptPrintsWhatIsKnown) {
  const temporary_folder f;
  const auto fifo = f.path("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::dup2(::open(fifo.c_str(), O_RDONLY), STDIN_FILENO);
    ::dup2(::open(f.path("out").c_str(), O_CREAT | O_WRONLY, 0600), STDOUT_FILENO);
    ::execl(RDB_INSPECT, RDB_INSPECT, "info", "-", static_cast<char*>(nullptr));
    ::_exit(127);
  }
  const int writer = ::open(fifo.c_str(), O_WRONLY);
  const auto bytes = content_of(fixture("strings"));
  ASSERT_GT(::write(writer, bytes.data(), 200), 0);
  int unread = 1;
  while (unread > 0) {  // it has its handlers when it reads
    ASSERT_EQ(::ioctl(writer, FIONREAD, &unread), 0);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ::kill(child, SIGINT);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ::close(writer);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
  EXPECT_NE(content_of(f.path("out")).find("version         10"), std::string::npos);
}

TEST(Inspect, AFileIsReplacedOnlyByWhatWasRead) {
  const temporary_folder f;
  const auto kept = f.write("report.html", "yesterday's");
  EXPECT_EQ(inspect("report -o " + kept + " " + f.path("missing.rdb")).status, 1);
  EXPECT_EQ(content_of(kept), "yesterday's");
}

TEST(Inspect, NoPasswordIsRepeated) {
  const temporary_folder f;
  const auto file = f.write("dump.rdb", "REDIS0009");
  const auto got = inspect("load " + file + " redis://:s3cret@localhost");
  EXPECT_EQ(got.status, 2);
  EXPECT_EQ((got.out + got.err).find("s3cret"), std::string::npos) << got.err;
}

TEST(Inspect, KeysGoToTheirOwnDatabases) {
  const temporary_folder f;
  const auto got = inspect("load --to redis://localhost/5 " + f.write("dump.rdb", "REDIS0009"));
  EXPECT_EQ(got.status, 2);
  EXPECT_NE(got.err.find("database"), std::string::npos) << got.err;
}

}  // namespace
}  // namespace sandpiper::test

// Files that were made to break their readers: an answer for each, with the place.

#include "rdb/building.hpp"
#include "rdb_inspect/running.hpp"

namespace sandpiper::test {
namespace {

// The line of the table beside the files: what the reader answers.
std::string verdict_of(const std::string& path) {
  const auto name = std::filesystem::path(path).filename().string();
  for (const auto& line : lines_of(content_of((rdb_samples("hostile") / "hostile.tsv").string()))) {
    if (!line.starts_with(name + "\t")) continue;
    const auto rest = line.substr(name.size() + 1);
    return rest.substr(0, rest.find('\t'));
  }
  ADD_FAILURE() << name << " is not in the table";
  return {};
}

int status_of(const std::string& verdict) {
  if (verdict.starts_with("done")) return 0;
  return verdict.starts_with("unsupported") || verdict.starts_with("over limit") ? 4 : 3;
}

TEST(InspectHostile, CheckNamesThePlaceOfEveryFault) {
  for (const auto& path : rdb_files("hostile")) {
    SCOPED_TRACE(path);
    const auto verdict = verdict_of(path);
    const auto got = inspect("check --newer " + path);
    EXPECT_EQ(got.status, status_of(verdict)) << got.err;
    if (got.status == 0) continue;
    const auto place = verdict.substr(verdict.find_last_of(' ') + 1);
    EXPECT_NE(got.err.find("at byte " + place), std::string::npos) << got.err << verdict;
    EXPECT_EQ(got.out.find("sound"), std::string::npos) << got.out;
  }
}

// What each command adds to the reader, over every file. The memory is counted above that of a run
// which reads nothing: the program itself, and a sanitizer's, if it was built with one.
TEST(InspectHostile, NoCommandCrashesOrSwellsOnAnyOfThem) {
  constexpr std::uint64_t memory_bytes_max = 64 << 20;
  const auto nothing_read = inspect_alone({"--version"}).memory_bytes;
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"info"}, {"json"}, {"resp"}, {"resp", "--restore"}, {"report"}}) {
    for (const auto& path : rdb_files("hostile")) {
      SCOPED_TRACE(command.back() + ' ' + path);
      auto arguments = command;
      arguments.push_back(path);
      const auto got = inspect_alone(arguments);
      EXPECT_TRUE(got.status == 0 || got.status == 3 || got.status == 4) << got.status << got.err;
      const bool told = got.err.find("at byte") != std::string::npos ||
                        got.err.find("left out: \"k\"") != std::string::npos;
      EXPECT_TRUE(got.status == 0 || told) << got.err;
      EXPECT_LE(got.memory_bytes, nothing_read + memory_bytes_max);
    }
  }
}

// A module's own record is of no key, and its text comes in pieces when it is long.
TEST(InspectHostile, ALongTextBetweenKeysIsOfNone) {
  using namespace sandpiper::rdb;
  const auto module = hex("f7") + hex("81 b5 eb 2d ff fa dd 6c 01") + len(2) + len(2) + len(5) +
                      str(std::string(300'000, 'x')) + len(0);
  const temporary_folder f;
  for (const auto& records :
       {module, record(0, "k", str("v")) + module, module + record(0, "k", str("v"))}) {
    const auto path = f.write("module.rdb", snapshot(records));
    const auto got = inspect("json --max-memory 1MB " + path);
    EXPECT_EQ(got.status, 0) << got.err;
    EXPECT_EQ(got.out.find("xxx"), std::string::npos);
    EXPECT_EQ(inspect("get --raw k --max-memory 1MB " + path).out.find("xxx"), std::string::npos);
  }
}

// What fuzzing has found worth keeping, but for its first byte, which is the fuzz target's own.
TEST(InspectHostile, CheckAnswersEveryInputOfTheFuzzCorpus) {
  constexpr std::uint64_t memory_bytes_max = 64 << 20;
  const auto corpus = std::filesystem::path(SANDPIPER_TEST_ROOT) / "fuzz/corpus/rdb_file";
  const auto nothing_read = inspect_alone({"--version"}).memory_bytes;
  const temporary_folder f;
  int tried = 0, sound = 0;
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
    SCOPED_TRACE(entry.path());
    const auto path = f.write("input", content_of(entry.path().string()).substr(1));
    const auto got = inspect_alone({"check", "-q", "--no-checksum", path});
    EXPECT_TRUE(got.status == 0 || got.status == 3 || got.status == 4) << got.status << got.err;
    EXPECT_EQ(got.status != 0, got.err.find("at byte") != std::string::npos) << got.err;
    EXPECT_LE(got.memory_bytes, nothing_read + memory_bytes_max);
    ++tried;
    sound += got.status == 0 ? 1 : 0;
  }
  EXPECT_GT(tried, 50);
  EXPECT_GT(sound, 0);
}

TEST(InspectHostile, AVersionOfTheFutureIsReadWhenAskedFor) {
  const auto path = (rdb_samples("hostile") / "hdr-version-9999.rdb").string();
  EXPECT_EQ(inspect("check " + path).status, 4);
  EXPECT_EQ(inspect("check --newer " + path).status, 0);
}

TEST(InspectHostile, ACutSnapshotIsDamaged) {
  const temporary_folder f;
  const auto whole = content_of(fixture("hashes"));
  const auto cut = f.write("cut.rdb", std::string_view(whole).substr(0, whole.size() / 2));
  const auto got = inspect("check " + cut);
  EXPECT_EQ(got.status, 3);
  EXPECT_NE(got.err.find("at byte"), std::string::npos) << got.err;
  EXPECT_NE(got.out.find("damaged"), std::string::npos) << got.out;
}

}  // namespace
}  // namespace sandpiper::test

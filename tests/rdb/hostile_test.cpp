// Files and payloads that were made to break their readers, each with the answer it must get.

#include "rdb/hostile.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "rdb/building.hpp"
#include "rdb/reading.hpp"
#include "rdb/samples.hpp"
#include "sandpiper/rdb/dump.hpp"
#include "support/redis_server.hpp"
#include "support/temporary_folder.hpp"

namespace sandpiper::rdb {
namespace {

std::string verdict(const std::optional<fault>& why) {
  if (!why) return "done";
  std::string text(to_string(why->kind));
  text.append(" ").append(to_string(why->about)).append(" ").append(std::to_string(why->offset));
  return why->inner ? text.append("+").append(std::to_string(*why->inner)) : text;
}

TEST(Hostile, EachFileGetsItsAnswerHoweverItIsCut) {
  for (const auto& [file, expected, oracle, bytes] : hostile_files()) {
    SCOPED_TRACE(file);
    const auto seen = every_cut(bytes, {.unique_keys = true});
    const auto warnings = seen.done() ? " " + std::to_string(seen.warnings) : "";
    EXPECT_EQ(verdict(seen.fault) + warnings, expected) << seen.why;
  }
}

// What a future version may bring is read on the user's word only.
TEST(Hostile, AVersionOfTheFutureCanBeRefused) {
  const auto bytes = read_file(samples("hostile") / "hdr-version-9999.rdb");
  const auto seen = read_whole(bytes, depth::elements, {.newer_versions = leniency::fail});
  EXPECT_EQ(verdict(seen.fault), "unsupported version 5");
}

// redis-check-rdb of 7.0 says what it thinks of each file of the types it knows. It is asked about
// the same records under its own version number.
bool check_rdb_accepts(const std::string& path) {
  const auto command = "timeout -s KILL 20 redis-check-rdb " + path + " > /dev/null 2>&1";
  const int status = std::system(command.c_str());
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) <= 1) << command << " gives " << status;
  return status == 0;
}

TEST(Hostile, TheServersOwnCheckerSaysWhatItIsSaidToSay) {
  const test::temporary_folder folder;
  for (const auto& [file, expected, oracle, bytes] : hostile_files()) {
    if (oracle != "good" && oracle != "bad") continue;
    auto known = bytes;
    if (expected.find("magic") == known.npos && expected.find("version") == known.npos &&
        expected.find("truncated") == known.npos) {
      known = snapshot(bytes.substr(9, bytes.size() - 9 - 9), "REDIS0010");
    }
    EXPECT_EQ(check_rdb_accepts(folder.write(file, known)), oracle == "good") << file;
    if (oracle == "bad") {
      EXPECT_FALSE(expected.starts_with("done")) << file << ": we are laxer";
    }
  }
}

TEST(Hostile, TheServersOwnCheckerTakesTheFixtures) {
  for (const auto& path : files("fixtures", ".rdb")) EXPECT_TRUE(check_rdb_accepts(path)) << path;
}

TEST(Hostile, EachPayloadIsRefusedAtItsPlace) {
  for (const auto& [bytes, checksum_right, expected] : hostile_payloads()) {
    transcript told;
    const auto unchecked = dump_reader(told, {.checksum = false}).read(bytes, "k");
    EXPECT_EQ(verdict(unchecked), expected);

    const auto checked = dump_reader(told).read(bytes, "k");
    ASSERT_TRUE(checked) << expected;
    if (checksum_right) {
      EXPECT_EQ(verdict(checked), expected);
    }
    if (!checksum_right) {
      EXPECT_EQ(checked->about, subject::checksum) << checked->message();
    }
  }
}

std::string quoted_hex(std::string_view bytes) {
  std::string text = "\"";
  for (const char c : bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    text.append("\\x").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
  }
  return text + '"';
}

// A server that looks at all of a payload before it takes it must not refuse what we take.
TEST(Hostile, AServerTakesNoLessThanWeDo) {
  const test::redis_server server({.config = {"sanitize-dump-payload yes"}});
  for (const auto& [bytes, checksum_right, expected] : hostile_payloads()) {
    const auto type = static_cast<std::uint8_t>(bytes[0]);
    const auto sound = dump_raw(type, std::string_view(bytes).substr(1, bytes.size() - 11), 10);
    const auto answer = server.ask("RESTORE k 0 " + quoted_hex(sound) + " REPLACE");
    transcript told;
    const auto ours = dump_reader(told).read(sound, "k");
    if (!ours) {
      EXPECT_EQ(answer, "+OK") << expected;
    }
  }
}

TEST(Hostile, CountsAreNotBelieved) {
  const auto huge = hex("81 7f ff ff ff ff ff ff ff");
  for (const unsigned type : {1u, 2u, 3u, 4u, 5u, 14u, 15u, 18u, 22u, 28u}) {
    for (const auto& count : {huge, hex("81 ff ff ff ff ff ff ff ff"), hex("80 ff ff ff ff")}) {
      const auto bytes = "REDIS0014" + record(type, "k", count);
      for (const auto level : {depth::elements, depth::structure, depth::skip, depth::raw}) {
        const auto seen = read_whole(bytes, level);
        EXPECT_EQ(seen.fault->kind, fault_kind::truncated) << type << ": " << seen.why;
      }
    }
  }
}

// 88 bytes of output for one of input is what LZF can do; then the limit holds.
TEST(Hostile, ADecompressionBombStopsAtTheLimit) {
  const auto head = [](std::uint64_t stored, std::uint64_t whole) {
    return "REDIS0011" + record(0, "k", "\xc3" + len(stored) + len(whole));
  };
  EXPECT_EQ(verdict(read_whole(head(1000, 88001)).fault), "corrupt lzf 12");
  EXPECT_EQ(verdict(read_whole(head(1000, 88000)).fault), "truncated input 20");
  const auto limited =
      read_whole(head(1000, 88000), depth::elements, {.limits = {.string_bytes_max = 80000}});
  EXPECT_EQ(verdict(limited.fault), "over the limit string 12");
  EXPECT_EQ(limited.fault->number, 88000u);
  EXPECT_EQ(verdict(read_whole(head(1ULL << 40, 1)).fault), "corrupt lzf 12");
}

}  // namespace
}  // namespace sandpiper::rdb

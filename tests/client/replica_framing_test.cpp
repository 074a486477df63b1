#include "client/replica_framing.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace sandpiper {
namespace {

const std::string mark = "0123456789abcdef0123456789ABCDEF01234567";
const std::string granted = "+FULLRESYNC 8de1787ba490483314a4d30f1c628bc5025eb761 2443808505\r\n";

// What became of it all.
struct outcome {
  std::string snapshot;
  std::string rest;  // behind the snapshot
  std::string end;   // "over", "more" or the error
  std::string begun;
  friend bool operator==(const outcome&, const outcome&) = default;
};

// A receive buffer, exactly as large as what is in it, so that a sanitizer sees who looks beyond.
class feeder {
 public:
  explicit feeder(std::size_t answers = 0) : framing_(answers) {}

  void feed(std::string_view piece) {
    std::string unread = seen_.rest + std::string(piece);
    while (!failed_ && !framing_.over()) {
      const std::vector<char> exact(unread.begin(), unread.end());
      const auto taken = framing_.take({exact.data(), exact.size()});
      if (!taken) {
        seen_.end = taken.error().message();
        failed_ = true;
        break;
      }
      seen_.snapshot += taken->snapshot;
      unread.erase(0, taken->input_bytes);
      if (taken->input_bytes == 0 && !framing_.over()) {
        EXPECT_LE(unread.size(), replica_framing::line_bytes_max);
        break;
      }
    }
    seen_.rest = failed_ ? "" : unread;
  }

  outcome finish() {
    if (!failed_) seen_.end = framing_.over() ? "over" : "more";
    if (seen_.end == "more") seen_.rest.clear();
    if (framing_.granted()) {
      seen_.begun = framing_.begun().id + " " + std::to_string(framing_.begun().offset);
    }
    EXPECT_EQ(framing_.received_bytes(), seen_.snapshot.size());
    return seen_;
  }

  [[nodiscard]] const replica_framing& framing() const { return framing_; }

 private:
  replica_framing framing_;
  outcome seen_;
  bool failed_ = false;
};

outcome whole(std::string_view bytes, std::size_t answers = 0) {
  feeder f(answers);
  f.feed(bytes);
  return f.finish();
}

// Byte by byte, in two at each place, and in random pieces: the same every time.
outcome every_cut(std::string_view bytes, std::size_t answers = 0) {
  const auto at_once = whole(bytes, answers);
  feeder each(answers);
  for (const char c : bytes) each.feed({&c, 1});
  EXPECT_EQ(each.finish(), at_once) << "byte by byte";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    feeder two(answers);
    two.feed(bytes.substr(0, cut));
    two.feed(bytes.substr(cut));
    EXPECT_EQ(two.finish(), at_once) << "cut at " << cut;
  }
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    feeder some(answers);
    for (std::size_t at = 0; at < bytes.size();) {
      const auto size = 1 + random() % 60;
      some.feed(bytes.substr(at, size));
      at += size;
    }
    EXPECT_EQ(some.finish(), at_once) << "random pieces, round " << round;
  }
  return at_once;
}

TEST(ReplicaFraming, ASizedSnapshotEndsWithItsLastByte) {
  const auto seen =
      every_cut("+OK\r\n+OK\r\n" + granted + "\n\n$9\r\nREDIS\r\n\n0*1\r\n$4\r\nPING", 2);
  EXPECT_EQ(seen.end, "over");
  EXPECT_EQ(seen.snapshot, "REDIS\r\n\n0");
  EXPECT_EQ(seen.rest, "*1\r\n$4\r\nPING") << "what follows is left where it is";
  EXPECT_EQ(seen.begun, "8de1787ba490483314a4d30f1c628bc5025eb761 2443808505");
}

TEST(ReplicaFraming, AMarkedSnapshotEndsBeforeItsMark) {
  const auto seen =
      every_cut(granted + "\n\n\n$EOF:" + mark + "\r\nREDIS0123" + mark + "\r\n\nmore");
  EXPECT_EQ(seen.end, "over");
  EXPECT_EQ(seen.snapshot, "REDIS0123");
  EXPECT_EQ(seen.rest, "\r\n\nmore");
}

// A beginning of the mark that is none, a mark that begins inside of one, two in a row.
TEST(ReplicaFraming, WhatOnlyLooksLikeTheMarkIsTheSnapshots) {
  const std::string all_same(40, 'a');
  for (const auto& one :
       {mark, all_same, "ab" + std::string(38, 'a'), std::string(39, 'a') + "b"}) {
    for (const auto& content :
         {std::string(), one.substr(0, 39) + "!", one.substr(0, 20) + "x", std::string("x"),
          one.substr(0, 20) + "?" + one.substr(0, 39) + "?", std::string("\n\n\r\n")}) {
      const auto seen = every_cut(granted + "$EOF:" + one + "\r\n" + content + one + "behind");
      EXPECT_EQ(seen.end, "over");
      EXPECT_EQ(seen.snapshot, content);
      EXPECT_EQ(seen.rest, "behind");
    }
  }
  EXPECT_EQ(whole(granted + "$EOF:" + mark + "\r\n" + mark + mark).rest, mark);
}

TEST(ReplicaFraming, TellsTheSizeOnceTheServerHas) {
  feeder f;
  f.feed(granted + "\n");
  EXPECT_TRUE(f.framing().granted());
  EXPECT_FALSE(f.framing().size_bytes());
  f.feed("$12345678901234\r\nx");
  EXPECT_EQ(f.framing().size_bytes(), 12345678901234u);
  EXPECT_EQ(f.framing().received_bytes(), 1u);
  EXPECT_EQ(every_cut(granted + "$0\r\n").end, "over");
}

TEST(ReplicaFraming, AnswersToReplconfDoNotMatter) {
  EXPECT_EQ(every_cut("-ERR Unrecognized REPLCONF option: rdb-only\r\n+OK\r\n" + granted, 2).end,
            "more");
  EXPECT_NE(whole(":1\r\n" + granted, 1).end.find("REPLCONF"), std::string::npos);
}

TEST(ReplicaFraming, ARefusalNamesTheCure) {
  struct sample {
    const char* line;
    const char* cure;
  };
  for (const auto& [line, cure] :
       {sample{"-NOAUTH Authentication required.", "give a user and a password"},
        {"-NOPERM this user has no permissions to run the 'psync' command", "+psync"},
        {"-LOADING Redis is loading the dataset in memory", "ask again later"},
        {"-NOMASTERLINK Can't SYNC while not connected with my master", "ask the master"},
        {"-ERR unknown command 'PSYNC'", "older than Redis 2.8"},
        {"-ERR BGSAVE failed, replication can't continue", "see its log"},
        {"-SOMETHING else", "see the server's log"}}) {
    for (const auto& before : {std::string(), granted}) {
      feeder f;
      f.feed(before + line + "\r\n");
      const auto end = f.finish().end;
      EXPECT_NE(end.find(cure), std::string::npos) << end;
      EXPECT_NE(end.find(line + 1), std::string::npos) << end;
      EXPECT_EQ(every_cut(before + line + "\r\n").end, end);
    }
  }
  EXPECT_EQ(replica_framing(0).take("-NOAUTH\r\n").error(), errc::handshake_failed);
}

TEST(ReplicaFraming, BytesOfSomethingElseAreRefused) {
  const std::string long_line(replica_framing::line_bytes_max + 1, 'x');
  for (const std::string& bytes : {std::string("HTTP/1.1 400 Bad Request\r\n"),
                                   std::string("+CONTINUE\r\n"),
                                   std::string("+FULLRESYNC\r\n"),
                                   std::string("+FULLRESYNC id\r\n"),
                                   std::string("+FULLRESYNC  5\r\n"),
                                   std::string("+FULLRESYNC id -1\r\n"),
                                   std::string("+FULLRESYNC id 1 2\r\n"),
                                   std::string("+FULLRESYNC i\x01 1\r\n"),
                                   "+FULLRESYNC " + std::string(41, 'i') + " 1\r\n",
                                   std::string("+OK\n"),
                                   "+" + long_line,
                                   "+" + long_line + "\r\n",
                                   granted + "+OK\r\n",
                                   granted + "$\r\n",
                                   granted + "$-1\r\n",
                                   granted + "$12a\r\n",
                                   granted + "$18446744073709551616\r\n",
                                   granted + "$EOF:short\r\n",
                                   granted + "$EOF:" + mark + "0\r\n",
                                   granted + "*1\r\n"}) {
    const auto seen = every_cut(bytes);
    EXPECT_NE(seen.end.find("is this a Redis server"), std::string::npos) << bytes << seen.end;
    EXPECT_EQ(seen.snapshot, "");
  }
}

// Bytes of any kind behind a sound beginning come to the same end however they are cut.
TEST(ReplicaFraming, RandomBytesAreReadAlikeHoweverTheyAreCut) {
  std::mt19937 random(11);
  const std::string letters = "+-$\r\n0aEOF: " + mark;
  for (int round = 0; round < 200; ++round) {
    std::string bytes = round % 2 == 0 ? "" : granted;
    if (round % 4 == 3) bytes += "$EOF:" + std::string(40, 'a') + "\r\n";
    for (auto n = random() % 90; n > 0; --n) {
      bytes += round % 4 == 3 && random() % 8 != 0 ? 'a' : letters[random() % letters.size()];
    }
    const auto seen = every_cut(bytes, random() % 3);
    EXPECT_LE(seen.snapshot.size(), bytes.size());
  }
}

}  // namespace
}  // namespace sandpiper

// Our parser against hiredis' reader on the same bytes, for RESP2, which is what both know.
//
// Where both accept, both must say the same. Where only one does, the reason must be a known one:
//
//   hiredis is more lenient: it
//     - does not look at the two bytes behind a payload
//     - takes a CR or an LF alone within a line for text
//     - waits for the end of a line before it judges it, and for a payload of any length
//     - reserves what a count announces (so counts of more than six digits are not tried here)
//   hiredis is stricter: it
//     - wants integers in canonical form: no plus, no leading zeros, no -0
//     - stops at eight levels of nesting, and at counts over INT_MAX
//     - knows no type byte of RESP3, and no streamed value

#include <gtest/gtest.h>
#include <hiredis/hiredis.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/feeding.hpp"

namespace sandpiper::resp {
namespace {

using test::json_string;

std::string told(const redisReply& r) {
  const std::string_view text(r.str == nullptr ? "" : r.str, r.str == nullptr ? 0 : r.len);
  switch (r.type) {
    case REDIS_REPLY_STATUS: return "{\"+\":" + json_string(text) + '}';
    case REDIS_REPLY_ERROR: return "{\"-\":" + json_string(text) + '}';
    case REDIS_REPLY_STRING: return "{\"$\":" + json_string(text) + '}';
    case REDIS_REPLY_INTEGER: return "{\":\":" + std::to_string(r.integer) + '}';
    case REDIS_REPLY_NIL: return R"({"_":null})";
    default: break;
  }
  std::string all = "{\"*\":[";
  for (std::size_t i = 0; i < r.elements; ++i) {
    if (i > 0) all += ',';
    all += told(*r.element[i]);
  }
  return all + "]}";
}

struct seen {
  std::vector<std::string> values;
  std::string error;  // empty: none
};

seen by_hiredis(std::string_view bytes, const std::vector<std::size_t>& cuts = {}) {
  const std::unique_ptr<redisReader, void (*)(redisReader*)> reader(redisReaderCreate(),
                                                                    redisReaderFree);
  seen all;
  auto ends = cuts;
  ends.push_back(bytes.size());
  std::size_t from = 0;
  for (const auto end : ends) {
    redisReaderFeed(reader.get(), bytes.data() + from, end - from);
    from = end;
    for (void* reply = nullptr;;) {
      if (redisReaderGetReply(reader.get(), &reply) != REDIS_OK) {
        all.error = reader->errstr;
        return all;
      }
      if (reply == nullptr) break;
      all.values.push_back(told(*static_cast<redisReply*>(reply)));
      freeReplyObject(reply);
    }
  }
  return all;
}

seen by_us(std::string bytes) {
  seen all;
  parser p;
  p.parse(bytes);
  for (reply_view r; p.next(r);) all.values.push_back(test::told(r));
  if (p.failure() != nullptr) all.error = p.failure()->text();
  return all;
}

// --- replies to try ----------------------------------------------------------------------------

using generator = std::mt19937;  // gives the same numbers everywhere

std::size_t below(generator& random, std::size_t n) { return random() % n; }

std::string some_text(generator& random, bool any_byte) {
  std::string text(below(random, 4) == 0 ? below(random, 300) : below(random, 12), '\0');
  for (auto& c : text) {
    c = any_byte ? static_cast<char>(random()) : static_cast<char>(' ' + below(random, 95));
  }
  return text;
}

std::int64_t some_integer(generator& random) {
  const auto bits = static_cast<std::int64_t>(std::uint64_t{random()} << 32 | random());
  return bits >> below(random, 64);
}

void append_reply(generator& random, int depth_left, std::string& out) {
  switch (below(random, depth_left > 0 ? 9 : 7)) {
    case 0: out += '+' + some_text(random, false) + "\r\n"; return;
    case 1: out += "-ERR " + some_text(random, false) + "\r\n"; return;
    case 2:
    case 3: out += ':' + std::to_string(some_integer(random)) + "\r\n"; return;
    case 4: out += below(random, 2) == 0 ? "$-1\r\n" : "*-1\r\n"; return;
    case 5:
    case 6: {
      const auto text = some_text(random, true);
      out += '$' + std::to_string(text.size()) + "\r\n" + text + "\r\n";
      return;
    }
    default: {
      const auto count = below(random, 5);
      out += '*' + std::to_string(count) + "\r\n";
      for (std::size_t i = 0; i < count; ++i) append_reply(random, depth_left - 1, out);
    }
  }
}

std::string some_stream(generator& random) {
  std::string bytes;
  for (auto n = 1 + below(random, 4); n > 0; --n) append_reply(random, 5, bytes);
  return bytes;
}

TEST(HiredisReader, AgreesOnEveryReplyOfResp2) {
  generator random(20);
  for (int round = 0; round < 2000; ++round) {
    const auto bytes = some_stream(random);
    const auto theirs = by_hiredis(bytes);
    ASSERT_EQ(theirs.error, "") << json_string(bytes);
    const auto ours = by_us(bytes);
    ASSERT_EQ(ours.error, "") << json_string(bytes);
    ASSERT_EQ(ours.values, theirs.values) << json_string(bytes);

    const auto cuts = test::random_cuts(bytes.size(), 1 + below(random, 50),
                                        static_cast<std::uint32_t>(random()));
    EXPECT_EQ(by_hiredis(bytes, cuts).values, theirs.values);
    EXPECT_EQ(test::feed_cut(bytes, cuts).values, ours.values);
  }
}

// --- damaged replies ---------------------------------------------------------------------------

std::string damaged(generator& random, std::string bytes) {
  constexpr std::string_view likely = "\r\n+-:$*0123456789 %~_#,(!=>|;.?\0\xff";
  const auto place = [&] { return below(random, bytes.size()); };
  for (auto n = 1 + below(random, 3); n > 0 && !bytes.empty(); --n) {
    switch (below(random, 6)) {
      case 0: bytes[place()] = static_cast<char>(random()); break;
      case 1: bytes[place()] = likely[below(random, likely.size())]; break;
      case 2: bytes.erase(place(), 1 + below(random, 3)); break;
      case 3: bytes.insert(place(), 1, likely[below(random, likely.size())]); break;
      case 4: bytes.insert(place(), bytes.substr(place(), 1 + below(random, 12))); break;
      default: bytes.resize(place());
    }
  }
  return bytes;
}

bool has_large_count(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != '*') continue;
    auto end = i + 1;
    while (end < bytes.size() && '0' <= bytes[end] && bytes[end] <= '9') ++end;
    if (end - i > 7) return true;
  }
  return false;
}

bool is_known_leniency(std::string_view our_reason) {
  return our_reason.ends_with("the payload is not followed by CRLF where it should end") ||
         our_reason.ends_with("a line must end with CRLF and hold neither CR nor LF");
}

bool is_known_strictness(std::string_view their_reason) {
  if (their_reason.starts_with("Protocol error, got \"")) {
    constexpr std::string_view resp3 = "%~_#,(!=>|";
    return resp3.find(their_reason[21]) != resp3.npos;
  }
  return their_reason == "Bad integer value" || their_reason == "Bad bulk string length" ||
         their_reason == "Bad multi-bulk length" ||
         their_reason == "Multi-bulk length out of range" ||
         their_reason.starts_with("No support for nested multi bulk replies");
}

struct tally {
  int agreed = 0;
  int refused = 0;
  int lenient = 0;
  int strict = 0;
};

void compare(const std::string& bytes, tally& count) {
  const auto ours = by_us(bytes);
  const auto theirs = by_hiredis(bytes);
  const auto both = std::min(ours.values.size(), theirs.values.size());
  ASSERT_TRUE(std::equal(ours.values.begin(), ours.values.begin() + static_cast<long>(both),
                         theirs.values.begin()))
      << json_string(bytes);

  const auto told_both = [&] {
    return json_string(bytes) + "\nours:   " + ours.error + "\ntheirs: " + theirs.error;
  };
  if (theirs.values.size() > both) {
    EXPECT_TRUE(is_known_leniency(ours.error)) << told_both();
    ++count.lenient;
  } else if (ours.values.size() > both) {
    EXPECT_TRUE(is_known_strictness(theirs.error)) << told_both();
    ++count.strict;
  } else if (ours.error.empty() && !theirs.error.empty()) {
    EXPECT_TRUE(is_known_strictness(theirs.error)) << told_both();  // and we wait for more of it
    ++count.strict;
  } else {
    ++(ours.error.empty() ? count.agreed : count.refused);
  }
}

TEST(HiredisReader, AgreesOnDamagedRepliesButForWhatIsKnown) {
  generator random(21);
  tally count;
  for (int round = 0; round < 40'000; ++round) {
    const auto bytes = damaged(random, some_stream(random));
    if (has_large_count(bytes)) continue;
    compare(bytes, count);
    if (HasFailure()) return;
  }
  // Each way to differ was met, or the list above would be hearsay.
  EXPECT_GT(count.agreed, 5000);
  EXPECT_GT(count.refused, 5000);
  EXPECT_GT(count.lenient, 500);
  EXPECT_GT(count.strict, 100);
}

// --- the list above, one by one ----------------------------------------------------------------

TEST(HiredisReader, IsMoreLenientWhereWeSay) {
  for (const std::string bytes : {"$3\r\nfooXX", "+a\nb\r\n", "+a\rb\r\n", "-a\nb\r\n"}) {
    EXPECT_EQ(by_hiredis(bytes).values.size(), 1u) << bytes;
    EXPECT_NE(by_us(bytes).error, "") << bytes;
  }
  for (const std::string bytes : {":x", "$x", "*-", "$99999999999", "$536870913\r\n"}) {
    EXPECT_EQ(by_hiredis(bytes).error, "") << bytes;
  }
  for (const std::string bytes : {":x", "$x", "$99999999999", "$536870913\r\n"}) {
    EXPECT_NE(by_us(bytes).error, "") << bytes;
  }
}

TEST(HiredisReader, IsStricterWhereWeSay) {
  std::string nested;
  for (int depth = 0; depth < 9; ++depth) nested += "*1\r\n";
  for (const std::string bytes : {":+1\r\n", ":01\r\n", ":-0\r\n", "%0\r\n", "_\r\n", "#t\r\n",
                                  "*?\r\n.\r\n", "$?\r\n;0\r\n"}) {
    EXPECT_NE(by_hiredis(bytes).error, "") << bytes;
    EXPECT_EQ(by_us(bytes).values.size(), 1u) << bytes;
  }
  EXPECT_NE(by_hiredis(nested + ":1\r\n").error, "");
  EXPECT_EQ(by_us(nested + ":1\r\n").values.size(), 1u);
  EXPECT_NE(by_hiredis("*2147483648\r\n").error, "");
  EXPECT_EQ(by_us("*2147483648\r\n").error, "");
}

}  // namespace
}  // namespace sandpiper::resp

#include "sandpiper/base/glob.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/redis_server.hpp"

namespace sandpiper {
namespace {

using shape = glob::shape;
using namespace std::string_view_literals;

bool match(std::string_view pattern, std::string_view subject) {
  return glob(pattern).matches(subject);
}

TEST(Glob, TakesTheCheapestShapeThatFits) {
  EXPECT_EQ(glob("user:1").form(), shape::exact);
  EXPECT_EQ(glob("").form(), shape::exact);
  EXPECT_EQ(glob("*").form(), shape::everything);
  EXPECT_EQ(glob("user:*").form(), shape::prefix);
  EXPECT_EQ(glob("user:***").form(), shape::prefix);
  EXPECT_EQ(glob("*:profile").form(), shape::suffix);
  EXPECT_EQ(glob("user:*:profile").form(), shape::prefix_suffix);
  EXPECT_EQ(glob("*session*").form(), shape::contains);
  EXPECT_EQ(glob("user:*:profile:*").form(), shape::general);
  EXPECT_EQ(glob("h?llo").form(), shape::general);
  EXPECT_EQ(glob("a[]").form(), shape::nothing);
}

TEST(Glob, EscapesAndOneByteClassesAreJustBytes) {
  EXPECT_EQ(glob("user\\*").form(), shape::exact);
  EXPECT_EQ(glob("[u]ser[:]*").form(), shape::prefix);
  EXPECT_TRUE(match("user\\*", "user*"));
  EXPECT_FALSE(match("user\\*", "users"));
  EXPECT_TRUE(match("[u]ser[:]*", "user:1"));
  EXPECT_EQ(glob("\\user:[1]?*").literal_prefix(), "user:1");
  EXPECT_EQ(glob("*x").literal_prefix(), "");
}

TEST(Glob, EachShapeAtItsEdges) {
  EXPECT_TRUE(match("ab*", "ab"));
  EXPECT_FALSE(match("ab*", "a"));
  EXPECT_TRUE(match("*ab", "ab"));
  EXPECT_FALSE(match("*ab", "b"));
  EXPECT_TRUE(match("ab*ba", "abba"));
  EXPECT_FALSE(match("ab*ba", "aba")) << "head and tail may not overlap";
  EXPECT_TRUE(match("*ab*", "ab"));
  EXPECT_FALSE(match("*ab*", "ba"));
  EXPECT_TRUE(match("a*b?d*e", "axxbbcdxe"));
  EXPECT_FALSE(match("a*b?d*e", "axxbbcde_"));
}

TEST(Glob, OddClassesAreReadAsTheServerReadsThem) {
  EXPECT_FALSE(match("[", "["));
  EXPECT_TRUE(match("[^", "x")) << "an unclosed negation of nothing is any byte";
  EXPECT_TRUE(match("[abc", "b")) << "never closed: it ends with the pattern";
  EXPECT_FALSE(match("[]a]", "a")) << "closed at once: no byte at all";
  EXPECT_TRUE(match("x[^]y", "xzy"));
  EXPECT_TRUE(match("[z-a]", "m")) << "either end first";
  EXPECT_TRUE(match("[a-]", "_")) << "a range from ']' to 'a'";
  EXPECT_TRUE(match("[\\]]", "]"));
  EXPECT_TRUE(match("[a\\", "\\"));
  EXPECT_TRUE(match("a\\", "a\\"));
  EXPECT_TRUE(match("[a-\xff]"sv, "\x10"sv)) << "0xff is -1 there, below 'a'";
  EXPECT_FALSE(match("[a-\xff]"sv, "\xf0"sv));
}

TEST(Glob, AnEmptySubjectIsNotManyStars) {
  EXPECT_TRUE(match("", ""));
  EXPECT_TRUE(match("*", ""));
  EXPECT_FALSE(match("**", ""));
  EXPECT_FALSE(match("?", ""));
  EXPECT_FALSE(match("", "a"));
}

TEST(Glob, ZeroBytesAreBytes) {
  EXPECT_TRUE(match("a\0*"sv, "a\0b"sv));
  EXPECT_FALSE(match("a\0b"sv, "a"sv));
  EXPECT_TRUE(match("[\0-\1]"sv, "\0"sv));
}

// A backtracking matcher needs longer than anyone would wait for any of these.
TEST(Glob, ManyStarsOverALongSubjectEndAtOnce) {
  const std::string subject(1 << 20, 'a');
  std::string stars;
  for (int i = 0; i < 1000; ++i) stars += "a*";
  EXPECT_FALSE(match(stars + "b", subject));
  EXPECT_TRUE(match(stars, subject));
  EXPECT_FALSE(match("*a*a*a*a*[^a]*", subject));
  EXPECT_FALSE(match("*?a?*a?b*", subject));
  EXPECT_FALSE(match(std::string(1 << 20, '*') + "b", subject));
}

TEST(Glob, ALongPatternIsReadOnceAndWhole) {
  std::string classes;
  for (int i = 0; i < 50'000; ++i) classes += "[a-b]";
  EXPECT_TRUE(match(classes, std::string(50'000, 'b')));
  EXPECT_FALSE(match(classes, std::string(49'999, 'b')));
  EXPECT_TRUE(match(std::string(1 << 20, '['), "[")) << "one class, never closed";
}

// ---- the same question asked of a real server ----

// A connection that speaks just enough of the protocol to ask, bytes and all.
class link {
 public:
  explicit link(const std::string& path)
      : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    connected_ =
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~link() { ::close(socket_); }
  link(const link&) = delete;
  link& operator=(const link&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }

  void send(const std::vector<std::string>& command) {
    std::string wire = "*" + std::to_string(command.size()) + "\r\n";
    for (const auto& part : command) {
      wire += "$" + std::to_string(part.size()) + "\r\n" + part + "\r\n";
    }
    for (std::size_t at = 0; at < wire.size();) {
      const auto sent = ::write(socket_, wire.data() + at, wire.size() - at);
      if (sent <= 0) return;
      at += static_cast<std::size_t>(sent);
    }
  }

  // The strings of one reply, nested arrays laid flat; anything else as its line.
  std::vector<std::string> receive() {
    std::vector<std::string> out;
    for (std::size_t left = 1; left > 0; --left) {
      const std::string head = line();
      if (head.empty()) return {"connection lost"};
      const auto count = std::strtoll(head.c_str() + 1, nullptr, 10);
      if (head[0] == '*') left += static_cast<std::size_t>(count);
      if (head[0] == '$') out.push_back(bytes(static_cast<std::size_t>(count)));
      if (head[0] != '*' && head[0] != '$') out.push_back(head);
    }
    return out;
  }

 private:
  bool fill() {
    char buffer[65536];
    const auto got = ::read(socket_, buffer, sizeof buffer);
    if (got <= 0) return false;
    input_.erase(0, std::exchange(read_, 0));
    input_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }

  std::string line() {
    for (;;) {
      const auto end = input_.find("\r\n", read_);
      if (end != std::string::npos) {
        const auto begin = std::exchange(read_, end + 2);
        return input_.substr(begin, end - begin);
      }
      if (!fill()) return {};
    }
  }

  std::string bytes(std::size_t size) {
    while (input_.size() - read_ < size + 2) {
      if (!fill()) return {};
    }
    const auto begin = std::exchange(read_, read_ + size + 2);
    return input_.substr(begin, size);
  }

  int socket_;
  bool connected_ = false;
  std::string input_;
  std::size_t read_ = 0;
};

std::string random_text(std::mt19937_64& random, std::string_view alphabet, std::size_t most) {
  std::string text;
  for (auto size = random() % (most + 1); size > 0; --size)
    text += alphabet[random() % alphabet.size()];
  return text;
}

std::vector<std::string> our_answer(const std::string& pattern,
                                    const std::vector<std::string>& keys) {
  const glob compiled(pattern);
  std::vector<std::string> hits;
  for (const auto& key : keys) {
    if (compiled.matches(key)) hits.push_back(key);
  }
  return hits;  // keys are sorted, so these are
}

std::string shown(std::string_view text) {
  std::string out;
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    constexpr auto digits = "0123456789abcdef";
    if (value < 32 || value > 126) {
      out += {'\\', 'x', digits[value >> 4], digits[value & 15]};
    } else {
      out += byte;
    }
  }
  return out;
}

TEST(GlobProperty, KeysAndScanAnswerAsWeDo) {
  const test::redis_server process;
  link server(process.socket_path());
  ASSERT_TRUE(server.connected());

  std::mt19937_64 random(20'240'229);
  constexpr auto key_bytes = "aaabbc-]^[\\*?z\x80\xff\0"sv;
  std::vector<std::string> keys = {"", "a", "*", "[", "]", "\\", "^", "-", "abc"};
  for (int i = 0; i < 250; ++i) keys.push_back(random_text(random, key_bytes, 8));
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  for (const auto& key : keys) {
    server.send({"SET", key, "1"});
    ASSERT_EQ(server.receive(), std::vector<std::string>{"+OK"});
  }

  constexpr auto pattern_bytes = "aabbc****??[[[]]]^^--\\\\z\x80\xff\0"sv;
  for (int round = 0; round < 6000; ++round) {
    const auto pattern = random_text(random, pattern_bytes, 1 + random() % 14);
    const auto expected = our_answer(pattern, keys);

    server.send({"KEYS", pattern});
    auto theirs = server.receive();
    std::sort(theirs.begin(), theirs.end());
    ASSERT_EQ(theirs, expected) << "KEYS " << shown(pattern);

    server.send({"SCAN", "0", "MATCH", pattern, "COUNT", "100000"});
    theirs = server.receive();
    ASSERT_FALSE(theirs.empty());
    ASSERT_EQ(theirs.front(), "0") << "the whole key space in one answer";
    theirs.erase(theirs.begin());
    std::sort(theirs.begin(), theirs.end());
    ASSERT_EQ(theirs, expected) << "SCAN MATCH " << shown(pattern);
  }
}

}  // namespace
}  // namespace sandpiper

#include "mock/link.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace sandpiper::mock {
namespace {

class linked {
 public:
  linked() {
    int both[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, both) != 0) std::abort();
    ours_ = both[0];
    one.emplace(both[1], book, 1);
  }
  ~linked() { ::close(ours_); }

  void write(std::string_view bytes) const {
    ASSERT_EQ(::send(ours_, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  }
  [[nodiscard]] std::string read() const {
    std::string all(1 << 20, '\0');
    const auto n = ::recv(ours_, all.data(), all.size(), 0);
    all.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return all;
  }
  void hang_up() const { ::shutdown(ours_, SHUT_WR); }

  rulebook book{16};
  std::optional<link> one;

 private:
  int ours_;
};

TEST(Link, AnswersCommandsHoweverTheyAreCut) {
  linked l;
  const std::string command = "*2\r\n$4\r\nPING\r\n$2\r\nhi\r\n";
  for (const char byte : command + command) {
    l.write({&byte, 1});
    ASSERT_TRUE(l.one->go_on());
  }
  EXPECT_EQ(l.read(), "$2\r\nhi\r\n$2\r\nhi\r\n");
}

TEST(Link, EndsWithItsClient) {
  linked l;
  EXPECT_TRUE(l.one->go_on()) << "nothing to read is no end";
  l.hang_up();
  EXPECT_FALSE(l.one->go_on());
}

TEST(Link, EndsWithWhoeverIsNoClient) {
  for (const auto* bytes :
       {"GET / HTTP/1.1\r\n", "*0\r\n", ":1\r\n", "*-1\r\n", "*1\r\n$99999999999\r\n"}) {
    linked l;
    l.write(bytes);
    EXPECT_FALSE(l.one->go_on()) << bytes;
  }
}

TEST(Link, SaysWhatComesBeforeALossAndEnds) {
  linked l;
  l.book.add_reaction(*l.book.add({.name = "GET"}), lost());
  l.write("*1\r\n$4\r\nPING\r\n*1\r\n$3\r\nGET\r\n*1\r\n$4\r\nPING\r\n");
  EXPECT_FALSE(l.one->go_on());
  EXPECT_EQ(l.read(), "+PONG\r\n");
}

TEST(Link, HoldsNoMoreForAClientThatDoesNotRead) {
  linked l;
  l.book.add_reaction(*l.book.add({.name = "GET"}), std::string(8 << 20, 'x'));
  for (int i = 0; i < 100 && (l.one->awaited() & POLLIN) != 0; ++i) {
    l.write("*1\r\n$3\r\nGET\r\n");
    ASSERT_TRUE(l.one->go_on());
  }
  EXPECT_EQ(l.one->awaited(), POLLOUT);
}

TEST(Link, IsOverOnceItWasEnded) {
  linked l;
  l.write("*1\r\n$4\r\nPING\r\n");
  l.one->end();
  EXPECT_FALSE(l.one->go_on());
  EXPECT_EQ(l.read(), "");
}

}  // namespace
}  // namespace sandpiper::mock

// Requests whose commands only mean something together: MULTI ... EXEC.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "sandpiper/wire/session.hpp"

namespace sandpiper::wire {
namespace {

class noting final : public request {
 public:
  noting(std::vector<resp::command> commands, bool whole) : commands_(std::move(commands)) {
    set_commands(commands_);
    set_whole(whole);
  }
  void on_reply(std::uint32_t index, const resp::reply_view& reply) noexcept override {
    notes.push_back(std::to_string(index) + " +" + std::string(reply.text()));
  }
  void on_error(std::uint32_t index, error why) noexcept override {
    const auto* const became = why.fate() == fate::unsent ? " unsent" : " uncertain";
    notes.push_back(std::to_string(index) + became);
  }

  std::vector<std::string> notes;

 private:
  std::vector<resp::command> commands_;
};

noting transaction() {
  return noting({resp::command("MULTI", {.keyless = true}), resp::command("INCR").add_key("n"),
                 resp::command("EXEC", {.keyless = true})},
                true);
}

std::string write(session& s, std::size_t bytes_max = SIZE_MAX) {
  std::string all;
  while (all.size() < bytes_max && s.stage()) {
    std::array<std::string_view, 8> pieces;
    const auto count = s.gather(pieces);
    for (std::size_t i = 0; i < count && all.size() < bytes_max; ++i) {
      const auto piece = pieces[i].substr(0, bytes_max - all.size());
      all += piece;
      s.sent(piece.size());
    }
  }
  return all;
}

void read(session& s, std::string_view bytes) {
  std::copy(bytes.begin(), bytes.end(), s.prepare().begin());
  s.received(bytes.size());
  for (event e; s.next(e);) {
    if (e.who != nullptr) e.who->on_reply(e.index, e.reply);
  }
}

void lose(session& s) {
  s.lose("gone");
  for (unanswered u; s.next_unanswered(u);) u.who->on_error(u.index, u.why);
}

const std::string bytes = [] {
  session s;
  auto r = transaction();
  s.submit(r);
  auto all = write(s);
  s.withdraw(r);
  return all;
}();

TEST(SessionWhole, IsStagedWhollyOrNotAtAll) {
  session s({.in_flight_max = 4});
  noting one({resp::command("PING"), resp::command("PING")}, false);
  auto whole = transaction();
  s.submit(one);
  s.submit(whole);
  EXPECT_EQ(write(s).find("MULTI"), std::string::npos);
  EXPECT_EQ(s.in_flight(), 2u);
  read(s, "+PONG\r\n");
  EXPECT_EQ(write(s), bytes);
  EXPECT_EQ(s.in_flight(), 4u);
  read(s, "+PONG\r\n+OK\r\n+QUEUED\r\n+done\r\n");
  EXPECT_EQ(whole.notes, (std::vector<std::string>{"0 +OK", "1 +QUEUED", "2 +done"}));
}

TEST(SessionWhole, IsStagedInOnePieceHoweverSmallTheBatchIsMeantToBe) {
  session s({.staged_bytes_max = 1});
  auto whole = transaction();
  s.submit(whole);
  EXPECT_TRUE(s.stage());
  EXPECT_EQ(s.unwritten_bytes(), bytes.size());
  EXPECT_EQ(write(s), bytes);
  s.withdraw(whole);
}

TEST(SessionWhole, LostBeforeItsLastByteItWaitsAgainFromItsBeginning) {
  for (std::size_t sent = 0; sent < bytes.size(); ++sent) {
    session s;
    auto whole = transaction();
    s.submit(whole);
    EXPECT_EQ(write(s, sent), bytes.substr(0, sent));
    if (sent == 0) s.stage();
    lose(s);
    EXPECT_TRUE(whole.notes.empty()) << sent;
    EXPECT_EQ(write(s), bytes) << sent;
    read(s, "+OK\r\n+QUEUED\r\n+done\r\n");
    EXPECT_EQ(whole.notes.size(), 3u);
  }
}

TEST(SessionWhole, LostAfterItsLastByteItIsUncertain) {
  session s;
  auto whole = transaction();
  s.submit(whole);
  write(s);
  read(s, "+OK\r\n");
  lose(s);
  EXPECT_EQ(whole.notes, (std::vector<std::string>{"0 +OK", "1 uncertain", "2 uncertain"}));
  EXPECT_FALSE(s.stage());
}

TEST(SessionWhole, LostWithItsBeginningAnsweredNothingOfItHasRun) {
  session s;
  auto whole = transaction();
  noting behind({resp::command("PING")}, false);
  s.submit(whole);
  s.submit(behind);
  write(s, bytes.size() - 1);
  read(s, "+OK\r\n+QUEUED\r\n");
  lose(s);
  EXPECT_EQ(whole.notes, (std::vector<std::string>{"0 +OK", "1 +QUEUED", "2 unsent"}));
  EXPECT_EQ(write(s), resp::command("PING").to_string());
  read(s, "+PONG\r\n");
  EXPECT_EQ(behind.notes, std::vector<std::string>{"0 +PONG"});
}

TEST(SessionWhole, ClosedBeforeItsLastByteNothingOfItHasRun) {
  for (const std::size_t sent : {std::size_t{1}, bytes.size() - 1, bytes.size()}) {
    session s;
    auto whole = transaction();
    s.submit(whole);
    write(s, sent);
    s.close(errc::closed);
    for (unanswered u; s.next_unanswered(u);) u.who->on_error(u.index, u.why);
    const std::string became = sent == bytes.size() ? " uncertain" : " unsent";
    EXPECT_EQ(whole.notes, (std::vector<std::string>{"0" + became, "1" + became, "2" + became}));
  }
}

TEST(SessionWhole, WithdrawnHalfWrittenItIsWrittenToItsEnd) {
  session s;
  auto whole = transaction();
  s.submit(whole);
  const auto first = write(s, 20);
  s.withdraw(whole);
  EXPECT_EQ(first + write(s), bytes);
  read(s, "+OK\r\n+QUEUED\r\n+done\r\n");
  EXPECT_FALSE(s.failure());
  EXPECT_TRUE(whole.notes.empty());
}

}  // namespace
}  // namespace sandpiper::wire

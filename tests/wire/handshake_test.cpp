#include "sandpiper/wire/handshake.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "sandpiper/resp/parser.hpp"
#include "sandpiper/wire/session.hpp"

namespace sandpiper::wire {
namespace {

// A round trip: what the client said, command by command, and what the server says to it.
struct conversation {
  std::vector<std::string> said;
  std::string end;  // "RESP3", "RESP2", "unfinished" or an error's message
};

// "*2\r\n$3\r\nfoo..." as "foo bar | baz".
std::string readable(const std::string& bytes) {
  resp::parser parser;
  std::string copy = bytes;
  parser.parse(copy);
  std::string text;
  for (resp::reply_view command; parser.next(command);) {
    if (!text.empty()) text += " | ";
    for (std::size_t i = 0; i < command.size(); ++i) {
      const bool version = i > 0 && command[i - 1].text() == "LIB-VER";
      text.append(i == 0 ? "" : " ").append(version ? "*" : command[i].text());
    }
  }
  return text;
}

std::string told(const handshake& hands) { return "RESP" + std::to_string(hands.protocol()); }

conversation converse(const greeting& what, const std::vector<std::string>& rounds,
                      std::size_t piece_bytes) {
  handshake hands(what);
  conversation seen{{readable(hands.bytes())}, "unfinished"};
  session carrier;
  for (const auto& round : rounds) {
    for (std::string_view rest = round; !rest.empty();) {
      const auto piece = rest.substr(0, piece_bytes);
      rest.remove_prefix(piece.size());
      std::copy(piece.begin(), piece.end(), carrier.prepare().begin());
      carrier.received(piece.size());
      for (resp::reply_view reply; carrier.next_raw(reply);) {
        const auto step = hands.on_reply(reply);
        if (!step) {
          EXPECT_EQ(step.error(), errc::handshake_failed);
          EXPECT_EQ(step.error().fate(), fate::unsent);
          seen.end = step.error().message();
          return seen;
        }
        if (*step == handshake::step::again) seen.said.push_back(readable(hands.bytes()));
        if (*step == handshake::step::done) seen.end = told(hands);
      }
    }
  }
  return seen;
}

// However the replies are cut.
conversation converse(const greeting& what, const std::vector<std::string>& rounds) {
  const auto whole = converse(what, rounds, SIZE_MAX);
  for (const std::size_t piece_bytes : {1, 2, 3, 5, 8, 13, 50}) {
    const auto cut = converse(what, rounds, piece_bytes);
    EXPECT_EQ(cut.said, whole.said) << piece_bytes;
    EXPECT_EQ(cut.end, whole.end) << piece_bytes;
  }
  return whole;
}

const std::string info = "CLIENT SETINFO LIB-NAME sandpiper | CLIENT SETINFO LIB-VER *";
const std::string hello3 = "%2\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:3\r\n";
const std::string ok = "+OK\r\n";
const std::string no_info = "-ERR unknown subcommand 'SETINFO'. Try CLIENT HELP.\r\n";
const std::string no_hello = "-ERR unknown command `HELLO`, with args beginning with: `3`, \r\n";

std::int64_t id_after(const greeting& what, const std::vector<std::string>& rounds) {
  handshake hands(what);
  session carrier;
  for (const auto& round : rounds) {
    std::copy(round.begin(), round.end(), carrier.prepare().begin());
    carrier.received(round.size());
    for (resp::reply_view reply; carrier.next_raw(reply);) EXPECT_TRUE(hands.on_reply(reply));
  }
  return hands.connection_id();
}

TEST(Handshake, TheAnswerToHelloNamesTheConnection) {
  const std::string named =
      "%3\r\n$6\r\nserver\r\n$2\r\nid\r\n$2\r\nid\r\n:42\r\n"
      "$5\r\nproto\r\n:3\r\n";
  EXPECT_EQ(id_after({.wants_id = true}, {named + ok + ok}), 42);
  EXPECT_EQ(id_after({.wants_id = true}, {hello3 + ok + ok}), 0);
  EXPECT_EQ(id_after({}, {"*2\r\n$2\r\nid\r\n:42\r\n" + ok + ok}), 0);
}

TEST(Handshake, ByResp2ItIsAskedForWhereWanted) {
  const greeting what{.protocol = 2, .wants_id = true};
  EXPECT_EQ(converse(what, {":7\r\n" + ok + ok}).said[0], "CLIENT ID | " + info);
  EXPECT_EQ(id_after(what, {":7\r\n" + ok + ok}), 7);
  EXPECT_EQ(id_after(what, {"-ERR unknown subcommand\r\n" + ok + ok}), 0);
  EXPECT_EQ(converse(what, {"-ERR unknown subcommand\r\n" + ok + ok}).end, "RESP2");
}

TEST(Handshake, OneRoundTripWithRESP3) {
  const auto seen = converse({}, {hello3 + ok + ok});
  EXPECT_EQ(seen.said, std::vector<std::string>{"HELLO 3 | " + info});
  EXPECT_EQ(seen.end, "RESP3");
}

TEST(Handshake, EverythingIsSaidInThatRound) {
  const greeting all{.user = "ann", .password = "s3", .name = "reports", .database = 7};
  const auto seen = converse(all, {hello3 + ok + ok + ok});
  EXPECT_EQ(seen.said,
            std::vector<std::string>{"HELLO 3 AUTH ann s3 SETNAME reports | SELECT 7 | " + info});
  EXPECT_EQ(seen.end, "RESP3");
}

TEST(Handshake, APasswordAloneIsThatOfTheDefaultUser) {
  const auto seen = converse({.password = "s3"}, {hello3 + ok + ok});
  EXPECT_EQ(seen.said, std::vector<std::string>{"HELLO 3 AUTH default s3 | " + info});
}

TEST(Handshake, ItIsNotOverBeforeTheLastReply) {
  EXPECT_EQ(converse({}, {hello3 + ok}).end, "unfinished");
}

TEST(Handshake, SetInfoIsACourtesy) {
  EXPECT_EQ(converse({}, {hello3 + no_info + no_info}).end, "RESP3");
}

TEST(Handshake, PushesInBetweenAreNoAnswers) {
  const std::string push = ">2\r\n+invalidate\r\n_\r\n";
  EXPECT_EQ(converse({}, {hello3 + push + ok + push + ok}).end, "RESP3");
}

TEST(Handshake, AServerWithoutHelloGetsASecondRound) {
  const greeting all{.user = "ann", .password = "s3", .name = "reports", .database = 7};
  const std::string refused = "-NOAUTH Authentication required.\r\n";
  const auto seen =
      converse(all, {no_hello + refused + refused + refused, ok + ok + ok + no_info + no_info});
  ASSERT_EQ(seen.said.size(), 2U);
  EXPECT_EQ(seen.said[1], "AUTH ann s3 | CLIENT SETNAME reports | SELECT 7 | " + info);
  EXPECT_EQ(seen.end, "RESP2");
}

TEST(Handshake, AServerBeforeUsersKnowsAuthWithAPasswordOnly) {
  const auto seen =
      converse({.password = "s3"}, {no_hello + no_info + no_info, ok + no_info + no_info});
  ASSERT_EQ(seen.said.size(), 2U);
  EXPECT_EQ(seen.said[1], "AUTH s3 | " + info);
  EXPECT_EQ(seen.end, "RESP2");
}

TEST(Handshake, AServerThatKnowsHelloButNotThisProtocolFallsBackToo) {
  const auto seen = converse({}, {"-NOPROTO unsupported protocol version\r\n" + ok + ok, ok + ok});
  EXPECT_EQ(seen.end, "RESP2");
}

TEST(Handshake, Resp2CanBeAskedFor) {
  const auto seen = converse({.password = "s3", .protocol = 2}, {ok + ok + ok});
  EXPECT_EQ(seen.said, std::vector<std::string>{"AUTH s3 | " + info});
  EXPECT_EQ(seen.end, "RESP2");
}

// --- refusals: the server's words and the cure ---------------------------------------------------

void expect_refusal(const greeting& what, const std::vector<std::string>& rounds,
                    const std::string& words, const std::string& cure) {
  const auto seen = converse(what, rounds);
  EXPECT_NE(seen.end.find("the server said \"" + words), std::string::npos) << seen.end;
  EXPECT_NE(seen.end.find(cure), std::string::npos) << seen.end;
  if (!what.password.empty()) {
    EXPECT_EQ(seen.end.find(what.password), std::string::npos) << "never a password: " << seen.end;
  }
}

TEST(Handshake, AWrongPassword) {
  const greeting what{.user = "ann", .password = "hunter2"};
  const std::string wrong = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
  expect_refusal(what, {wrong}, "WRONGPASS", "check the user and the password");
  expect_refusal(what, {no_hello + ok + ok, wrong}, "WRONGPASS", "check the user and the password");
  expect_refusal({.password = "hunter2"}, {no_hello + ok + ok, "-ERR invalid password\r\n"},
                 "ERR invalid password", "check the user and the password");
}

TEST(Handshake, APasswordThatTheServerWants) {
  const std::string hello_refused =
      "-NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO "
      "<proto> AUTH <user> <pass> option can be used to authenticate the client and select the "
      "RESP protocol version at the same time\r\n";
  expect_refusal({}, {hello_refused}, "NOAUTH", "give a user and a password");
  expect_refusal({.name = "x"}, {no_hello + ok + ok, "-NOAUTH Authentication required.\r\n"},
                 "NOAUTH", "give a user and a password");
  expect_refusal({.database = 1, .protocol = 2}, {"-NOAUTH Authentication required.\r\n"}, "NOAUTH",
                 "give a user and a password");
}

TEST(Handshake, APasswordThatTheServerDoesNotWant) {
  expect_refusal({.password = "hunter2", .protocol = 2},
                 {"-ERR Client sent AUTH, but no password is set\r\n"}, "ERR Client sent AUTH",
                 "the server wants no password: give none");
  expect_refusal({.password = "hunter2", .protocol = 2},
                 {"-ERR AUTH <password> called without any password configured for the default "
                  "user. Are you sure your configuration is correct?\r\n"},
                 "ERR AUTH <password> called", "the server wants no password: give none");
}

TEST(Handshake, ADatabaseThatIsNotThere) {
  expect_refusal({.database = 99}, {hello3 + "-ERR DB index is out of range\r\n"}, "ERR DB index",
                 "check the database number");
  expect_refusal({.database = 1}, {hello3 + "-ERR SELECT is not allowed in cluster mode\r\n"},
                 "ERR SELECT", "check the database number");
}

TEST(Handshake, AUserWithoutTheRight) {
  expect_refusal({.user = "ann", .password = "hunter2", .database = 1},
                 {hello3 + "-NOPERM this user has no permissions to run the 'select' command\r\n"},
                 "NOPERM", "check the rights of this user");
}

TEST(Handshake, AServerThatIsFull) {
  expect_refusal({}, {"-ERR max number of clients reached\r\n"}, "ERR max number",
                 "\"maxclients\"");
}

TEST(Handshake, AServerThatProtectsItself) {
  expect_refusal(
      {}, {"-DENIED Redis is running in protected mode because protected mode is enabled\r\n"},
      "DENIED", "\"protected-mode\"");
}

TEST(Handshake, ANameThatIsNone) {
  expect_refusal({.name = "two words"},
                 {"-ERR Client names cannot contain spaces, newlines or special characters.\r\n"},
                 "ERR Client names", "check the client name");
  expect_refusal({.name = "two words", .protocol = 2},
                 {"-ERR Client names cannot contain spaces, newlines or special characters.\r\n"},
                 "ERR Client names", "check the client name");
}

TEST(Handshake, AnAnswerThatNoRedisGives) {
  expect_refusal({}, {"-nonsense\r\n"}, "nonsense", "is this a Redis server");
}

}  // namespace
}  // namespace sandpiper::wire

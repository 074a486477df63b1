#pragma once
// Conversations of a session as text, so that a case is read like what happens on the wire.
//
//     + a GET k            request a is submitted; "/" stands between the commands of one request
//     > GET k              exactly this is written, since the last such line
//     >5                   the transport takes 5 bytes and no more
//     < $1 v               this comes: a CRLF behind every word, "~" for a space in one
//     <raw $5\r\nhe        these bytes come
//     = a $v               a is told so, next: type byte and text, or "!code fate" of an error
//     = push >2            something goes sideways
//     - a 1                the caller of a goes away: one of its commands may have run or may yet
//     ! lost               the connection is gone; what may be said again is for the next one
//     ! closed             nothing will be sent any more
//     ! broken             the stream can no longer be trusted
//
// A word *20000 is an argument of so many bytes. Every script is played with the bytes of either
// direction whole, one by one, and cut in two at each place.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandpiper/wire/session.hpp"

namespace sandpiper::wire {

inline std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

/// "GET k": the command with what is known of it. EVAL and FLUSHALL stand for those whose keys are
/// not known, INCR and EVAL for those that must not run twice.
inline resp::command command_of(const std::vector<std::string>& words) {
  const auto& name = words.at(0);
  const bool read_only = name == "GET" || name == "MGET" || name == "PING";
  const bool keys_known = name != "EVAL" && name != "FLUSHALL";
  resp::command command(name, {.read_only = read_only,
                               .idempotent = read_only || (name != "INCR" && name != "EVAL"),
                               .keyless = name == "PING"});
  for (std::size_t i = 1; i < words.size(); ++i) {
    const bool is_key = keys_known && name != "PING" && (i == 1 || name == "MGET");
    auto argument = words[i];
    if (argument.starts_with('*')) argument = std::string(std::stoul(argument.substr(1)), 'x');
    is_key ? command.add_key(argument) : command.add(std::move(argument));
  }
  return command;
}

inline std::vector<resp::command> commands_of(const std::string& line) {
  std::vector<resp::command> commands;
  std::vector<std::string> words;
  for (const auto& word : words_of(line + " /")) {
    if (word != "/") {
      words.push_back(word);
    } else if (!words.empty()) {
      commands.push_back(command_of(std::exchange(words, {})));
    }
  }
  return commands;
}

/// "$v", "+OK", ":1", "_", "*2".
inline std::string short_text(const resp::reply_view& reply) {
  std::string text(1, static_cast<char>(reply.type()));
  if (reply.is_aggregate()) return text + std::to_string(reply.size());
  if (reply.type() == resp::kind::integer) return text + std::to_string(reply.integer());
  return text.append(reply.text());
}

inline std::string short_text(const error& why) {
  const std::map<errc, std::string> codes{{errc::maybe_executed, "maybe_executed"},
                                          {errc::closed, "closed"},
                                          {errc::cancelled, "cancelled"},
                                          {errc::deadline_exceeded, "deadline_exceeded"}};
  for (const auto& [code, name] : codes) {
    if (why != code) continue;
    return "!" + name + (why.fate() == fate::uncertain ? " uncertain" : " unsent");
  }
  return "!" + why.message();
}

/// A request that notes what it is told.
class noting_request final : public request {
 public:
  noting_request(std::string name, std::vector<resp::command> commands,
                 std::vector<std::string>& notes)
      : name_(std::move(name)), commands_(std::move(commands)), notes_(notes) {
    set_commands(commands_);
  }
  void on_reply(std::uint32_t index, const resp::reply_view& reply) noexcept override {
    note(index, short_text(reply));
  }
  void on_error(std::uint32_t index, error why) noexcept override { note(index, short_text(why)); }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  void note(std::uint32_t index, const std::string& what) {
    EXPECT_EQ(index, told_++) << name_ << ": each command once, in order";
    EXPECT_EQ(completed(), told_) << name_;
    notes_.push_back(name_ + " " + what);
  }

  std::string name_;
  std::vector<resp::command> commands_;
  std::vector<std::string>& notes_;
  std::uint32_t told_ = 0;
};

/// How the bytes of one playing are cut.
struct cutting {
  std::size_t first_bytes = SIZE_MAX;  // of each "<" line
  std::size_t rest_bytes = SIZE_MAX;   // the pieces that follow
  std::size_t write_bytes = SIZE_MAX;  // what the transport takes at once
};

/// One playing. Requests are destroyed the moment that nobody may know them any more.
class transcript {
 public:
  transcript(session_limits limits, cutting how) : session_(limits), how_(how) {}

  void play(std::string_view script) {
    std::istringstream in{std::string(script)};
    for (std::string line; std::getline(in, line) && !testing::Test::HasFailure();) {
      const auto first = line.find_first_not_of(' ');
      if (first == line.npos || line[first] == '#') continue;
      SCOPED_TRACE(line);
      act(line.substr(first));
    }
    EXPECT_TRUE(notes_.empty()) << notes_.front() << " was not expected";
  }

 private:
  void act(const std::string& line) {
    const auto rest = line.size() > 2 ? line.substr(2) : std::string();
    switch (line[0]) {
      case '+': return submit(rest);
      case '-': return withdraw(rest);
      case '>': return line[1] == ' ' ? expect_written(rest) : write(std::stoul(line.substr(1)));
      case '<': return line.starts_with("<raw ") ? raw(line.substr(5)) : receive(on_the_wire(rest));
      case '=': return expect_note(rest);
      case '!': return end(rest);
      default: FAIL() << "what is this?";
    }
  }

  void submit(const std::string& rest) {
    const auto name = rest.substr(0, rest.find(' '));
    auto one =
        std::make_unique<noting_request>(name, commands_of(rest.substr(name.size())), notes_);
    session_.submit(*one);
    requests_[name] = std::move(one);
  }

  void withdraw(const std::string& rest) {
    const auto words = words_of(rest);
    const auto gone = requests_.extract(words.at(0));
    ASSERT_FALSE(gone.empty()) << "it is complete";
    EXPECT_EQ(session_.withdraw(*gone.mapped()), std::stoul(words.at(1)));
  }

  // At most `bytes_max` in all.
  void write(std::size_t bytes_max) {
    while (bytes_max > 0 && session_.stage()) {
      std::array<std::string_view, 3> pieces;
      const auto count = session_.gather(pieces);
      ASSERT_GT(count, 0U);
      auto room = std::min(bytes_max, how_.write_bytes);
      std::size_t taken = 0;
      for (std::size_t i = 0; i < count; ++i) {
        const auto piece = pieces[i].substr(0, room - taken);
        written_ += piece;
        taken += piece.size();
      }
      session_.sent(taken);
      bytes_max -= taken;
    }
  }

  void expect_written(const std::string& rest) {
    write(SIZE_MAX);
    std::string expected;
    for (const auto& command : commands_of(rest)) expected += command.to_string();
    EXPECT_EQ(std::exchange(written_, {}), expected);
    EXPECT_EQ(session_.unwritten_bytes(), 0U);
  }

  static std::string on_the_wire(const std::string& rest) {
    std::string bytes;
    for (auto word : words_of(rest)) {
      std::replace(word.begin(), word.end(), '~', ' ');
      bytes += word + "\r\n";
    }
    return bytes;
  }

  void raw(std::string text) {
    for (std::size_t at; (at = text.find("\\r\\n")) != text.npos;) text.replace(at, 4, "\r\n");
    receive(text);
  }

  void receive(std::string_view bytes) {
    auto size = how_.first_bytes;
    while (!bytes.empty()) {
      const auto room = session_.prepare();
      ASSERT_FALSE(room.empty());
      const auto piece = bytes.substr(0, std::min({room.size(), size, bytes.size()}));
      std::copy(piece.begin(), piece.end(), room.begin());
      session_.received(piece.size());
      bytes.remove_prefix(piece.size());
      size = how_.rest_bytes;
      dispatch();
    }
  }

  void dispatch() {
    event e;
    while (session_.next(e)) {
      if (e.push) notes_.push_back("push " + short_text(e.reply));
      if (e.who == nullptr) continue;
      e.who->on_reply(e.index, e.reply);
      if (e.last) forget(*e.who);
    }
  }

  void expect_note(const std::string& rest) {
    ASSERT_FALSE(notes_.empty()) << "nobody was told anything";
    EXPECT_EQ(notes_.front(), rest);
    notes_.erase(notes_.begin());
  }

  void end(const std::string& how) {
    if (how == "broken") {
      EXPECT_TRUE(session_.failure()) << "the stream should be broken";
      return;
    }
    written_.clear();
    how == "lost" ? session_.lose("the wire was cut") : session_.close(errc::closed);
    unanswered u;
    while (session_.next_unanswered(u)) {
      u.who->on_error(u.index, u.why);
      if (u.last) forget(*u.who);
    }
    EXPECT_EQ(session_.in_flight(), 0U);
    EXPECT_FALSE(session_.failure());
  }

  void forget(request& r) { requests_.erase(static_cast<noting_request&>(r).name()); }

  session session_;
  cutting how_;
  std::string written_;
  std::vector<std::string> notes_;
  std::map<std::string, std::unique_ptr<noting_request>> requests_;
};

/// Plays `script` with every cutting.
inline void play(std::string_view script, session_limits limits = {}) {
  std::vector<cutting> ways{{}, {1, 1}, {SIZE_MAX, SIZE_MAX, 1}, {1, 1, 1}, {2, 3, 7}};
  for (std::size_t cut = 1; cut < 40; ++cut) ways.push_back({cut, SIZE_MAX, cut});
  for (const auto& how : ways) {
    SCOPED_TRACE("cut at " + std::to_string(how.first_bytes) + ", then by " +
                 std::to_string(how.rest_bytes) + ", writes of " + std::to_string(how.write_bytes));
    transcript(limits, how).play(script);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace sandpiper::wire

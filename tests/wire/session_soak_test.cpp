// Conversations nobody would write down: random submissions, withdrawals, cuts and losses against a
// server that counts what it ran.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "sandpiper/wire/session.hpp"
#include "wire/transcript.hpp"

namespace sandpiper::wire {
namespace {

// Notes how often it ran each command, by the command's number, and that those on one key ran in
// the order of their submission.
class counting_server {
 public:
  std::string take(std::string_view bytes) {
    pending_ += bytes;
    parser_.parse(pending_);
    std::string replies;
    for (resp::reply_view command; parser_.next(command);) replies += run(command);
    pending_.erase(0, parser_.consume());
    return replies;
  }
  void hang_up() {
    pending_.clear();
    parser_.reset();
  }
  [[nodiscard]] int runs_of(const std::string& number) const {
    const auto found = runs_.find(number);
    return found == runs_.end() ? 0 : found->second;
  }

 private:
  std::string run(const resp::reply_view& command) {
    const std::string number(command[2].text());
    ++runs_[number];
    auto& newest = newest_[std::string(command[1].text())];
    EXPECT_LE(newest, number.substr(0, 12)) << "it ran behind a later one on its key";
    newest = number.substr(0, 12);
    return "+" + number.substr(0, 12) + "\r\n";
  }

  resp::parser parser_;
  std::string pending_;
  std::map<std::string, int> runs_;
  std::map<std::string, std::string> newest_;  // by key
};

// One caller's commands; each carries its own number, and the reply must be that number.
class numbered_request final : public request {
 public:
  numbered_request(std::mt19937& random, std::uint64_t& numbers) {
    for (auto n = 1 + random() % 3; n > 0; --n) {
      auto number = std::to_string(100'000'000'000 + numbers++);
      const bool large = random() % 20 == 0;
      if (large) number += std::string(resp::command::referenced_bytes_min, '.');
      const bool set = random() % 2 == 0;
      const auto key = (set ? "s" : "n") + std::to_string(random() % 6);
      commands_.push_back(command_of({set ? "SET" : "INCR", key, number}));
      commands_.back().own();
    }
    set_commands(commands_);
    outcomes_.reserve(commands_.size());
  }
  void on_reply(std::uint32_t index, const resp::reply_view& reply) noexcept override {
    EXPECT_EQ(index, outcomes_.size());
    EXPECT_EQ(reply.text(), number(index).substr(0, 12)) << "somebody else's reply";
    outcomes_.emplace_back("replied");
  }
  void on_error(std::uint32_t index, error why) noexcept override {
    EXPECT_EQ(index, outcomes_.size());
    outcomes_.push_back(short_text(why));
  }
  [[nodiscard]] std::string number(std::uint32_t index) const {
    return std::string(commands()[index].argument(2));
  }
  [[nodiscard]] bool idempotent(std::uint32_t index) const {
    return commands()[index].name() == "SET";
  }
  [[nodiscard]] const std::vector<std::string>& outcomes() const { return outcomes_; }
  std::uint32_t maybe_run = 0;  // once it was withdrawn
  bool withdrawn = false;

 private:
  std::vector<resp::command> commands_;
  std::vector<std::string> outcomes_;
};

class soak {
 public:
  explicit soak(std::uint32_t seed)
      : random_(seed), session_({.in_flight_max = 1 + random_() % 40, .staged_bytes_max = 5000}) {}

  void step() {
    switch (random_() % 16) {
      case 0:
      case 1:
      case 2:
      case 3: return submit();
      case 4: return withdraw();
      case 5: return random_() % 4 == 0 ? lose() : void();
      case 6:
      case 7:
      case 8:
      case 9: return write();
      default: return read();
    }
  }
  void finish() {
    lose();
    session_.close(errc::closed);
    tell();
    for (const auto& one : all_) judge(*one);
  }

 private:
  void submit() {
    all_.push_back(std::make_unique<numbered_request>(random_, numbers_));
    live_.insert(all_.back().get());
    session_.submit(*all_.back());
  }
  void withdraw() {
    if (live_.empty()) return;
    auto chosen = live_.begin();
    std::advance(chosen, static_cast<std::ptrdiff_t>(random_() % live_.size()));
    auto* const gone = *chosen;
    live_.erase(chosen);
    gone->withdrawn = true;
    gone->maybe_run = session_.withdraw(*gone);
  }
  void write() {
    if (!session_.stage()) return;
    std::array<std::string_view, 4> pieces;
    const auto count = session_.gather(pieces);
    auto room = 1 + random_() % 9000;
    std::size_t taken = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const auto piece = pieces[i].substr(0, room - taken);
      coming_ += server_.take(piece);
      taken += piece.size();
    }
    session_.sent(taken);
  }
  void read() {
    const auto room = session_.prepare();
    const auto n = std::min({room.size(), coming_.size(), 1 + std::size_t{random_() % 60}});
    if (n == 0) return;
    std::copy_n(coming_.begin(), n, room.begin());
    coming_.erase(0, n);
    session_.received(n);
    event e;
    while (session_.next(e)) {
      if (e.who == nullptr) continue;
      e.who->on_reply(e.index, e.reply);
      if (e.last) live_.erase(static_cast<numbered_request*>(e.who));
    }
    EXPECT_FALSE(session_.failure());
  }
  void lose() {
    coming_.clear();
    server_.hang_up();
    session_.lose("cut");
    tell();
  }
  void tell() {
    unanswered u;
    while (session_.next_unanswered(u)) {
      u.who->on_error(u.index, u.why);
      if (u.last) live_.erase(static_cast<numbered_request*>(u.who));
      if (random_() % 8 == 0) withdraw();
    }
  }

  // Every command was told of exactly once, and what it was told is true.
  void judge(const numbered_request& r) const {
    if (!r.withdrawn) {
      EXPECT_EQ(r.outcomes().size(), r.count());
    }
    for (std::uint32_t i = 0; i < r.count(); ++i) {
      const auto runs = server_.runs_of(r.number(i));
      if (!r.idempotent(i)) {
        EXPECT_LE(runs, 1) << "it ran twice";
      }
      const bool told = i < r.outcomes().size();
      const auto outcome = told ? r.outcomes()[i] : std::string("withdrawn");
      if (outcome == "replied") {
        EXPECT_GE(runs, 1);
      }
      if (outcome.ends_with(" unsent")) {
        EXPECT_EQ(runs, 0) << outcome;
      }
      if (!told && i >= r.maybe_run) {
        EXPECT_EQ(runs, 0) << "withdrawn, and called unsent";
      }
    }
  }

  std::mt19937 random_;
  session session_;
  counting_server server_;
  std::string coming_;
  std::uint64_t numbers_ = 0;
  std::vector<std::unique_ptr<numbered_request>> all_;
  std::set<numbered_request*> live_;
};

TEST(SessionSoak, EveryCommandIsToldOnceAndTheTruth) {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    soak one(seed);
    for (int step = 0; step < 2500; ++step) one.step();
    one.finish();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace sandpiper::wire

#include "sandpiper/net/log.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <vector>

#include "net/running.hpp"
#include "support/scripted_server.hpp"

namespace sandpiper::net {
namespace {

using test::script;

class book {
 public:
  [[nodiscard]] log_hook hook() {
    return {[](void* context, severity how, std::string_view line) noexcept {
              auto& self = *static_cast<book*>(context);
              const std::scoped_lock lock(self.mutex_);
              self.lines_.push_back(std::string(to_string(how)) + ' ' + std::string(line));
            },
            this};
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    const std::scoped_lock lock(mutex_);
    return lines_;
  }
  [[nodiscard]] bool has(std::initializer_list<const char*> words) const {
    for (const auto& line : lines()) {
      bool all = true;
      for (const auto* word : words) all = all && line.find(word) != std::string::npos;
      if (all) return true;
    }
    return false;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

TEST(Log, TellsOfConnectionsMadeAndLostAndOfRetries) {
  test::scripted_server server(
      {script().greet().read("GET").reset(), script().greet().read("GET").write("_\r\n").hang()});
  book kept;
  const auto place = "127.0.0.1:" + std::to_string(server.port());
  {
    auto what = settings_for(server.port());
    what.log = kept.hook();
    running one(what);
    ASSERT_TRUE(one.open());
    counting_request get(
        std::vector{resp::command("GET", {.read_only = true, .idempotent = true}).add("k")});
    ASSERT_TRUE(one->submit(get));
    EXPECT_EQ(get.wait_for_one(), "_");
  }
  const auto lines = kept.lines();
  ASSERT_GE(lines.size(), 2U);
  EXPECT_EQ(lines[0], "debug " + place + " (commands): connecting");
  EXPECT_EQ(lines[1], "info " + place + " (commands): ready, RESP3");
  EXPECT_TRUE(kept.has({"warning", "lost: ", "; commands sent again: 1"}));
  for (const auto& line : lines) EXPECT_EQ(line.find('\n'), line.npos) << line;
}

TEST(Log, TellsWhatWillNotMendByItselfAsAnErrorAndNoSecret) {
  const test::redis_server server({.password = "the right one"});
  book kept;
  auto what = settings_for(server);
  what.log = kept.hook();
  what.greeting.password = "s3cret-and-wrong";
  running one(what);
  EXPECT_FALSE(one.open());
  EXPECT_TRUE(kept.has({"error", "attempt failed", "WRONGPASS"}));
  EXPECT_FALSE(kept.has({"s3cret"}));
}

TEST(Log, TellsOfAnAttemptThatFailedAsAWarning) {
  book kept;
  auto what = settings_for(std::uint16_t{1});
  what.log = kept.hook();
  running one(what);
  EXPECT_FALSE(one.open());
  EXPECT_TRUE(kept.has({"warning", "attempt failed", "refused"}));
}

TEST(Log, KeepsWhatOthersSayOnOneLine) {
  test::scripted_server server({script().read("HELLO").write("!8\r\nERR a\r\nb\r\n").hang()});
  book kept;
  auto what = settings_for(server.port());
  what.log = kept.hook();
  running one(what);
  EXPECT_FALSE(one.open());
  EXPECT_TRUE(kept.has({"ERR a  b"}));
}

TEST(Log, ASeverityHasAName) {
  EXPECT_EQ(to_string(severity::debug), "debug");
  EXPECT_EQ(to_string(severity::error), "error");
}

}  // namespace
}  // namespace sandpiper::net

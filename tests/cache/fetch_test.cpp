#include "cache/fetch.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "local/answering.hpp"
#include "sandpiper/resp/reply.hpp"
#include "wire/transcript.hpp"

namespace sandpiper::cache {
namespace {

class noting_owner final : public fetch_owner {
 public:
  void on_answer(fetch&, const resp::reply_view& reply) noexcept override {
    notes.push_back(wire::short_text(reply));
  }
  void on_failure(fetch&, error why) noexcept override { notes.push_back(wire::short_text(why)); }
  void let_go(fetch&, wire::request&) override { notes.emplace_back("let go"); }
  void abort(fetch&, wire::request&, errc) override { notes.emplace_back("aborted"); }

  std::vector<std::string> notes;
};

struct asked {
  explicit asked(const std::vector<std::string>& words, bool ask_expiry = true)
      : one(owner, local::command_of(words), *local::find(local::command_of(words)), ask_expiry) {}

  void reply(std::uint32_t index, std::string_view bytes) {
    one.on_reply(index, resp::reply::parse(bytes).value());
  }

  noting_owner owner;
  fetch one;
};

TEST(Fetch, AsksForTheExpiryFirst) {
  asked a({"GET", "k"});
  ASSERT_EQ(a.one.count(), 2u);
  EXPECT_EQ(a.one.commands()[0].to_string(), "*2\r\n$4\r\nPTTL\r\n$1\r\nk\r\n");
  EXPECT_EQ(a.one.commands()[1].to_string(), "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
  EXPECT_TRUE(a.one.commands()[0].flags().idempotent) << "it may be sent again";
  a.reply(0, ":1500\r\n");
  EXPECT_TRUE(a.owner.notes.empty());
  a.reply(1, "$1\r\nv\r\n");
  EXPECT_EQ(a.owner.notes, std::vector<std::string>{"$v"});
  EXPECT_EQ(a.one.ttl_ms(), 1500);
  EXPECT_FALSE(a.one.ttl_unknown());
}

TEST(Fetch, AloneItAsksForTheReply) {
  asked a({"HGET", "h", "f"}, false);
  ASSERT_EQ(a.one.count(), 1u);
  EXPECT_EQ(&a.one.commands()[0], &a.one.command());
  a.reply(0, "_\r\n");
  EXPECT_EQ(a.owner.notes, std::vector<std::string>{"_"});
  EXPECT_EQ(a.one.ttl_ms(), -1);
}

TEST(Fetch, AnExpiryThatIsRefusedIsUnknown) {
  asked a({"GET", "k"});
  a.reply(0, "-NOPERM no\r\n");
  a.reply(1, "$1\r\nv\r\n");
  EXPECT_TRUE(a.one.ttl_unknown());
}

TEST(Fetch, FailsOnceHoweverManyOfItsCommandsDo) {
  asked both({"GET", "k"});
  both.one.on_error(0, errc::closed);
  both.one.on_error(1, error(errc::closed, fate::uncertain));
  EXPECT_EQ(both.owner.notes, std::vector<std::string>{"!closed uncertain"});
  asked second({"GET", "k"});
  second.reply(0, ":-1\r\n");
  second.one.on_error(1, errc::closed);
  EXPECT_EQ(second.owner.notes, std::vector<std::string>{"!closed unsent"});
}

TEST(Fetch, OutlivesTheBytesOfWhoeverAsked) {
  noting_owner owner;
  std::unique_ptr<fetch> one;
  {
    const std::string key(50'000, 'k');
    resp::command command("GET");
    command.add_key(std::string_view(key));
    ASSERT_FALSE(command.flat()) << "it is referenced, not copied";
    one = std::make_unique<fetch>(owner, command, *local::find(command), true);
  }
  const std::string key(50'000, 'k');
  EXPECT_EQ(one->key(), key);
  EXPECT_EQ(one->commands()[0].argument(1), key);
  EXPECT_EQ(one->commands()[1].argument(1), key);
}

TEST(Fetch, ThoseWhoWaitAreItsOwnersBusiness) {
  asked a({"GET", "k"});
  std::vector<std::string> notes;
  wire::noting_request waiting("w", wire::commands_of("GET k"), notes);
  holder& held = a.one;
  held.let_go(waiting);
  held.abort(waiting, errc::cancelled);
  EXPECT_EQ(a.owner.notes, (std::vector<std::string>{"let go", "aborted"}));
}

}  // namespace
}  // namespace sandpiper::cache

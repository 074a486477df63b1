// Random values on a real server and in a store, random commands to both, every reply compared.

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "local/answering.hpp"
#include "local/random_readings.hpp"
#include "sandpiper/store/store.hpp"
#include "support/blocking_link.hpp"
#include "support/long_form.hpp"
#include "support/redis_server.hpp"

namespace sandpiper::local {
namespace {

class Differential : public testing::TestWithParam<int> {
 protected:
  static void SetUpTestSuite() { server = std::make_unique<test::redis_server>(); }
  static void TearDownTestSuite() { server.reset(); }

  void SetUp() override {
    link = std::make_unique<test::blocking_link>(server->socket_path());
    link->bytes_of(command_of({"FLUSHALL"}));
    link->bytes_of(command_of({"HELLO", std::to_string(GetParam())}));
  }

  // A value under `key`, here and there.
  void put(const random_key& made) {
    for (const auto& words : made.commands) {
      const auto reply = link->bytes_of(command_of(words));
      ASSERT_FALSE(reply.starts_with('-')) << words.front() << ": " << reply;
    }
    ASSERT_EQ(here.set(made.name, made.value), store::outcome::stored);
  }

  std::string answer_here(const reading& how, const resp::command& command) {
    resp::buffer bytes;
    resp::encoder out(bytes, GetParam());
    const auto known = here.visit(command.argument(1), [&](const store::entry_view& entry) {
      answer(how, command, entry.value(), out);
    });
    if (!known) answer(how, command, store::value_view(), out);
    return std::string(bytes.view());
  }

  static inline std::unique_ptr<test::redis_server> server;
  std::unique_ptr<test::blocking_link> link;
  store::local_store here;
};

INSTANTIATE_TEST_SUITE_P(Resp, Differential, testing::Values(2, 3),
                         testing::PrintToStringParamName());

TEST_P(Differential, EveryReplyIsTheServers) {
  const int rounds = test::long_form() ? 400 : 12;
  constexpr int commands = 700;
  std::mt19937_64 random(static_cast<std::uint64_t>(GetParam()) * 7919);
  std::size_t compared = 0;
  for (int round = 0; round < rounds; ++round) {
    link->bytes_of(command_of({"FLUSHALL"}));
    here.clear();
    const auto keys = random_keys(random);
    for (const auto& key : keys) put(key);

    for (int i = 0; i < commands; ++i) {
      const auto words = random_reading(random, keys);
      const auto command = command_of(words);
      const auto there = link->bytes_of(command);
      const auto* const how = find(command);
      if (how == nullptr) {
        ASSERT_TRUE(there.starts_with("-ERR ") || has_lowest_rank(words))
            << shown(words) << " is answered by the server";
        continue;
      }
      ++compared;
      ASSERT_EQ(in_order(words.front(), answer_here(*how, command)), in_order(words.front(), there))
          << shown(words);
    }
  }
  EXPECT_GT(compared, static_cast<std::size_t>(rounds * commands / 2));
}

}  // namespace
}  // namespace sandpiper::local

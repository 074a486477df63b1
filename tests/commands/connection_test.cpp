#include "sandpiper/commands/connection.hpp"

#include <gtest/gtest.h>

#include <string>

#include "commands/expected.hpp"

namespace sandpiper {
namespace {

using test::replies;
using test::request;

constexpr command_flags asking = {.read_only = true, .idempotent = true, .keyless = true};

TEST(Ping, MayCarryAMessage) {
  EXPECT_EQ(ping().to_string(), request({"PING"}));
  EXPECT_EQ(ping("hi").to_string(), request({"PING", "hi"}));
  static_assert(replies<decltype(ping()), std::string>);
  static_assert(replies<decltype(ping("hi")), std::string>);
}

TEST(Echo, CarriesAMessage) {
  EXPECT_EQ(echo("").to_string(), request({"ECHO", ""}));
  EXPECT_EQ(echo(5).to_string(), request({"ECHO", "5"}));
  static_assert(replies<decltype(echo("")), std::string>);
}

TEST(Connection, TouchesNoKey) {
  for (const auto& c : {ping(), ping("hi"), echo("hi")}) {
    EXPECT_TRUE(c.keys_known());
    EXPECT_EQ(c.key_count(), 0u);
    EXPECT_EQ(c.flags(), asking);
  }
}

template <class T>
concept can_echo = requires(T message) {
  echo(message);
};
static_assert(can_echo<std::string> && !can_echo<bool> && !can_echo<std::nullptr_t>);

}  // namespace
}  // namespace sandpiper

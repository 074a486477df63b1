#include "sandpiper/client/core.hpp"

#include <gtest/gtest.h>

#include <array>
#include <semaphore>
#include <string>
#include <vector>

#include "sandpiper/client/client.hpp"
#include "support/redis_server.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using test::redis_server;

// A kind of call of one's own: several commands, whose replies are kept as they come.
class noting_call final : public wire::request {
 public:
  explicit noting_call(std::span<const resp::command> commands) { set_commands(commands); }

  void on_reply(std::uint32_t index, const resp::reply_view& reply) noexcept override {
    notes.push_back(std::to_string(index) + " " + std::string(reply.text()));
    if (index + 1 == count()) over.release();
  }
  void on_error(std::uint32_t index, error why) noexcept override {
    notes.push_back(std::to_string(index) + " " + why.code().message());
    if (index + 1 == count()) over.release();
  }

  std::vector<std::string> notes;
  std::binary_semaphore over{0};
};

TEST(Core, CarriesACallOfOnesOwn) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  const std::array<resp::command, 2> commands = {resp::command("PING"), [] {
                                                   resp::command c("ECHO");
                                                   c.add("two");
                                                   return c;
                                                 }()};
  noting_call call(commands);
  db.shared().start(call, 5s).value();
  call.over.acquire();
  EXPECT_EQ(call.notes, (std::vector<std::string>{"0 PONG", "1 two"}));
}

TEST(Core, AWithdrawnCallIsNeverHeardOfAgain) {
  redis_server server;
  const auto db = client::connect(server.url()).value();
  server.pause();
  const std::array<resp::command, 1> commands = {resp::command("PING")};
  {
    noting_call call(commands);
    db.shared().start(call, 5s).value();
    db.shared().withdraw(call);
    EXPECT_TRUE(call.notes.empty());
  }
  server.resume();
  EXPECT_EQ(db.run(command("ECHO", "next").as<std::string>()).value(), "next");
  EXPECT_EQ(db.totals().withdrawn, 1u);
}

TEST(Core, ACancelledCallCompletesOnce) {
  redis_server server;
  const auto db = client::connect(server.url()).value();
  server.pause();
  const std::array<resp::command, 1> commands = {resp::command("PING")};
  noting_call call(commands);
  db.shared().start(call, 5s).value();
  db.shared().cancel(&call,
                     [](void* one) -> wire::request* { return static_cast<noting_call*>(one); });
  call.over.acquire();
  server.resume();
  EXPECT_EQ(call.notes, (std::vector<std::string>{"0 the caller cancelled the command"}));
  EXPECT_EQ(db.run(command("ECHO", "next").as<std::string>()).value(), "next");
}

}  // namespace
}  // namespace sandpiper

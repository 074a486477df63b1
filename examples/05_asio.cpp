// In a program of Asio's: the client runs on your executor, with any completion token.

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <iostream>
#include <string>

#include "sandpiper/client/asio.hpp"
#include "sandpiper/commands/hash.hpp"
#include "sandpiper/commands/string.hpp"

namespace sp = sandpiper;

asio::awaitable<void> session(std::string url) {
  const auto where = sp::options::from_url(url).value();
  const auto executor = co_await asio::this_coro::executor;
  auto connected = co_await sp::async_connect(executor, where, asio::use_awaitable);
  if (!connected) {
    std::cerr << connected.error().message() << '\n';
    co_return;
  }
  auto db = *std::move(connected);

  // g++ 12 takes no braces inside a co_await, so the command is made before.
  const auto ann = sp::hset("user:1", {{"name", "ann"}, {"city", "Oslo"}});
  (co_await db.send(ann, asio::use_awaitable)).value();
  const auto user = co_await db.send(sp::hgetall("user:1"), asio::use_awaitable);
  for (const auto& [field, value] : user.value()) std::cout << field << ": " << value << '\n';

  // Deadlines are the client's: `within` makes a handle with another one.
  const auto late = co_await db.within(std::chrono::milliseconds(20))
                        .send(sp::command("BLPOP", "nothing", 0.2), asio::use_awaitable);
  std::cout << "as expected: " << late.error().message() << '\n';
}

int main(int argc, char** argv) {
  asio::io_context context;
  asio::co_spawn(context, session(argc > 1 ? argv[1] : "redis://localhost:6379"), asio::detached);
  context.run();
}

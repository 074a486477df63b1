// The whole of it on one page: connect, run commands, read replies.
//
//     01_hello redis://localhost:6379

#include <chrono>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "sandpiper/client/client.hpp"
#include "sandpiper/commands/list.hpp"
#include "sandpiper/commands/string.hpp"

namespace sp = sandpiper;
using namespace std::chrono_literals;

int main(int argc, char** argv) {
  auto connected = sp::client::connect(argc > 1 ? argv[1] : "redis://localhost:6379");
  if (!connected) {
    std::cerr << connected.error().message() << '\n';
    return 1;
  }
  auto db = *std::move(connected);  // for every thread of the process

  db.run(sp::set("greeting", "hello").ex(60s)).value();
  std::optional<std::string> hello = db.run(sp::get("greeting")).value();
  std::cout << "greeting: " << hello.value_or("nothing") << '\n';

  // Several commands are one write and one read; each has a result of its own.
  auto [visits, log] = db.run(sp::incr("visits"), sp::lrange("log", 0, -1));
  std::cout << "visits: " << visits.value() << ", log entries: " << log.value().size() << '\n';

  std::vector<std::optional<std::string>> many = db.run(sp::mget({"greeting", "absent"})).value();
  std::cout << "absent: " << many[1].value_or("nothing") << '\n';

  // Any command there is, and its reply to walk.
  const auto raw = db.run(sp::command("CONFIG", "GET", "maxmemory*")).value();
  for (const auto each : raw) std::cout << each.text() << ' ';
  std::cout << '\n';

  // An error is a value. It says what happened, and what became of the command.
  const auto wrong = db.run(sp::get("greeting").as<int>());
  if (!wrong) std::cout << "as expected: " << wrong.error().message() << '\n';
}

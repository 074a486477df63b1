// Subscriptions: a stream of published messages for a thread, a callback or a coroutine. All of
// them share one connection, which subscribes anew by itself and tells when something may be
// missing.

#include <chrono>
#include <iostream>
#include <latch>

#include "sandpiper/client/client.hpp"
#include "sandpiper/client/subscription.hpp"
#include "sandpiper/commands/any.hpp"

namespace sp = sandpiper;
using namespace std::chrono_literals;

int main(int argc, char** argv) {
  const auto db = sp::client::connect(argc > 1 ? argv[1] : "redis://localhost:6379").value();

  // The server has confirmed both names when this returns.
  auto news = db.subscribe({"news"}, {.patterns = {"audit.*"}}).value();

  // A reader that may be slow: what it cannot take is dropped and counted.
  std::latch orders(3);
  auto counting = db.subscribe({"orders"}, {.queue_max = 100}).value();
  counting.each([&](const sp::result<sp::message>& m) {
    if (m && m->type == sp::message::kind::channel) orders.count_down();
  });

  db.run(sp::command("PUBLISH", "news", "hello"), sp::command("PUBLISH", "audit.7", "login"),
         sp::command("PUBLISH", "orders", "1"), sp::command("PUBLISH", "orders", "2"),
         sp::command("PUBLISH", "orders", "3"), sp::command("PUBLISH", "news", "bye"));

  while (const auto m = news.next(5s)) {
    switch (m->type) {
      case sp::message::kind::gap: std::cout << "read it all again: " << m->payload << '\n'; break;
      case sp::message::kind::refused: std::cout << m->channel << ": " << m->payload << '\n'; break;
      default: std::cout << m->channel << ": " << m->payload << '\n';
    }
    if (m->payload == "bye") break;
  }
  orders.wait();
  std::cout << counting.counts().delivered << " orders, " << counting.counts().dropped
            << " dropped\n";
}

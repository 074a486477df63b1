// A client that answers reads from this process, as long as the server has not said that the key
// changed.

#include <chrono>
#include <iostream>
#include <string>
#include <thread>

#include "sandpiper/cache/cached_client.hpp"
#include "sandpiper/commands/string.hpp"

namespace sp = sandpiper;
using namespace std::chrono_literals;

int main(int argc, char** argv) {
  const std::string url = argc > 1 ? argv[1] : "redis://localhost:6379";
  const auto db = sp::cached_client::connect(url, {.budget_bytes = 16 << 20}).value();
  const auto somebody_else = sp::client::connect(url).value();
  while (db.status().now == sp::cache::condition::connecting) std::this_thread::sleep_for(1ms);
  if (db.status().now == sp::cache::condition::unavailable) {
    std::cerr << "no caching: " << db.status().why << '\n';
    return 1;
  }

  const auto show = [&] {
    const auto greeting = db.ask(sp::get("greeting")).value();
    std::cout << "greeting is " << greeting.value.value_or("not there") << ", a "
              << to_string(greeting.from) << '\n';
    return greeting.value;
  };

  db.run(sp::set("greeting", "hello")).value();
  show();  // the server is asked
  for (int i = 0; i < 3; ++i) show();

  // A change on another connection: the server tells of it, and the next read asks again.
  const auto heard = db.stats().invalidated;
  somebody_else.run(sp::set("greeting", "good morning")).value();
  while (db.stats().invalidated == heard) std::this_thread::sleep_for(1ms);
  show();
  const auto last = show();

  const auto now = db.stats();
  std::cout << now.hits << " hits, " << now.misses << " misses, " << now.invalidated
            << " invalidated; " << now.items << " keys in " << now.charged_bytes << " bytes\n";
  return last == "good morning" && now.hits >= 4 ? 0 : 1;
}

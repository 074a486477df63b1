// Callbacks: they run on the client's own thread, so they must not wait for the client there.

#include <atomic>
#include <cstdint>
#include <iostream>
#include <semaphore>

#include "sandpiper/client/client.hpp"
#include "sandpiper/commands/string.hpp"

namespace sp = sandpiper;

int main(int argc, char** argv) {
  const auto db = sp::client::connect(argc > 1 ? argv[1] : "redis://localhost:6379").value();

  constexpr int calls = 1000;
  std::atomic<int> left = calls;
  std::atomic<std::int64_t> highest = 0;
  std::binary_semaphore done(0);

  // A thousand calls in flight at once. They share writes as they come.
  for (int i = 0; i < calls; ++i) {
    db.send(sp::incr("counter"), [&](sp::result<std::int64_t> value) {
      if (value) {
        highest = *value;
      } else {
        std::cerr << value.error().message() << '\n';
      }
      if (--left == 0) done.release();
    });
  }
  done.acquire();

  const auto totals = db.totals();
  std::cout << "counter: " << highest << ", " << totals.commands << " commands in " << totals.writes
            << " writes\n";
}

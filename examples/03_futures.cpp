// Futures: ask now, look later.

#include <future>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "sandpiper/client/future.hpp"
#include "sandpiper/commands/string.hpp"

namespace sp = sandpiper;

int main(int argc, char** argv) {
  const auto db = sp::client::connect(argc > 1 ? argv[1] : "redis://localhost:6379").value();

  std::vector<std::future<sp::result<void>>> written;
  for (int i = 0; i < 10; ++i) {
    written.push_back(db.send(sp::set("square:" + std::to_string(i), i * i), sp::use_future));
  }
  // Commands of one thread take effect in the order of submission, so this one sees them all.
  auto nine = db.send(sp::get("square:9").as<int>(), sp::use_future);

  for (auto& each : written) each.get().value();
  std::cout << "9 * 9 = " << nine.get().value() << '\n';
}

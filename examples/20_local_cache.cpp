// A cache for this process alone, without any server: so many bytes, and not one more.

#include <chrono>
#include <iostream>
#include <string>

#include "sandpiper/store/store.hpp"

namespace sp = sandpiper;
using namespace std::chrono_literals;

int main() {
  sp::local_store cache({.budget_bytes = 1 << 20});

  // Strings, with a deadline or without.
  cache.set("user:7", "Ada");
  cache.set("session:1", "token", {.deadline_ms = cache.deadline(50ms)});
  std::string name;  // used again and again: a hit allocates nothing
  if (cache.copy("user:7", name)) std::cout << "user:7 is " << name << '\n';

  // The knowledge that there is no such key, for a short while.
  cache.set("user:8", sp::store::value{}, {.deadline_ms = cache.deadline(5s)});
  const auto known = cache.type("user:8");
  std::cout << "user:8 is " << (known ? to_string(*known) : "not known") << '\n';

  // Collections change where they lie.
  cache.update("visits", [](sp::store::editor& edit) {
    edit.become(sp::store::value_type::zset);
    for (const auto& [page, count] : {std::pair("/home", 12.0), std::pair("/about", 3.0)}) {
      const auto score = sp::store::bytes_of(count);
      edit.put(page, {score.data(), score.size()});
    }
  });
  cache.peek("visits", [](const sp::store::entry_view& seen) {
    std::cout << "/home was visited " << *seen.value().score("/home") << " times\n";
  });

  // More than fits: what was used stays, what was not goes, and the budget holds.
  for (int i = 0; i < 20'000; ++i) {
    cache.set("page:" + std::to_string(i), std::string(100, 'x'));
    cache.copy("user:7", name);
  }
  const sp::glob pages("page:*");
  std::size_t kept = 0;
  std::uint64_t cursor = 0;
  do {
    cursor = cache.scan(
        cursor, 100, [&](const sp::store::entry_view&) { ++kept; }, &pages);
  } while (cursor != 0);
  const auto now = cache.stats();
  std::cout << kept << " of 20000 pages are kept, " << now.evictions << " entries were evicted; "
            << (now.charged_bytes <= cache.budget_bytes() ? "within" : "over") << " the budget\n"
            << "user:7 is still " << (cache.copy("user:7", name) ? name : "gone") << '\n';
  return now.charged_bytes <= cache.budget_bytes() ? 0 : 1;
}

// Coroutines of any type: co_await db.send(...) allocates nothing and resumes on the client's
// thread.

#include <coroutine>
#include <exception>
#include <iostream>
#include <latch>
#include <string>
#include <string_view>

#include "sandpiper/client/client.hpp"
#include "sandpiper/commands/string.hpp"

namespace sp = sandpiper;

// The least a coroutine type can be: it starts at once, and nobody waits for it.
struct task {
  struct promise_type {
    task get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

task transfer(sp::client db, int number, std::latch& done) {
  const auto key = "account:" + std::to_string(number);
  const auto opened = co_await db.send(sp::set(key, number * 100));
  const auto balance = co_await db.send(sp::incrby(key, 11));

  // A reply that borrows from the receive buffer: good until the next co_await.
  const auto text = co_await db.send(sp::get(key).as<std::string_view>());
  if (number == 7 && opened && balance && text) std::cout << key << " holds " << *text << '\n';
  done.count_down();
}

int main(int argc, char** argv) {
  const auto db = sp::client::connect(argc > 1 ? argv[1] : "redis://localhost:6379").value();

  constexpr int accounts = 500;
  std::latch done(accounts);
  for (int i = 0; i < accounts; ++i) transfer(db, i, done);
  done.wait();

  const auto totals = db.totals();
  std::cout << totals.commands << " commands of " << accounts << " coroutines in " << totals.writes
            << " writes\n";
}

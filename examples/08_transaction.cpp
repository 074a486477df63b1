// Transactions: several commands together or not at all, and a change that is made only if nobody
// else was faster.

#include <iostream>
#include <optional>
#include <string>

#include "sandpiper/client/transaction.hpp"
#include "sandpiper/commands/generic.hpp"
#include "sandpiper/commands/string.hpp"

namespace sp = sandpiper;

// Moves `amount` from one account to the other, unless there is too little.
sp::result<int> transfer(const sp::client& db, const std::string& from, const std::string& to,
                         int amount) {
  return db.optimistic({from, to}, [&](sp::watched& tx) -> sp::result<int> {
    const auto there = tx.run(sp::get(from).as<std::optional<int>>());
    if (!there) return there.error();
    const int left = there->value_or(0) - amount;
    if (left < 0) return sp::error(sp::errc::bad_request, "there is not enough in " + from);
    tx.add(sp::set(from, left));
    tx.add(sp::incrby(to, amount));
    return left;  // runs if neither account was written meanwhile; else all of this begins anew
  });
}

int main(int argc, char** argv) {
  const auto db = sp::client::connect(argc > 1 ? argv[1] : "redis://localhost:6379").value();

  // One write, one read, nobody in between; each command has a result of its own.
  const auto [ann, bob, visits] =
      db.transaction(sp::set("ann", 100), sp::set("bob", 0), sp::incr("visits"));
  ann.value();
  bob.value();
  std::cout << "visit " << visits.value() << '\n';

  for (const int amount : {70, 70}) {
    const auto left = transfer(db, "ann", "bob", amount);
    left ? std::cout << "moved, ann has " << *left << '\n'
         : std::cout << left.error().message() << '\n';
  }

  // As many commands as there are.
  auto all = db.transaction();
  const auto first = all.add(sp::get("ann"));
  const auto second = all.add(sp::get("bob"));
  all.run().value();
  std::cout << "ann " << first.value().value() << ", bob " << second.value().value() << '\n';
}

// Code that uses a client, and a test of it that needs no server.
//
//     10_unit_test

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>

#include "sandpiper/commands/generic.hpp"
#include "sandpiper/commands/string.hpp"
#include "sandpiper/mock/server.hpp"

namespace sp = sandpiper;
using namespace std::chrono_literals;

namespace {

// What is to be tested: three tries a minute for everybody, and nobody is locked out when the
// server is in trouble.
bool may_log_in(const sp::client& db, const std::string& user) {
  const auto tries = db.run(sp::incr("tries:" + user));
  if (tries && *tries == 1) (void)db.run(sp::expire("tries:" + user, 60s));
  return !tries || *tries <= 3;
}

void expect(bool holds, const char* what) {
  std::cout << (holds ? "ok      " : "FAILED  ") << what << '\n';
  if (!holds) std::exit(1);
}

}  // namespace

int main() {
  auto server = sp::mock::server::start().value();
  const auto db = server.connect().value();

  auto tries = server.on("INCR", "tries:ann").reply(1).reply(3).reply(4);
  auto expiry = server.on(sp::expire("tries:ann", 60s)).reply(1);
  expect(may_log_in(db, "ann"), "the first try is let in");
  expect(may_log_in(db, "ann"), "the third as well");
  expect(!may_log_in(db, "ann"), "the fourth is not");
  expect(expiry.asked() == 1 && tries.asked() == 3, "one expiry for all of them");

  server.on("INCR", "tries:bob").reply(sp::mock::server_error("OOM command not allowed"));
  expect(may_log_in(db, "bob"), "a server without memory locks nobody out");

  server.on("INCR", "tries:cid").reply(sp::mock::lost());
  expect(may_log_in(db, "cid"), "nor does one that goes away in the middle");

  expect(server.complaints().empty(), "and nothing else was asked");
}

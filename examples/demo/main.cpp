// The main job, visible: one client, many callers, a private redis-server. Takes no arguments.
//
// Exit status: 0 when all that was promised held, 1 when not, 2 when there is no server.

#include <cstdio>
#include <exception>

#include "demo/acts.hpp"

int main() {
  demo::screen show;
  try {
    demo::server redis;
    const auto db = sandpiper::client::connect(redis.url()).value();
    demo::many_callers(show, db);
    demo::throughput(show, db, redis);
    demo::restart(show, db, redis);
  } catch (const std::exception& why) {
    std::fprintf(stderr, "demo: %s\n", why.what());
    return 2;
  }
  show.title(show.all_good() ? "All of it held." : "Something did not hold; see above.");
  return show.all_good() ? 0 : 1;
}

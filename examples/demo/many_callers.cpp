#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

#include "demo/acts.hpp"
#include "demo/callers.hpp"

namespace demo {
namespace {

namespace sp = sandpiper;
using namespace std::chrono_literals;

std::string batching(const sp::counters& before, const sp::counters& now) {
  const auto commands = static_cast<double>(now.commands - before.commands);
  const auto writes = static_cast<double>(now.writes - before.writes);
  char text[128];
  std::snprintf(text, sizeof text, "%s commands in %s writes: %.1f commands a write",
                grouped(commands).c_str(), grouped(writes).c_str(),
                writes > 0 ? commands / writes : 0);
  return text;
}

void ask_in_a_thread(const sp::client& db, group& all) {
  while (!all.stop) {
    if (!db.run(sp::get("demo:value"))) ++all.failed;
    ++all.answered;
  }
  all.leave();
}

// Runs for a while with so many callers of each kind, and tells how their commands were batched.
void round(screen& show, const sp::client& db, int threads, int coroutines) {
  group all(threads + coroutines);
  const auto before = db.totals();
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) running.emplace_back([&] { ask_in_a_thread(db, all); });
  for (int i = 0; i < coroutines; ++i) ask_again_and_again(db, all);

  for (int tenth = 0; tenth < 10; ++tenth) {
    std::this_thread::sleep_for(70ms);
    show.progress(batching(before, db.totals()));
  }
  all.stop = true;
  all.gone.acquire();
  for (auto& each : running) each.join();
  show.end_progress();

  char who[64];
  std::snprintf(who, sizeof who, "%3d threads, %5d coroutines: ", threads, coroutines);
  show.check(all.failed == 0, who + batching(before, db.totals()));
}

}  // namespace

void many_callers(screen& show, const sp::client& db) {
  show.title("One connection, many callers");
  show.say("Nobody asks for a batch: what gathers while the last write runs is the next one.");
  db.run(sp::set("demo:value", "sixteen bytes ..")).value();
  const auto connections = db.totals().connects;
  round(show, db, 1, 0);
  round(show, db, 16, 0);
  round(show, db, 0, 64);
  round(show, db, 16, 10'000);
  show.check(db.totals().connects == connections, "all of that over one connection");
}

}  // namespace demo

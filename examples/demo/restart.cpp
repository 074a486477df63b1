#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "demo/acts.hpp"
#include "sandpiper/commands/list.hpp"

namespace demo {
namespace {

namespace sp = sandpiper;
using namespace std::chrono_literals;

// Every token is pushed by one RPUSH, and what the client said of it is kept: the ledger.
struct ledger {
  std::atomic<int> acknowledged = 0;
  std::mutex mutex;
  std::map<std::string, bool> tokens;  // whether it was acknowledged
  std::map<sp::fate, int> fates;       // of those that were not
  int unexplained = 0;                 // errors that a restart does not explain
};

void push_tokens(const sp::client& db, int writer, const std::atomic<bool>& stop, ledger& book) {
  for (int n = 0; !stop; ++n) {
    const auto token = std::to_string(writer) + ":" + std::to_string(n);
    const auto pushed = db.run(sp::rpush("demo:ledger", token));
    if (pushed) ++book.acknowledged;
    const std::scoped_lock lock(book.mutex);
    book.tokens[token] = pushed.has_value();
    if (pushed) continue;
    ++book.fates[pushed.error().fate()];
    const bool explained =
        pushed.error() == sp::errc::maybe_executed || pushed.error() == sp::server_errc::loading;
    if (!explained) ++book.unexplained;
  }
}

void audit(screen& show, const sp::client& db, const ledger& book) {
  std::map<std::string, int> found;
  for (const auto& token : db.run(sp::lrange("demo:ledger", 0, -1)).value()) ++found[token];
  int acknowledged = 0, lost = 0, doubled = 0, ran_unacknowledged = 0;
  for (const auto& [token, was_acknowledged] : book.tokens) {
    const auto at = found.find(token);
    const int times = at == found.end() ? 0 : at->second;
    acknowledged += was_acknowledged ? 1 : 0;
    lost += was_acknowledged && times == 0 ? 1 : 0;
    doubled += times > 1 ? 1 : 0;
    ran_unacknowledged += !was_acknowledged && times > 0 ? 1 : 0;
  }
  const auto of = [&](sp::fate f) {
    const auto at = book.fates.find(f);
    return at == book.fates.end() ? 0 : at->second;
  };
  const auto n = [](int value) { return grouped(value); };
  show.check(lost == 0, n(acknowledged) + " pushes acknowledged, " + n(lost) + " of them lost");
  show.check(doubled == 0, n(doubled) + " ran twice");
  show.check(book.unexplained == 0,
             n(of(sp::fate::uncertain)) + " ended as \"may have run\" (" + n(ran_unacknowledged) +
                 " had), " + n(of(sp::fate::answered)) + " were refused by the loading server, " +
                 n(book.unexplained) + " with any other error");
}

}  // namespace

void restart(screen& show, const sp::client& db, server& redis) {
  show.title("The server is killed (SIGKILL) under load, and comes back");
  const auto before = db.totals();
  ledger book;
  std::atomic<bool> stop = false;
  std::vector<std::thread> writers;
  for (int i = 0; i < 8; ++i) writers.emplace_back([&, i] { push_tokens(db, i, stop, book); });

  for (int kill = 1; kill <= 3; ++kill) {
    std::this_thread::sleep_for(400ms);
    show.progress("kill " + std::to_string(kill) + " of 3, " + grouped(book.acknowledged) +
                  " pushes acknowledged so far");
    redis.kill();
    std::this_thread::sleep_for(150ms);
    redis.start();
  }
  std::this_thread::sleep_for(300ms);
  stop = true;
  for (auto& each : writers) each.join();
  show.end_progress();
  audit(show, db, book);
  const auto after = db.totals();
  const auto lost = after.losses - before.losses;
  const auto made = after.connects - before.connects;
  show.check(lost > 0 && made == lost, grouped(static_cast<double>(lost)) + " connections lost, " +
                                           grouped(static_cast<double>(made)) +
                                           " made anew; calls waited meanwhile and went on");
}

}  // namespace demo

#include "load/counts.hpp"

#include <coroutine>
#include <cstdio>
#include <exception>
#include <functional>
#include <semaphore>
#include <string>
#include <string_view>

#include "load/measure.hpp"
#include "sandpiper/client/batch.hpp"
#include "sandpiper/commands/string.hpp"
#include "support/alloc_count.hpp"

namespace load {
namespace {

namespace sp = sandpiper;

constexpr int warm = 1000;  // buffers have their sizes, pools are filled
constexpr int counted = 10'000;

struct detached {
  struct promise_type {
    detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

// Allocations of all threads while `counted` calls are made one after the other.
struct tally {
  std::uint64_t before = 0, after = 0;
  std::binary_semaphore done{0};

  void note(int call) {
    if (call == warm) before = bench::allocated().calls;
    if (call == warm + counted) after = bench::allocated().calls;
  }
  [[nodiscard]] double per_call() const { return static_cast<double>(after - before) / counted; }
};

template <class T>
detached ask(const sp::client& db, const std::string& key, tally& t) {
  for (int i = 0; i <= warm + counted; ++i) {
    t.note(i);
    const auto got = co_await db.send(sp::get(key).as<T>());
    if (!got) std::terminate();
  }
  t.done.release();
}

template <class T>
double of_coroutine(const sp::client& db) {
  tally t;
  const auto key = key_of(0);
  ask<T>(db, key, t);
  t.done.acquire();
  return t.per_call();
}

double of_callback(const sp::client& db) {
  tally t;
  const auto key = key_of(0);
  int calls = 0;
  std::function<void()> next = [&] {
    t.note(calls);
    if (calls++ == warm + counted) return t.done.release();
    db.send(sp::get(key).as<std::string_view>(), [&](sp::result<std::string_view>) { next(); });
  };
  next();
  t.done.acquire();
  return t.per_call();
}

double of_thread(const sp::client& db) {
  tally t;
  const auto key = key_of(0);
  for (int i = 0; i <= warm + counted; ++i) {
    t.note(i);
    db.run(sp::get(key)).value();
  }
  return t.per_call();
}

double of_set(const sp::client& db) {
  tally t;
  const auto key = key_of(0), value = value_of(0);
  for (int i = 0; i <= warm + counted; ++i) {
    t.note(i);
    db.run(sp::set(key, value)).value();
  }
  return t.per_call();
}

double of_batch(const sp::client& db) {
  constexpr int commands = 100;
  const auto key = key_of(0);
  std::uint64_t before = 0;
  for (int i = 0; i < 20; ++i) {
    if (i == 10) before = bench::allocated().calls;
    auto all = db.batch();
    for (int c = 0; c < commands; ++c) all.add(sp::command("STRLEN", key).as<std::int64_t>());
    all.run().value();
  }
  return static_cast<double>(bench::allocated().calls - before) / (10 * commands);
}

double sends_of_thread(const sp::client& db) {
  const auto key = key_of(0);
  const auto before = db.totals();
  for (int i = 0; i < counted; ++i) db.run(sp::get(key)).value();
  return static_cast<double>(db.totals().writes - before.writes) / counted;
}

bool holds(const char* what, double count, double limit) {
  const bool good = count <= limit;
  std::printf("  %-52s %8.4f, at most %.2f %s\n", what, count, limit, good ? "" : "<- OVER");
  return good;
}

}  // namespace

bool counts_hold(const sp::client& db) {
  std::printf("\nguarded counts, for each command\n");
  const bool all[] = {
      holds("allocations, coroutine, reply in place", of_coroutine<std::string_view>(db), 0),
      holds("allocations, coroutine, std::string of 16 bytes", of_coroutine<std::string>(db), 1),
      holds("allocations, callback, reply in place", of_callback(db), 0),
      holds("allocations, blocking GET of 16 bytes", of_thread(db), 1),
      holds("allocations, blocking SET", of_set(db), 0),
      holds("allocations, batch of 100", of_batch(db), 0.1),
      holds("sends, one thread in blocking calls", sends_of_thread(db), 1),
  };
  for (const bool good : all) {
    if (!good) return false;
  }
  return true;
}

}  // namespace load

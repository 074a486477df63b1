#include <atomic>
#include <coroutine>
#include <semaphore>
#include <thread>

#include "load/contenders.hpp"
#include "sandpiper/client/batch.hpp"
#include "sandpiper/commands/string.hpp"

namespace load {
namespace {

namespace sp = sandpiper;

// What the callers of one run share. They all live on the client's strand, or each on a thread.
struct shared_run {
  shared_run(const task& t, const sp::client& client)
      : db(client), end(clock::now() + t.span), left(static_cast<int>(t.depth)) {}

  const sp::client& db;
  const clock::time_point end;
  std::atomic<bool> over = false;
  std::atomic<bool> wrong = false;
  std::atomic<int> left;
  std::atomic<std::uint64_t> operations = 0;
  std::vector<double> latencies_us;  // of the first caller alone
  std::binary_semaphore done{0};

  void caller_done(std::uint64_t count) {
    operations.fetch_add(count, std::memory_order_relaxed);
    if (left.fetch_sub(1) == 1) done.release();
  }
};

// Counts, and for the first caller also times: a clock for each of them would cost more than a
// call.
class caller {
 public:
  caller(shared_run& run, std::size_t number)
      : run_(run), number_(number), key_(key_of(number)), value_(value_of(number)) {}

  [[nodiscard]] const std::string& key() const { return key_; }
  void begin() {
    if (number_ == 0) begun_ = clock::now();
  }
  void end(std::string_view got) {
    ++count_;
    if (got != value_) run_.wrong = true;
    if (number_ != 0) return;
    const auto now = clock::now();
    run_.latencies_us.push_back(std::chrono::duration<double, std::micro>(now - begun_).count());
    if (now >= run_.end) run_.over.store(true, std::memory_order_relaxed);
  }
  [[nodiscard]] bool over() const { return run_.over.load(std::memory_order_relaxed); }
  void done() { run_.caller_done(count_); }

 private:
  shared_run& run_;
  const std::size_t number_;
  const std::string key_;
  const std::string value_;
  clock::time_point begun_;
  std::uint64_t count_ = 0;
};

struct detached {
  struct promise_type {
    detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

template <class T>
detached get_in_a_loop(shared_run& run, std::size_t number) {
  caller me(run, number);
  while (!me.over()) {
    me.begin();
    const auto got = co_await run.db.send(sp::get(me.key()).as<T>());
    me.end(got ? std::string_view(*got) : std::string_view());
  }
  me.done();
}

class callback_caller {
 public:
  callback_caller(shared_run& run, std::size_t number) : run_(run), me_(run, number) {}

  void next() {
    me_.begin();
    run_.db.send(sp::get(me_.key()).as<std::string_view>(), [this](sp::result<std::string_view> v) {
      me_.end(v ? *v : std::string_view());
      me_.over() ? me_.done() : next();
    });
  }

 private:
  shared_run& run_;
  caller me_;
};

outcome finish(shared_run& run, const meter& m, const sp::counters& before) {
  run.done.acquire();
  outcome done;
  m.stop(done);
  const auto after = run.db.totals();
  done.operations = run.operations;
  done.sends = after.writes - before.writes;
  done.receives = after.reads - before.reads;
  done.latencies_us = std::move(run.latencies_us);
  if (run.wrong) done.trouble = "sandpiper: a wrong answer";
  return done;
}

template <class Start>
outcome measured(const task& t, const sp::client& db, Start start) {
  shared_run run(t, db);
  run.latencies_us.reserve(1 << 20);
  const auto before = db.totals();
  const meter m;
  start(run);
  return finish(run, m, before);
}

}  // namespace

outcome coroutines(const task& t, const sp::client& db) {
  return measured(t, db, [&](shared_run& run) {
    for (std::size_t i = 0; i < t.depth; ++i) get_in_a_loop<std::string_view>(run, i);
  });
}

outcome coroutines_with_strings(const task& t, const sp::client& db) {
  return measured(t, db, [&](shared_run& run) {
    for (std::size_t i = 0; i < t.depth; ++i) get_in_a_loop<std::string>(run, i);
  });
}

outcome callbacks(const task& t, const sp::client& db) {
  std::vector<std::unique_ptr<callback_caller>> all;
  return measured(t, db, [&](shared_run& run) {
    for (std::size_t i = 0; i < t.depth; ++i) {
      all.push_back(std::make_unique<callback_caller>(run, i));
    }
    for (const auto& each : all) each->next();
  });
}

outcome threads(const task& t, const sp::client& db) {
  std::vector<std::thread> all;
  auto done = measured(t, db, [&](shared_run& run) {
    for (std::size_t i = 0; i < t.depth; ++i) {
      all.emplace_back([&run, i] {
        caller me(run, i);
        while (!me.over()) {
          me.begin();
          const auto got = run.db.run(sp::get(me.key()));
          me.end(got && *got ? std::string_view(**got) : std::string_view());
        }
        me.done();
      });
    }
  });
  for (auto& each : all) each.join();
  return done;
}

outcome batches(const task& t, const sp::client& db) {
  outcome done;
  std::vector<std::string> names, values;
  for (std::size_t i = 0; i < keys; ++i) names.push_back(key_of(i)), values.push_back(value_of(i));
  std::vector<sp::batch::answer<std::optional<std::string>>> answers;
  answers.reserve(t.depth);
  const auto before = db.totals();
  const meter m;
  const auto end = clock::now() + t.span;
  for (auto now = clock::now(); now < end;) {
    auto all = db.batch();
    for (std::size_t i = 0; i < t.depth; ++i) answers.push_back(all.add(sp::get(names[i % keys])));
    if (!all.run()) return {.trouble = "sandpiper: a batch was refused"};
    for (std::size_t i = 0; i < t.depth; ++i) {
      const auto& got = answers[i].result();
      if (!got || *got != values[i % keys]) return {.trouble = "sandpiper: a wrong answer"};
    }
    answers.clear();
    done.operations += t.depth;
    const auto then = clock::now();
    done.latencies_us.push_back(std::chrono::duration<double, std::micro>(then - now).count());
    now = then;
  }
  m.stop(done);
  const auto after = db.totals();
  done.sends = after.writes - before.writes;
  done.receives = after.reads - before.reads;
  return done;
}

}  // namespace load

// Many threads at once. What thread sanitizer watches, and what no interleaving may break.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "sandpiper/store/store.hpp"
#include "store/support.hpp"

namespace sandpiper::store {
namespace {

options small_shards(std::size_t budget_bytes) {
  options how;
  how.budget_bytes = budget_bytes;
  how.shards = 2;
  return how;
}

// A value names its key and is one letter throughout: torn, mixed or freed bytes would show.
std::string marked(const std::string& key, std::mt19937_64& random) {
  return key + ":" + std::string(random() % 300, static_cast<char>('a' + random() % 26));
}

bool whole(const std::string& key, std::string_view text) {
  if (!text.starts_with(key + ":")) return false;
  const auto body = text.substr(key.size() + 1);
  return std::all_of(body.begin(), body.end(), [&](char c) { return c == body.front(); });
}

template <class Body>
void run_threads(std::size_t count, Body body) {
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < count; ++i) threads.emplace_back([&body, i] { body(i); });
  for (auto& each : threads) each.join();
}

TEST(Concurrency, NobodySeesWhatWasNeverWritten) {
  local_store store(small_shards(60'000));  // evicting all the time
  std::atomic<std::size_t> wrong{0};
  std::atomic<std::size_t> hits{0};
  run_threads(4, [&](std::size_t number) {
    std::mt19937_64 random(number);
    std::string text;
    for (int i = 0; i < 15'000; ++i) {
      const auto key = std::to_string(random() % 500);
      switch (random() % 8) {
        case 0:
        case 1: store.set(key, marked(key, random)); break;
        case 2: store.erase(key); break;
        case 3:
          if (const pin held = store.share(key)) wrong += whole(key, held.string()) ? 0 : 1;
          break;
        case 4:
          store.peek(key, [&](const entry_view& seen) {
            wrong += seen.key() == key && whole(key, seen.value().string()) ? 0 : 1;
          });
          break;
        default:
          if (!store.copy(key, text)) break;
          ++hits;
          wrong += whole(key, text) ? 0 : 1;
      }
    }
  });
  EXPECT_EQ(wrong.load(), 0u);
  EXPECT_GT(hits.load(), 0u);
  EXPECT_GT(store.stats().evictions, 0u);
  EXPECT_LE(store.stats().charged_bytes, store.budget_bytes());
  inspector::check(store);
}

// A key that is never erased is never missed, while its neighbours come, go and make tables grow.
TEST(Concurrency, WhatIsThereIsAlwaysFound) {
  local_store store(small_shards(32 << 20));
  for (int i = 0; i < 200; ++i) store.set("stay:" + std::to_string(i), "x");
  std::atomic<bool> done{false};
  std::atomic<std::size_t> missed{0};
  run_threads(4, [&](std::size_t number) {
    std::mt19937_64 random(number);
    if (number < 2) {
      for (int i = 0; i < 20'000; ++i) {
        const auto key = "come:" + std::to_string(random() % 20'000);
        random() % 4 == 0 ? static_cast<void>(store.erase(key))
                          : static_cast<void>(store.set(key, "y"));
        if (i % 50 == 0) store.set("stay:" + std::to_string(random() % 200), "x");
      }
      done.store(true);
      return;
    }
    while (!done.load()) {
      missed += store.type("stay:" + std::to_string(random() % 200)).has_value() ? 0 : 1;
    }
  });
  EXPECT_EQ(missed.load(), 0u);
  inspector::check(store);
}

// What one thread has written, another that was told of it sees: no older value ever again.
TEST(Concurrency, AWriteThatEndedIsSeenByWhoeverComesAfter) {
  local_store store(small_shards(1 << 20));
  std::atomic<std::uint64_t> written{0};
  store.set("k", "0");
  std::atomic<std::size_t> stale{0};
  run_threads(3, [&](std::size_t number) {
    if (number == 0) {
      for (std::uint64_t i = 1; i <= 20'000; ++i) {
        store.set("k", std::to_string(i));
        written.store(i, std::memory_order_release);
      }
      return;
    }
    std::string text;
    for (std::uint64_t told = 0; told < 20'000;) {
      told = written.load(std::memory_order_acquire);
      if (store.copy("k", text) && std::stoull(text) < told) ++stale;
    }
  });
  EXPECT_EQ(stale.load(), 0u);
}

TEST(Concurrency, AnErasedKeyIsGoneForWhoeverComesAfter) {
  local_store store(small_shards(1 << 20));
  std::atomic<int> turn{0};
  std::atomic<std::size_t> resurrected{0};
  run_threads(2, [&](std::size_t number) {
    for (int i = 0; i < 5000; ++i) {
      while (turn.load() != 2 * i + static_cast<int>(number)) std::this_thread::yield();
      if (number == 0) {
        store.set("k", "v");
        store.erase("k");
      } else {
        resurrected += store.type("k").has_value() ? 1 : 0;
      }
      turn.fetch_add(1);
    }
  });
  EXPECT_EQ(resurrected.load(), 0u);
}

TEST(Concurrency, LargeCollectionsAreReadWhileTheyChange) {
  local_store store(small_shards(8 << 20));
  const auto fill = [](editor& edit) {
    edit.become(value_type::hash);
    for (int i = 0; i < 300; ++i) edit.put("f" + std::to_string(i), "0");
  };
  store.update("h", fill);
  std::atomic<bool> done{false};
  std::atomic<std::size_t> wrong{0};
  run_threads(4, [&](std::size_t number) {
    if (number == 0) {
      for (int i = 0; i < 2000; ++i) {
        store.update(
            "h", [&](editor& edit) { edit.put("f" + std::to_string(i % 300), std::to_string(i)); });
        if (i % 500 == 499) {
          store.erase("h");
          store.update("h", fill);
        }
      }
      done.store(true);
      return;
    }
    while (!done.load()) {
      const auto look = [&](const entry_view& seen) {
        std::size_t fields = 0;
        seen.value().for_each([&](std::string_view, std::string_view) { return ++fields > 0; });
        wrong += fields == 300 ? 0 : 1;
      };
      number == 1 ? store.peek("h", look) : store.visit("h", look);
    }
  });
  EXPECT_EQ(wrong.load(), 0u);
  inspector::check(store);
}

TEST(Concurrency, EverythingAtOnceKeepsTheSums) {
  local_store store(small_shards(200'000));
  run_threads(4, [&](std::size_t number) {
    std::mt19937_64 random(number + 10);
    std::vector<pin> held;
    for (int i = 0; i < 4000; ++i) {
      const auto key = std::to_string(random() % 300);
      switch (random() % 10) {
        case 0: held.push_back(store.share(key)); break;
        case 1:
          if (held.size() > 20) held.erase(held.begin(), held.begin() + 10);
          break;
        case 2: store.sweep(20); break;
        case 3: store.scan(random(), 20, [](const entry_view&) {}); break;
        case 4:
          store.update(key, [&](editor& edit) {
            if (!edit.become(value_type::set)) return edit.clear();
            for (int n = 0; n < 200; ++n) edit.put(std::to_string(random() % 1000));
          });
          break;
        case 5: {
          const std::array<key_ref, 2> both = {key, "7"};
          auto locked = store.lock(both);
          locked.set("7", key);
          locked.erase(key);
          break;
        }
        case 6:
          if (random() % 100 == 0) store.clear();
          break;
        default: store.set(key, std::string(random() % 500, 'x'), {.deadline_ms = random() % 2});
      }
    }
  });
  EXPECT_LE(store.stats().charged_bytes, store.budget_bytes());
  inspector::check(store);
}

}  // namespace
}  // namespace sandpiper::store

#include "sandpiper/store/store.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "store/support.hpp"

namespace sandpiper::store {
namespace {

using namespace std::chrono_literals;
using only_if = write_options::only_if;

options plain() {
  options chosen;
  chosen.budget_bytes = 8 << 20;
  chosen.now_ms = &fake_clock::now;
  return chosen;
}

TEST(Store, KeepsWhatWasSet) {
  local_store store(plain());
  EXPECT_EQ(store.set("k", "v"), outcome::stored);
  EXPECT_EQ(text_of(store, "k"), "v");
  EXPECT_EQ(store.set("k", "longer than it was"), outcome::stored);
  EXPECT_EQ(text_of(store, "k"), "longer than it was");
  EXPECT_EQ(store.set("", ""), outcome::stored) << "the empty key is a key";
  EXPECT_EQ(text_of(store, ""), "");
  EXPECT_TRUE(store.erase("k"));
  EXPECT_FALSE(store.erase("k"));
  EXPECT_EQ(text_of(store, "k"), "(none)");
  EXPECT_EQ(store.size(), 1u);
  inspector::check(store);
}

TEST(Store, OneHashServesManyCalls) {
  local_store store(plain());
  const key_ref key("user:7");
  store.set(key, "Ada");
  EXPECT_EQ(text_of(store, key), "Ada");
  EXPECT_LT(store.shard_of(key), store.shards());
}

TEST(Store, WritesOnlyIf) {
  fake_clock::set(1);
  local_store store(plain());
  EXPECT_EQ(store.set("k", "1", {.when = only_if::present}), outcome::kept);
  EXPECT_EQ(store.set("k", "1", {.when = only_if::absent}), outcome::stored);
  EXPECT_EQ(store.set("k", "2", {.when = only_if::absent}), outcome::kept);
  EXPECT_EQ(store.set("k", "3", {.deadline_ms = 5, .when = only_if::present}), outcome::stored);
  fake_clock::set(5);
  EXPECT_EQ(store.set("k", "4", {.when = only_if::present}), outcome::kept);
  EXPECT_EQ(store.set("k", "4", {.when = only_if::absent}), outcome::stored);
  store.set("none", value{});
  EXPECT_EQ(store.set("none", "5", {.when = only_if::absent}), outcome::stored)
      << "known not to exist is absent";
  store.set("none", value{});
  EXPECT_EQ(store.set("none", "6", {.when = only_if::unknown}), outcome::kept)
      << "but it is not unknown";
  EXPECT_EQ(store.set("new", "7", {.when = only_if::unknown}), outcome::stored);
  inspector::check(store);
}

TEST(Store, KnowsThatThereIsNoSuchKey) {
  local_store store(plain());
  EXPECT_FALSE(store.type("k").has_value());
  store.set("k", value{});
  EXPECT_EQ(store.type("k"), value_type::none);
  EXPECT_EQ(text_of(store, "k"), "(none)");
  EXPECT_TRUE(store.erase("k")) << "there was something to forget";
  EXPECT_FALSE(store.type("k").has_value());
}

TEST(Store, ADeadlineIsExactToTheMillisecond) {
  fake_clock::set(1000);
  local_store store(plain());
  store.set("k", "v", {.deadline_ms = store.deadline(50ms)});
  fake_clock::set(1049);
  EXPECT_EQ(text_of(store, "k"), "v");
  fake_clock::set(1050);
  EXPECT_EQ(text_of(store, "k"), "(none)");
  EXPECT_FALSE(store.expire("k", 9999)) << "too late to live on";
  EXPECT_FALSE(store.erase("k"));
  inspector::check(store);
}

TEST(Store, DeadlinesAreSetTakenAwayAndKept) {
  fake_clock::set(1000);
  local_store store(plain());
  EXPECT_FALSE(store.expire("k", 2000));
  store.set("k", "v");
  EXPECT_TRUE(store.expire("k", 2000));
  store.set("k", "w", {.keep_deadline = true});
  fake_clock::set(1999);
  EXPECT_EQ(text_of(store, "k"), "w");
  EXPECT_TRUE(store.expire("k", 0));
  fake_clock::set(5000);
  EXPECT_EQ(text_of(store, "k"), "w");
  store.expire("k", 6000);
  store.set("k", "x");
  fake_clock::set(6000);
  EXPECT_EQ(text_of(store, "k"), "x") << "a plain set forgets the deadline";
  inspector::check(store);
}

TEST(Store, TheTagComesBackAsItWasGiven) {
  local_store store(plain());
  store.set("k", "v", {.tag = 0xfeed'beef'1234'5678});
  std::uint64_t tag = 0;
  store.peek("k", [&](const entry_view& seen) { tag = seen.tag(); });
  EXPECT_EQ(tag, 0xfeed'beef'1234'5678u);
}

TEST(Store, EveryTypeSmallAndLarge) {
  local_store store(plain());
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, std::size_t{1000}}) {
    for (const auto type : {value_type::hash, value_type::list, value_type::set}) {
      value made(type);
      for (std::size_t i = 0; i < size; ++i) made.add_distinct("name" + std::to_string(i), "value");
      ASSERT_EQ(store.set("k", made), outcome::stored);
      EXPECT_EQ(store.type("k"), type);
      auto stored = pairs_of(store, "k");
      auto expected = pairs_of(made.view());
      std::sort(stored.begin(), stored.end());
      std::sort(expected.begin(), expected.end());
      EXPECT_EQ(stored, expected) << to_string(type) << ' ' << size;
      std::string untouched = "as it was";
      EXPECT_FALSE(store.copy("k", untouched)) << "copy is for strings";
      EXPECT_EQ(untouched, "as it was");
    }
  }
  inspector::check(store);
}

TEST(Store, AZsetIsPutInOrderWhenItIsStored) {
  local_store store(plain());
  for (const std::size_t size : {5u, 500u}) {
    value made(value_type::zset);
    for (std::size_t i = 0; i < size; ++i) {
      const auto score = bytes_of(static_cast<double>(size - i));
      made.add_distinct("m" + std::to_string(i), {score.data(), score.size()});
    }
    ASSERT_EQ(store.set("k", made), outcome::stored);
    double last = 0;
    store.visit("k", [&](const entry_view& seen) {
      EXPECT_EQ(seen.value().size(), size);
      seen.value().for_each([&](std::string_view, std::string_view score) {
        EXPECT_GT(score_of(score), last);
        last = score_of(score);
        return true;
      });
    });
  }
}

TEST(Store, AStreamKeepsItsState) {
  local_store store(plain());
  for (const std::uint64_t size : {3u, 1000u}) {
    value made(value_type::stream);
    for (std::uint64_t i = 1; i <= size; ++i) made.add(stream_id{i, 0}, "");
    const stream_state state{{size + 7, 1}, {2, 2}, size * 2};
    made.set_stream_state(state);
    ASSERT_EQ(store.set("k", made), outcome::stored);
    store.peek("k", [&](const entry_view& seen) {
      EXPECT_EQ(seen.value().stream_state(), state);
      EXPECT_EQ(seen.value().size(), size);
    });
  }
}

TEST(Store, APinOutlivesItsKeyAndItsStore) {
  auto store = std::make_unique<local_store>(plain());
  store->set("k", std::string(5000, 'v'));
  pin held = store->share("k");
  ASSERT_TRUE(held);
  store->set("k", "another");
  store->erase("k");
  store->clear();
  EXPECT_EQ(held.string(), std::string(5000, 'v'));
  pin moved = std::move(held);
  EXPECT_FALSE(held);
  store.reset();
  EXPECT_EQ(moved.string().size(), 5000u);
  moved.read([](const entry_view& seen) { EXPECT_EQ(seen.key(), "k"); });
  moved = pin();
  EXPECT_FALSE(moved);
}

TEST(Store, APinsBytesAreChargedUntilItGoes) {
  local_store store(plain());
  store.set("k", std::string(100'000, 'v'));
  {
    const pin held = store.share("k");
    store.clear();
    EXPECT_GE(store.stats().charged_bytes, 100'000u);
  }
  EXPECT_LT(store.stats().charged_bytes, 100'000u);
  inspector::check(store);
}

TEST(Store, APinOfALargeCollectionSeesItChange) {
  local_store store(plain());
  const auto grow = [](editor& edit) {
    edit.become(value_type::set);
    for (int i = 0; i < 500; ++i) edit.put(std::to_string(edit.view().size()));
  };
  store.update("k", grow);
  const pin held = store.share("k");
  store.update("k", grow);
  held.read([](const entry_view& seen) { EXPECT_EQ(seen.value().size(), 1000u); });
}

TEST(Store, ClearForgetsAllAndStaysUsable) {
  local_store store(plain());
  for (int i = 0; i < 1000; ++i) store.set(std::to_string(i), "v", {.deadline_ms = 1u << 30});
  store.clear();
  EXPECT_EQ(store.size(), 0u);
  EXPECT_EQ(text_of(store, "1"), "(none)");
  inspector::check(store);
  store.set("1", "again");
  EXPECT_EQ(text_of(store, "1"), "again");
  inspector::check(store);
}

TEST(Store, StatisticsAddUp) {
  local_store store(plain());
  for (int i = 0; i < 100; ++i) store.set(std::to_string(i), "v");
  for (int i = 0; i < 40; ++i) store.erase(std::to_string(i));
  const auto sum = store.stats();
  EXPECT_EQ(sum.entries, 60u);
  EXPECT_EQ(sum.writes, 100u);
  EXPECT_EQ(sum.erasures, 40u);
  std::size_t entries = 0;
  for (std::size_t i = 0; i < store.shards(); ++i) entries += store.stats(i).entries;
  EXPECT_EQ(entries, 60u);
  EXPECT_EQ(store.stats(999).entries, 0u);
}

// What it costs to know a key, beside its own bytes: header, share of the index, rounding.
TEST(Store, MetadataIsAtMost64BytesAnEntry) {
  const std::string text(16, 'v');
  double sum = 0;
  int sizes = 0;
  for (const std::size_t entries : {10'000u, 12'000u, 15'000u, 20'000u, 30'000u, 50'000u}) {
    auto chosen = plain();
    chosen.budget_bytes = 64 << 20;
    local_store store(chosen);
    const auto empty = store.stats().charged_bytes;
    for (std::size_t i = 0; i < entries; ++i) {
      store.set("key:" + std::to_string(1'000'000'000'000'000 + i), text);
    }
    const auto used = store.stats();
    const auto held = static_cast<double>(used.charged_bytes - used.retired_bytes - empty);
    sum += held / static_cast<double>(entries) - 36.0;
    ++sizes;
  }
  EXPECT_LE(sum / sizes, 64.0);
}

}  // namespace
}  // namespace sandpiper::store

#include "store/collection.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>

#include "store/support.hpp"

namespace sandpiper::store {
namespace {

std::string score_text(double score) {
  const auto bytes = bytes_of(score);
  return {bytes.data(), bytes.size()};
}

TEST(Collection, AZsetIsAMapAndAnOrder) {
  counted_heap memory;
  collection zset(value_type::zset);
  std::map<std::string, double> scores;
  std::set<std::pair<double, std::string>> order;
  std::mt19937_64 random(3);
  for (int step = 0; step < 20'000; ++step) {
    const auto member = std::to_string(random() % 500);
    const auto score = static_cast<double>(random() % 50);
    const auto known = scores.find(member);
    if (random() % 4 == 0) {
      ASSERT_EQ(zset.erase(memory, member), known != scores.end());
      if (known == scores.end()) continue;
      order.erase({known->second, member});
      scores.erase(known);
    } else {
      const auto done = zset.put(memory, member, score_text(score));
      ASSERT_EQ(done, known == scores.end() ? change::added : change::replaced);
      if (known != scores.end()) order.erase({known->second, member});
      scores[member] = score;
      order.insert({score, member});
    }
    ASSERT_EQ(zset.size(), order.size());
  }
  auto next = order.begin();
  zset.range(0, SIZE_MAX, [&](std::string_view member, std::string_view score) {
    EXPECT_EQ(member, next->second);
    EXPECT_EQ(score_of(score), next->first);
    ++next;
    return true;
  });
  EXPECT_EQ(next, order.end());
  for (const double score : {0.0, 10.0, 49.0, 50.0}) {
    const auto below = std::distance(order.begin(), order.lower_bound({score, ""}));
    EXPECT_EQ(zset.lower_bound(score, ""), static_cast<std::size_t>(below));
  }
  zset.clear(memory);
  EXPECT_EQ(memory.blocks(), 0u);
}

// They are equal, but not the same bytes.
TEST(Collection, ZeroAndMinusZeroAreOnePlace) {
  counted_heap memory;
  collection zset(value_type::zset);
  zset.put(memory, "a", score_text(0.0));
  zset.put(memory, "b", score_text(0.0));
  EXPECT_EQ(zset.put(memory, "b", score_text(-0.0)), change::replaced);
  EXPECT_EQ(zset.put(memory, "a", score_text(-0.0)), change::replaced);
  EXPECT_EQ(zset.size(), 2u);
  EXPECT_TRUE(zset.erase(memory, "a"));
  EXPECT_TRUE(zset.erase(memory, "b"));
  zset.clear(memory);
  EXPECT_EQ(memory.blocks(), 0u);
}

TEST(Collection, AStreamRemembersWhatItLost) {
  counted_heap memory;
  collection stream(value_type::stream);
  const auto name = [](std::uint64_t ms) {
    const auto bytes = name_of({ms, 0});
    return std::string(bytes.begin(), bytes.end());
  };
  for (std::uint64_t ms = 1; ms <= 300; ++ms) {
    ASSERT_EQ(stream.put(memory, name(ms), "fields"), change::added);
  }
  EXPECT_EQ(stream.put(memory, name(300), ""), change::refused);
  EXPECT_EQ(stream.find(name(17)), "fields");
  EXPECT_TRUE(stream.erase(memory, name(17)));
  EXPECT_FALSE(stream.find(name(17)));
  EXPECT_EQ(stream.lower_bound(stream_id{18, 0}), 16u);
  stream.erase_at(memory, 0, 100);
  EXPECT_EQ(stream.size(), 199u);
  EXPECT_EQ(stream.state().max_deleted, (stream_id{101, 0}));
  EXPECT_EQ(stream.state().entries_added, 300u);
  stream.clear(memory);
  EXPECT_EQ(memory.blocks(), 0u);
}

// Memory that ends at any point may leave nothing half done.
TEST(Collection, ARefusedChangeChangesNothing) {
  for (const auto type : {value_type::hash, value_type::set, value_type::zset, value_type::list,
                          value_type::stream}) {
    counted_heap memory;
    collection large(type);
    std::size_t refused = 0;
    for (std::uint64_t i = 1; i <= 2000; ++i) {
      memory.allowed = i % 4;
      const auto id = name_of({i, 0});
      const std::string name = type == value_type::stream ? std::string(id.begin(), id.end())
                                                          : std::to_string(i * 7919 % 2003);
      const std::size_t before = large.size();
      const bool done =
          type == value_type::list
              ? large.insert_at(memory, i % (before + 1), name)
              : large.put(memory, name, type == value_type::zset ? score_text(1) : "") ==
                    change::added;
      refused += done ? 0 : 1;
      ASSERT_EQ(large.size(), before + (done ? 1 : 0)) << to_string(type);
    }
    EXPECT_GT(refused, 0u);
    EXPECT_GT(large.size(), 0u);
    memory.allowed = SIZE_MAX;
    large.clear(memory);
    EXPECT_EQ(memory.blocks(), 0u) << to_string(type);
  }
}

}  // namespace
}  // namespace sandpiper::store

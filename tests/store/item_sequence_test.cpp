#include "store/item_sequence.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "store/support.hpp"

namespace sandpiper::store {
namespace {

TEST(ItemSequence, AnswersAsAVectorDoes) {
  counted_heap memory;
  item_sequence sequence;
  std::vector<item*> model;
  std::mt19937_64 random(2);
  for (int step = 0; step < 30'000; ++step) {
    const bool grow = random() % 100 < (step < 15'000 ? 70u : 35u);
    if (grow || model.empty()) {
      std::size_t place = random() % (model.size() + 1);
      if (random() % 3 == 0) place = random() % 2 == 0 ? 0 : model.size();
      item* const added = make_item(memory, std::to_string(step), "");
      ASSERT_TRUE(sequence.insert(memory, place, added));
      model.insert(model.begin() + static_cast<std::ptrdiff_t>(place), added);
    } else {
      const std::size_t place = random() % model.size();
      ASSERT_EQ(sequence.at(place), model[place]);
      memory.release(sequence.erase(memory, place));
      model.erase(model.begin() + static_cast<std::ptrdiff_t>(place));
    }
    ASSERT_EQ(sequence.size(), model.size());
  }
  std::size_t at = 5;
  EXPECT_TRUE(
      sequence.range(5, model.size(), [&](const item& held) { return &held == model[at++]; }));
  EXPECT_EQ(at, model.size());
  for (item* held : model) memory.release(held);
  sequence.clear(memory);
  EXPECT_EQ(memory.blocks(), 0u);
}

TEST(ItemSequence, HalvesFindWhereAnOrderTurns) {
  counted_heap memory;
  item_sequence sequence;
  std::vector<item*> all;
  for (int i = 0; i < 1000; ++i) {
    all.push_back(make_item(memory, std::string(1, static_cast<char>(i / 10)), ""));
    ASSERT_TRUE(sequence.insert(memory, sequence.size(), all.back()));
  }
  for (const int turn : {0, 1, 12, 13, 50, 99, 100}) {
    const auto found = sequence.partition_point(
        [turn](const item& held) { return held.name()[0] < static_cast<char>(turn); });
    EXPECT_EQ(found, static_cast<std::size_t>(turn) * 10);
  }
  for (item* held : all) memory.release(held);
  sequence.clear(memory);
}

TEST(ItemSequence, AQueueThatOnlyGrowsFillsItsRuns) {
  counted_heap memory;
  item_sequence sequence;
  std::vector<item*> all;
  for (std::size_t i = 0; i < 10 * item_sequence::run_items_max; ++i) {
    all.push_back(make_item(memory, "x", ""));
    ASSERT_TRUE(sequence.insert(memory, i % 2 == 0 ? 0 : sequence.size(), all.back()));
  }
  EXPECT_LE(memory.blocks() - all.size(), 10u + 2u) << "runs, and the array of runs";
  for (item* held : all) memory.release(held);
  sequence.clear(memory);
}

TEST(ItemSequence, WithoutMemoryItStaysAsItIs) {
  counted_heap memory;
  item_sequence sequence;
  std::vector<item*> all;
  for (std::size_t i = 0; i < item_sequence::run_items_max; ++i) {
    all.push_back(make_item(memory, "x", ""));
    ASSERT_TRUE(sequence.insert(memory, 0, all.back()));
  }
  item* const more = make_item(memory, "y", "");
  memory.allowed = 0;
  EXPECT_FALSE(sequence.insert(memory, 5, more));
  EXPECT_EQ(sequence.size(), all.size());
  memory.allowed = SIZE_MAX;
  memory.release(more);
  for (item* held : all) memory.release(held);
  sequence.clear(memory);
  EXPECT_EQ(memory.blocks(), 0u);
}

}  // namespace
}  // namespace sandpiper::store

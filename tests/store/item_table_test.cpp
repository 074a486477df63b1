#include "store/item_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "store/support.hpp"

namespace sandpiper::store {
namespace {

TEST(ItemTable, AnswersAsAMapDoes) {
  counted_heap memory;
  item_table table;
  std::map<std::string, item*> model;
  std::mt19937_64 random(1);
  for (int step = 0; step < 20'000; ++step) {
    const auto name = std::to_string(random() % 700);
    if (auto known = model.find(name); known != model.end()) {
      ASSERT_EQ(table.find(name), known->second);
      if (random() % 2 == 0) {
        item* const fresh = make_item(memory, name, "new");
        table.replace(known->second, fresh);
        memory.release(std::exchange(known->second, fresh));
      } else {
        table.erase(known->second);
        memory.release(known->second);
        model.erase(known);
      }
    } else {
      ASSERT_EQ(table.find(name), nullptr);
      ASSERT_TRUE(table.reserve_one(memory));
      table.insert(model[name] = make_item(memory, name, "value"));
    }
    ASSERT_EQ(table.size(), model.size());
  }
  std::size_t walked = 0;
  std::size_t at = 0;
  while (const item* held = table.next(at)) {
    EXPECT_EQ(model.at(std::string(held->name())), held);
    ++walked;
  }
  EXPECT_EQ(walked, model.size());
  for (const auto& [name, held] : model) memory.release(held);
  table.clear(memory);
  EXPECT_EQ(memory.blocks(), 0u);
}

TEST(ItemTable, WithoutMemoryItStaysAsItIs) {
  counted_heap memory;
  memory.allowed = 0;
  item_table table;
  EXPECT_FALSE(table.reserve_one(memory));
  EXPECT_EQ(table.find("x"), nullptr);
  EXPECT_EQ(make_item(memory, "a", "b"), nullptr);
}

}  // namespace
}  // namespace sandpiper::store

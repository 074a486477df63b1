#include "store/entry.hpp"

#include <gtest/gtest.h>

#include <string>

#include "store/support.hpp"

namespace sandpiper::store {
namespace {

TEST(Entry, HoldsKeyAndValueInOneBlock) {
  counted_heap memory;
  entry* const made =
      make_entry(memory, "key", value_type::string, node::layout::inline_bytes, "value");
  ASSERT_NE(made, nullptr);
  EXPECT_EQ(memory.blocks(), 1u);
  EXPECT_EQ(made->key(), "key");
  EXPECT_EQ(made->bytes(), "value");
  EXPECT_EQ(view_of(*made).string(), "value");
  EXPECT_EQ(made->large(), nullptr);
  destroy_node(memory, made);
  EXPECT_EQ(memory.blocks(), 0u);
}

TEST(Entry, ALargeOneGoesWithAllItHolds) {
  counted_heap memory;
  collection* large = make_collection(memory, value_type::set);
  collection_heap lent(memory, *large);
  for (int i = 0; i < 100; ++i) large->put(lent, std::to_string(i), {});
  EXPECT_GT(large->held_bytes, 100 * sizeof(item));
  const std::string_view address(reinterpret_cast<const char*>(&large), sizeof large);
  entry* const made = make_entry(memory, "odd", value_type::set, node::layout::large, address);
  EXPECT_EQ(made->large(), large) << "found again, however the key's length lays it";
  EXPECT_EQ(view_of(*made).size(), 100u);
  destroy_node(memory, made);
  EXPECT_EQ(memory.blocks(), 0u);
}

TEST(Entry, WithoutMemoryThereIsNone) {
  counted_heap memory;
  memory.allowed = 0;
  EXPECT_EQ(make_entry(memory, "k", value_type::string, node::layout::inline_bytes, "v"), nullptr);
  EXPECT_EQ(make_collection(memory, value_type::hash), nullptr);
}

}  // namespace
}  // namespace sandpiper::store

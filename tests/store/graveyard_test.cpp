#include "store/graveyard.hpp"

#include <gtest/gtest.h>

#include "store/epoch.hpp"
#include "store/support.hpp"

namespace sandpiper::store {
namespace {

node& entry_in(heap& memory) {
  return *make_entry(memory, "k", value_type::string, node::layout::inline_bytes, "v");
}

TEST(Graveyard, KeepsWhatAReaderMaySee) {
  counted_heap memory;
  graveyard dead;
  {
    const epoch::guard reader;
    dead.retire(entry_in(memory));
    dead.collect(memory);
    dead.retire(entry_in(memory));
    dead.collect(memory);
    EXPECT_EQ(memory.blocks(), 2u);
    EXPECT_GT(dead.bytes(), 2 * sizeof(entry));
  }
  dead.collect(memory);
  EXPECT_EQ(memory.blocks(), 0u);
  EXPECT_TRUE(dead.empty());
  EXPECT_EQ(dead.bytes(), 0u);
}

TEST(Graveyard, ALateReaderHoldsNothingOfOld) {
  counted_heap memory;
  graveyard dead;
  dead.retire(entry_in(memory));
  {
    const epoch::guard reader;
    dead.collect(memory);
    EXPECT_EQ(memory.blocks(), 1u) << "it was there before the epoch ended";
  }
  const epoch::guard later;
  dead.collect(memory);
  EXPECT_EQ(memory.blocks(), 0u);
}

TEST(Graveyard, LeavesAPinnedOneToItsPin) {
  counted_heap memory;
  graveyard dead;
  node& pinned = entry_in(memory);
  pinned.references.fetch_add(1);
  dead.retire(pinned);
  dead.collect(memory);
  EXPECT_TRUE(dead.empty());
  EXPECT_EQ(memory.blocks(), 1u);
  EXPECT_EQ(pinned.references.load(), 1u) << "the store's own reference is gone";
  destroy_node(memory, &pinned);
}

TEST(Graveyard, GathersUntilAskingIsWorthIt) {
  counted_heap memory;
  graveyard dead;
  EXPECT_FALSE(dead.worthwhile());
  int retired = 0;
  for (; !dead.worthwhile(); ++retired) dead.retire(entry_in(memory));
  EXPECT_GT(retired, 1);
  EXPECT_LT(retired, 100);
  dead.collect(memory);
  EXPECT_FALSE(dead.worthwhile());
}

}  // namespace
}  // namespace sandpiper::store

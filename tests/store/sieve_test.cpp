#include "store/sieve.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "store/support.hpp"

namespace sandpiper::store {
namespace {

using verdict = sieve::verdict;

class Sieve : public testing::Test {
 protected:
  ~Sieve() override {
    for (entry* each : made_) destroy_node(memory_, each);
  }

  entry& add(std::string_view key) {
    made_.push_back(make_entry(memory_, key, value_type::string, node::layout::inline_bytes, ""));
    queue_.push(*made_.back());
    return *made_.back();
  }

  std::string evicted() {
    entry* const gone =
        queue_.victim([](entry&, bool used) { return used ? verdict::spare : verdict::take; });
    if (gone == nullptr) return "nobody";
    queue_.remove(*gone);
    return std::string(gone->key());
  }

  counted_heap memory_;
  sieve queue_;
  std::vector<entry*> made_;
};

TEST_F(Sieve, TakesTheOldestThatWasNotUsed) {
  add("a").mark_visited();
  add("b");
  add("c").mark_visited();
  EXPECT_EQ(evicted(), "b");
  EXPECT_EQ(evicted(), "a") << "the hand went round; nobody used it again";
  EXPECT_EQ(evicted(), "c");
  EXPECT_EQ(evicted(), "nobody");
}

// What tells SIEVE from a second chance: who is spared stays where it is.
TEST_F(Sieve, TheHandGoesOnFromWhereItStood) {
  add("a").mark_visited();
  add("b");
  add("c");
  EXPECT_EQ(evicted(), "b");
  add("d");
  EXPECT_EQ(evicted(), "c") << "not back to a";
  EXPECT_EQ(evicted(), "d");
  EXPECT_EQ(evicted(), "a");
}

TEST_F(Sieve, AReplacedOneKeepsItsPlaceAndCountsAsUsed) {
  entry& old = add("a");
  add("b");
  entry* const fresh =
      make_entry(memory_, "a", value_type::string, node::layout::inline_bytes, "2");
  made_.push_back(fresh);
  queue_.replace(old, *fresh);
  EXPECT_TRUE(queue_.holds());
  EXPECT_EQ(queue_.size(), 2u);
  EXPECT_EQ(evicted(), "b");
  EXPECT_EQ(evicted(), "a");
}

TEST_F(Sieve, EndsWhenAllAreSpared) {
  for (const auto* key : {"a", "b", "c"}) add(key);
  EXPECT_EQ(queue_.victim([](entry&, bool) { return verdict::spare; }), nullptr);
  EXPECT_TRUE(queue_.holds());
}

TEST_F(Sieve, SweepingComesToEveryone) {
  for (const auto* key : {"a", "b", "c"}) add(key);
  std::string seen;
  for (int i = 0; i < 6; ++i) seen += queue_.next_to_sweep()->key();
  EXPECT_EQ(seen, "abcabc");
}

TEST_F(Sieve, LinksHoldWhateverIsDone) {
  std::mt19937_64 random(5);
  std::vector<entry*> in;
  for (int step = 0; step < 5000; ++step) {
    const auto dice = random() % 5;
    if (dice < 2 || in.empty()) {
      in.push_back(&add(std::to_string(step)));
    } else if (dice == 2) {
      std::swap(in[random() % in.size()], in.back());
      queue_.remove(*in.back());
      in.pop_back();
    } else if (dice == 3) {
      static_cast<void>(queue_.next_to_sweep());
    } else {
      entry* const gone =
          queue_.victim([](entry&, bool used) { return used ? verdict::spare : verdict::take; });
      queue_.remove(*gone);
      std::erase(in, gone);
    }
    if (step % 50 == 0) {
      ASSERT_TRUE(queue_.holds());
    }
    ASSERT_EQ(queue_.size(), in.size());
  }
}

}  // namespace
}  // namespace sandpiper::store

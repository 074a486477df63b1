#include "store/index.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>

#include "store/index_search.hpp"
#include "store/support.hpp"

namespace sandpiper::store {
namespace {

class Index : public testing::Test {
 protected:
  Index() : all_(std::size_t{1} << 28) {
    account_.open(all_, 4096);
    index_.open(4);
  }
  ~Index() override {
    for (auto& [key, held] : made_) destroy_node(memory_, held);
    if (auto* const table = index_.close()) account_.release(table);
  }

  void grow() {
    auto grown = index_.grow(account_);
    ASSERT_TRUE(grown.grown);
    if (grown.retired != nullptr) account_.release(grown.retired);
  }

  void add(const std::string& key) {
    if (index_.full()) grow();
    entry* const made =
        make_entry(memory_, key, value_type::string, node::layout::inline_bytes, "");
    made_[key] = made;
    index_.insert(*made, hash_of(key));
  }

  void remove(const std::string& key) {
    const auto at = index_.locate(hash_of(key), key);
    ASSERT_TRUE(at);
    index_.erase(at);
    destroy_node(memory_, made_.at(key));
    made_.erase(key);
  }

  budget all_;
  account account_;
  counted_heap memory_;
  index index_;
  std::map<std::string, entry*> made_;
};

TEST_F(Index, IsEmptyBeforeItsFirstTable) {
  EXPECT_EQ(index_.find(hash_of("x"), "x"), nullptr);
  EXPECT_FALSE(index_.locate(hash_of("x"), "x"));
  EXPECT_TRUE(index_.full());
  EXPECT_TRUE(index_.holds());
}

TEST_F(Index, FindsAsAMapDoes) {
  std::mt19937_64 random(6);
  for (int step = 0; step < 20'000; ++step) {
    const auto key = std::to_string(random() % 2000);
    const auto known = made_.find(key);
    ASSERT_EQ(index_.find(hash_of(key), key), known == made_.end() ? nullptr : known->second);
    if (known == made_.end()) {
      add(key);
    } else if (random() % 2 == 0) {
      remove(key);
    }
    ASSERT_EQ(index_.size(), made_.size());
    if (step % 500 == 0) {
      ASSERT_TRUE(index_.holds());
    }
  }
}

// At its fullest, and long after: entries pushed past full buckets come and go.
TEST_F(Index, SignsStayTrueUnderChurnWithoutGrowing) {
  for (int i = 0; i < 500; ++i) add(std::to_string(i));
  int next = 500;
  while (!index_.full()) add(std::to_string(next++));
  const auto buckets = index_.buckets();
  std::mt19937_64 random(7);
  for (int step = 0; step < 20'000; ++step) {
    auto gone = made_.begin();
    std::advance(gone, static_cast<std::ptrdiff_t>(random() % 20));
    remove(std::string(gone->first));
    add(std::to_string(next++));
    if (step % 1000 == 0) {
      ASSERT_TRUE(index_.holds());
    }
  }
  EXPECT_EQ(index_.buckets(), buckets);
  EXPECT_TRUE(index_.holds());
}

TEST_F(Index, KeysOfEveryLengthAreToldApart) {
  for (std::size_t size = 0; size < 70; ++size) add(std::string(size, 'k'));
  for (std::size_t size = 1; size < 70; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::string other(size, 'k');
      other[at] = 'x';
      ASSERT_FALSE(index_bits::same(other, std::string(size, 'k'))) << size << ' ' << at;
    }
    ASSERT_NE(index_.find(hash_of(std::string(size, 'k')), std::string(size, 'k')), nullptr);
  }
}

TEST_F(Index, AWalkByHomesMeetsEachOnce) {
  for (int i = 0; i < 777; ++i) add(std::to_string(i));
  std::set<std::string_view> seen;
  for (std::size_t home = 0; home < index_.buckets(); ++home) {
    index_.for_each_at(home, [&](entry& each, std::uint64_t hash) {
      EXPECT_EQ(hash, hash_of(each.key()));
      EXPECT_TRUE(seen.insert(each.key()).second);
    });
  }
  EXPECT_EQ(seen.size(), 777u);
}

// A cursor is the first hash of a home: it must belong to that home, and the one below must not.
TEST_F(Index, TheFirstHashOfAHomeIsItsFirst) {
  for (int i = 0; i < 777; ++i) add(std::to_string(i));
  for (std::size_t home = 1; home < index_.buckets(); ++home) {
    const auto first = index_.first_hash_of(home);
    EXPECT_EQ(index_.home_of(first), home);
    EXPECT_EQ(index_.home_of(first - 1), home - 1);
  }
  EXPECT_EQ(index_.first_hash_of(index_.buckets()), 0u);
}

TEST_F(Index, WithoutRoomItDoesNotGrow) {
  add("a");
  budget none(0);
  account poor;
  poor.open(none, 64);
  EXPECT_FALSE(index_.grow(poor).grown);
  EXPECT_EQ(index_.find(hash_of("a"), "a"), made_.at("a"));
}

}  // namespace
}  // namespace sandpiper::store

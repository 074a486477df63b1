#include "store/editing.hpp"

#include <gtest/gtest.h>

#include <string>

#include "store/support.hpp"

namespace sandpiper::store {
namespace {

options tiny_limits() {
  options chosen;
  chosen.budget_bytes = 4 << 20;
  chosen.compact = {
      .pairs_max = 4, .text_bytes_max = 8, .list_bytes_max = 64, .stream_bytes_max = 200};
  chosen.now_ms = &fake_clock::now;
  return chosen;
}

std::string score_text(double score) {
  const auto bytes = bytes_of(score);
  return {bytes.data(), bytes.size()};
}

TEST(Editing, MakesAKeyAndUnmakesIt) {
  local_store store(tiny_limits());
  const auto put = [](editor& edit) {
    EXPECT_EQ(edit.type(), value_type::none);
    EXPECT_TRUE(edit.become(value_type::hash));
    EXPECT_EQ(edit.put("f", "v"), change::added);
    EXPECT_EQ(edit.put("f", "w"), change::replaced);
    EXPECT_EQ(edit.view().find("f"), "w");
  };
  EXPECT_EQ(store.update("k", put), outcome::stored);
  EXPECT_EQ(pairs_of(store, "k"), (pairs{{"f", "w"}}));
  EXPECT_EQ(store.update("k", [](editor& edit) { EXPECT_FALSE(edit.become(value_type::list)); }),
            outcome::kept);
  EXPECT_EQ(store.update("k", [](editor& edit) { EXPECT_TRUE(edit.erase("f")); }), outcome::stored);
  EXPECT_FALSE(store.type("k")) << "an empty hash is no hash";
  inspector::check(store);
}

TEST(Editing, NothingDoneIsNothingStored) {
  local_store store(tiny_limits());
  EXPECT_EQ(store.update("k", [](editor&) {}), outcome::kept);
  EXPECT_EQ(store.update("k", [](editor& edit) { edit.clear(); }), outcome::kept);
  EXPECT_FALSE(store.type("k"));
  EXPECT_EQ(store.stats().writes, 0u);
}

// Every type crosses from compact to large and shows the same on both sides.
TEST(Editing, OutgrowingItsBlockChangesNothingThatShows) {
  local_store store(tiny_limits());
  pairs expected;
  for (int i = 0; i < 40; ++i) {
    const std::string name = "n" + std::to_string(100 + i);
    expected.emplace_back(name, score_text(i));
    store.update("zset", [&](editor& edit) {
      edit.become(value_type::zset);
      EXPECT_EQ(edit.put(name, score_text(i)), change::added);
    });
    ASSERT_EQ(pairs_of(store, "zset"), expected);
  }
  inspector::check(store);
  store.update("zset", [](editor& edit) {
    EXPECT_EQ(edit.view().rank("n120"), 20u);
    EXPECT_EQ(edit.put("n120", score_text(-1)), change::replaced);
    EXPECT_EQ(edit.view().rank("n120"), 0u);
    EXPECT_TRUE(edit.erase("n101"));
    EXPECT_FALSE(edit.erase("n101"));
  });
  store.peek("zset", [](const entry_view& seen) { EXPECT_EQ(seen.value().size(), 39u); });
  inspector::check(store);
}

TEST(Editing, AListByPlacesSmallAndLarge) {
  local_store store(tiny_limits());
  for (const std::size_t size : {2u, 30u}) {
    store.erase("list");
    store.update("list", [&](editor& edit) {
      edit.become(value_type::list);
      for (std::size_t i = 0; i < size; ++i) {
        EXPECT_TRUE(edit.insert_at(edit.view().size(), std::to_string(i)));
      }
      EXPECT_TRUE(edit.insert_at(0, "first"));
      EXPECT_FALSE(edit.insert_at(size + 2, "beyond"));
      EXPECT_TRUE(edit.replace_at(1, "zero"));
      EXPECT_FALSE(edit.replace_at(size + 1, "beyond"));
      EXPECT_EQ(edit.put("name", ""), change::refused) << "a list has no names";
    });
    EXPECT_FALSE(store.type("list")) << "refused: as it was before";

    store.update("list", [&](editor& edit) {
      edit.become(value_type::list);
      for (std::size_t i = 0; i < size; ++i) edit.insert_at(i, std::to_string(i));
      edit.insert_at(0, "first");
      edit.replace_at(1, "zero");
      EXPECT_EQ(edit.erase_at(2, size - 2), size - 2);
      EXPECT_EQ(edit.erase_at(99, 1), 0u);
    });
    EXPECT_EQ(pairs_of(store, "list"),
              (pairs{{"first", ""}, {"zero", ""}, {std::to_string(size - 1), ""}}));
    store.update("list", [](editor& edit) { EXPECT_EQ(edit.erase_at(0, 99), 3u); });
    EXPECT_FALSE(store.type("list"));
    inspector::check(store);
  }
}

TEST(Editing, AStreamMayBeEmptyAndRemembers) {
  local_store store(tiny_limits());
  for (const std::uint64_t count : {2u, 30u}) {
    store.erase("stream");
    store.update("stream", [&](editor& edit) {
      edit.become(value_type::stream);
      for (std::uint64_t ms = 1; ms <= count; ++ms) {
        const auto name = name_of({ms, 0});
        EXPECT_EQ(edit.put({name.data(), name.size()}, "fields"), change::added);
      }
      EXPECT_EQ(edit.erase_at(0, count), count);
    });
    store.peek("stream", [&](const entry_view& seen) {
      EXPECT_EQ(seen.value().type(), value_type::stream);
      EXPECT_EQ(seen.value().size(), 0u);
      EXPECT_EQ(seen.value().stream_state(), (stream_state{{count, 0}, {count, 0}, count}));
    });
    EXPECT_EQ(store.update("stream",
                           [&](editor& edit) {
                             EXPECT_FALSE(edit.set_stream_state({}) && false);
                             EXPECT_TRUE(edit.set_stream_state({{99, 0}, {}, 7}));
                           }),
              outcome::stored);
    inspector::check(store);
  }
}

TEST(Editing, AssignTakesTheKeyFromWhateverItWas) {
  local_store store(tiny_limits());
  store.update("k", [](editor& edit) {
    edit.become(value_type::set);
    for (int i = 0; i < 100; ++i) edit.put(std::to_string(i));
  });
  const auto before = store.stats().charged_bytes;
  store.update("k", [](editor& edit) {
    edit.assign("one");
    EXPECT_EQ(edit.view().string(), "one");
    edit.assign("text");
  });
  EXPECT_EQ(text_of(store, "k"), "text");
  store.sweep(0);
  EXPECT_LT(store.stats().charged_bytes - store.stats().retired_bytes, before);
  inspector::check(store);
}

TEST(Editing, DeadlineAndTagStayUnlessToldOtherwise) {
  fake_clock::set(100);
  local_store store(tiny_limits());
  const auto touch = [](editor& edit) {
    edit.become(value_type::set);
    for (int i = 0; i < 3; ++i) edit.put(std::to_string(edit.view().size()));
  };
  const auto seen = [&] {
    std::pair<std::uint64_t, std::uint64_t> both;
    store.peek("k", [&](const entry_view& e) { both = {e.deadline_ms(), e.tag()}; });
    return both;
  };
  store.update("k", touch, {.deadline_ms = 500, .tag = 7});
  for (int i = 0; i < 3; ++i) {  // compact, crossing, large
    store.update("k", touch);
    EXPECT_EQ(seen(), std::pair(std::uint64_t{500}, std::uint64_t{7})) << i;
  }
  store.update("k", touch, {.tag = 8, .keep_deadline = true});
  EXPECT_EQ(seen(), std::pair(std::uint64_t{500}, std::uint64_t{8}));
  store.update("k", touch, {.tag = 9});
  EXPECT_EQ(seen(), std::pair(std::uint64_t{0}, std::uint64_t{9}));
  inspector::check(store);
}

TEST(Editing, AnExpiredValueIsNoValue) {
  fake_clock::set(100);
  local_store store(tiny_limits());
  store.set("k", "old", {.deadline_ms = 200});
  fake_clock::set(200);
  store.update("k", [](editor& edit) {
    EXPECT_EQ(edit.type(), value_type::none);
    edit.assign("new");
  });
  EXPECT_EQ(text_of(store, "k"), "new");
  store.peek("k", [](const entry_view& seen) { EXPECT_EQ(seen.deadline_ms(), 0u); });
  inspector::check(store);
}

// A large collection grows until the budget ends; what was there stays, whole and in order.
TEST(Editing, WithoutRoomALargeOneKeepsWhatItHas) {
  auto chosen = tiny_limits();
  chosen.budget_bytes = 128 * 1024;
  chosen.shards = 1;
  local_store store(chosen);
  std::size_t added = 0;
  outcome last = outcome::stored;
  while (last == outcome::stored) {
    last = store.update("k", [&](editor& edit) {
      edit.become(value_type::zset);
      if (edit.put("member" + std::to_string(added), score_text(1)) == change::added) ++added;
    });
    ASSERT_LE(store.stats().charged_bytes, store.budget_bytes());
  }
  EXPECT_EQ(last, outcome::refused);
  store.peek("k", [&](const entry_view& seen) { EXPECT_EQ(seen.value().size(), added); });
  inspector::check(store);
}

}  // namespace
}  // namespace sandpiper::store

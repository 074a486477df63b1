// The store beside a plain map, under the same random calls.

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "sandpiper/store/store.hpp"
#include "store/support.hpp"

namespace sandpiper::store {
namespace {

struct known {
  value_type type = value_type::none;
  std::string text;
  std::map<std::string, std::string> named;  // hash, set, zset
  std::vector<std::string> items;            // list
  std::uint64_t deadline_ms = 0;
};

class Model : public testing::TestWithParam<std::size_t> {
 protected:
  Model() : random_(GetParam()), store_(chosen(GetParam())) { fake_clock::set(1); }

  static options chosen(std::size_t seed) {
    options how;
    how.budget_bytes = 16 << 20;
    how.shards = seed % 3 == 0 ? 1 : 8;
    how.now_ms = &fake_clock::now;
    how.compact = {
        .pairs_max = 6, .text_bytes_max = 20, .list_bytes_max = 60, .stream_bytes_max = 99};
    return how;
  }

  std::string key() { return "key" + std::to_string(random_() % 60); }
  std::string text() {
    return std::string(random_() % 40, static_cast<char>('a' + random_() % 26));
  }

  known* live(const std::string& at) {
    const auto found = model_.find(at);
    if (found == model_.end()) return nullptr;
    const auto deadline = found->second.deadline_ms;
    if (deadline == 0 || deadline > fake_clock::now()) return &found->second;
    model_.erase(found);
    return nullptr;
  }

  void set_text(const std::string& at) {
    known fresh{value_type::string, text(), {}, {}, 0};
    if (random_() % 3 == 0) fresh.deadline_ms = fake_clock::now() + random_() % 50;
    ASSERT_EQ(store_.set(at, fresh.text, {.deadline_ms = fresh.deadline_ms}), outcome::stored);
    model_[at] = fresh;
  }

  // One pair in or out of a hash, set or zset, by the type the key has or is given.
  void edit_named(const std::string& at) {
    known* had = live(at);
    static constexpr value_type types[] = {value_type::hash, value_type::set, value_type::zset};
    const auto type = had != nullptr ? had->type : types[random_() % 3];
    if (type != value_type::hash && type != value_type::set && type != value_type::zset) return;
    const auto name = "n" + std::to_string(random_() % 30);
    const auto raw = bytes_of(static_cast<double>(random_() % 9));
    const auto bytes = type == value_type::zset   ? std::string(raw.data(), raw.size())
                       : type == value_type::hash ? text()
                                                  : std::string();
    const bool out = random_() % 3 == 0;
    store_.update(at, [&](editor& edit) {
      ASSERT_EQ(edit.type(), had != nullptr ? type : value_type::none);
      if (out) {
        ASSERT_EQ(edit.erase(name), had != nullptr && had->named.contains(name));
        return;
      }
      ASSERT_TRUE(edit.become(type));
      const bool there = had != nullptr && had->named.contains(name);
      ASSERT_EQ(edit.put(name, bytes), there ? change::replaced : change::added);
    });
    if (out) {
      if (had != nullptr && had->named.erase(name) == 1 && had->named.empty()) model_.erase(at);
    } else {
      model_[at].type = type;
      model_[at].named[name] = bytes;
    }
  }

  void edit_list(const std::string& at) {
    known* had = live(at);
    if (had != nullptr && had->type != value_type::list) return;
    known fresh = had != nullptr ? *had : known{value_type::list, {}, {}, {}, 0};
    auto& items = fresh.items;
    const auto dice = random_() % 4;
    store_.update(at, [&](editor& edit) {
      ASSERT_TRUE(edit.become(value_type::list));
      const auto place = random_() % (items.size() + 1);
      if (dice < 2 || items.empty()) {
        items.insert(items.begin() + static_cast<std::ptrdiff_t>(place), text());
        ASSERT_TRUE(edit.insert_at(place, items[place]));
      } else if (place == items.size()) {
        ASSERT_EQ(edit.erase_at(place, 1), 0u);
      } else if (dice == 2) {
        items[place] = text();
        ASSERT_TRUE(edit.replace_at(place, items[place]));
      } else {
        const auto count = std::min<std::size_t>(1 + random_() % 3, items.size() - place);
        ASSERT_EQ(edit.erase_at(place, count), count);
        const auto first = items.begin() + static_cast<std::ptrdiff_t>(place);
        items.erase(first, first + static_cast<std::ptrdiff_t>(count));
      }
    });
    if (items.empty()) {
      model_.erase(at);
    } else {
      model_[at] = fresh;
    }
  }

  void compare(const std::string& at) {
    const known* had = live(at);
    const auto type = store_.type(at);
    ASSERT_EQ(type.has_value(), had != nullptr) << at;
    if (had == nullptr) return;
    ASSERT_EQ(*type, had->type) << at;
    store_.peek(at, [&](const entry_view& seen) {
      ASSERT_EQ(seen.deadline_ms(), had->deadline_ms);
      ASSERT_EQ(seen.value().string(), had->text);
      auto found = pairs_of(seen.value());
      if (had->type == value_type::string) return;
      if (had->type == value_type::list) {
        pairs items;
        for (const auto& item : had->items) items.emplace_back(item, "");
        ASSERT_EQ(found, items);
        return;
      }
      std::sort(found.begin(), found.end());
      ASSERT_EQ(found, pairs(had->named.begin(), had->named.end()));
      for (const auto& [name, bytes] : had->named) ASSERT_EQ(seen.value().find(name), bytes);
    });
  }

  void step() {
    const auto at = key();
    switch (random_() % 12) {
      case 0:
      case 1: set_text(at); break;
      case 2:
      case 3:
      case 4:
      case 5: edit_named(at); break;
      case 6:
      case 7: edit_list(at); break;
      case 8:
        ASSERT_EQ(store_.erase(at), live(at) != nullptr);
        model_.erase(at);
        break;
      case 9: {
        const auto deadline = random_() % 2 == 0 ? 0 : fake_clock::now() + random_() % 40;
        ASSERT_EQ(store_.expire(at, deadline), live(at) != nullptr);
        if (known* had = live(at)) had->deadline_ms = deadline;
        break;
      }
      case 10: fake_clock::advance(random_() % 5); break;
      default: store_.sweep(random_() % 30);
    }
    compare(at);
    ASSERT_LE(store_.stats().charged_bytes, store_.budget_bytes());
  }

  std::mt19937_64 random_;
  local_store store_;
  std::map<std::string, known> model_;
};

TEST_P(Model, AnswersAsAMapDoes) {
  for (int i = 0; i < 8000; ++i) {
    ASSERT_NO_FATAL_FAILURE(step()) << "step " << i;
    if (i % 1000 == 0) {
      inspector::check(store_);
      for (int k = 0; k < 60; ++k) ASSERT_NO_FATAL_FAILURE(compare("key" + std::to_string(k)));
    }
  }
  inspector::check(store_);
}
INSTANTIATE_TEST_SUITE_P(Seeds, Model, testing::Range<std::size_t>(1, 7));

// A store much too small for what it is given: whatever it keeps is right, and no byte too much.
TEST(Budget, IsNeverExceededByAByteWhateverComes) {
  for (const std::size_t seed : {1u, 2u, 3u}) {
    std::mt19937_64 random(seed);
    options how;
    how.budget_bytes = 200'000;
    how.shards = seed == 1 ? 1 : 8;
    how.now_ms = &fake_clock::now;
    local_store store(how);
    std::map<std::string, std::string> last;
    for (int i = 0; i < 20'000; ++i) {
      const auto key = std::to_string(random() % 3000);
      const auto dice = random() % 100;
      const std::size_t size = dice == 0 ? random() % 150'000 : random() % 400;
      if (dice < 70) {
        const std::string text(size, static_cast<char>('a' + random() % 26));
        if (store.set(key, text) == outcome::stored) last[key] = text;
      } else if (dice < 80) {
        store.erase(key);
        last.erase(key);
      } else if (dice < 90) {
        store.update("set:" + key, [&](editor& edit) {
          edit.become(value_type::set);
          for (int n = 0; n < 20; ++n) edit.put(std::to_string(random()));
        });
      } else {
        const auto seen = text_of(store, key);
        if (seen != "(none)") {
          ASSERT_EQ(seen, last.at(key));
        }
      }
      ASSERT_LE(store.stats().charged_bytes, how.budget_bytes) << "step " << i;
      if (i % 2000 == 0) inspector::check(store);
    }
    EXPECT_GT(store.stats().evictions, 1000u);
    inspector::check(store);
  }
}

}  // namespace
}  // namespace sandpiper::store

#pragma once
// One task, three ways: keep strings by key, for many threads at once.

#include <oneapi/tbb/concurrent_hash_map.h>

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sandpiper/store/store.hpp"

namespace contest {

/// Each: set, and get: found, and copied into `into`.
class sandpiper_store {
 public:
  static constexpr auto name = "sandpiper::store";

  void set(const std::string& key, std::string_view text) { store_.set(key, text); }
  bool get(const std::string& key, std::string& into) const { return store_.copy(key, into); }

 private:
  sandpiper::local_store store_{{.budget_bytes = std::size_t{256} << 20}};
};

/// What one writes oneself: 256 maps, each with a mutex.
class sharded_unordered_map {
 public:
  static constexpr auto name = "mutex + unordered_map x 256";

  void set(const std::string& key, std::string_view text) {
    shard& home = shard_of(key);
    const std::lock_guard lock(home.mutex);
    home.map[key] = text;
  }
  bool get(const std::string& key, std::string& into) const {
    const shard& home = shard_of(key);
    const std::lock_guard lock(home.mutex);
    const auto found = home.map.find(key);
    if (found == home.map.end()) return false;
    into = found->second;
    return true;
  }

 private:
  struct alignas(64) shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, std::string> map;
  };
  [[nodiscard]] shard& shard_of(const std::string& key) const {
    return shards_[std::hash<std::string>{}(key) >> 56];
  }

  mutable std::array<shard, 256> shards_;
};

/// oneTBB's map with a lock in each bucket.
class tbb_hash_map {
 public:
  static constexpr auto name = "tbb::concurrent_hash_map";

  void set(const std::string& key, std::string_view text) {
    map::accessor place;
    map_.insert(place, key);
    place->second = text;
  }
  bool get(const std::string& key, std::string& into) const {
    map::const_accessor found;
    if (!map_.find(found, key)) return false;
    into = found->second;
    return true;
  }

 private:
  using map = oneapi::tbb::concurrent_hash_map<std::string, std::string>;
  map map_;
};

}  // namespace contest

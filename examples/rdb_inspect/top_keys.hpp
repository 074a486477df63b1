#pragma once
// The largest of all keys, whatever is meant by large.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "rdb_inspect/measure.hpp"

namespace rdb_inspect {

struct kept_key {
  std::uint64_t rank = 0;
  std::string bytes;  // what `about.name` means
  key_report about;
};

/// A heap of so many keys that its smallest is the next to go.
class top_keys {
 public:
  explicit top_keys(std::uint64_t count) : count_(count) {}

  void offer(std::uint64_t rank, const key_report& k) {
    if (count_ == 0 || (kept_.size() == count_ && rank <= kept_.front().rank)) return;
    if (kept_.size() == count_) {
      std::pop_heap(kept_.begin(), kept_.end(), larger);
      kept_.pop_back();
    }
    kept_.push_back({rank, std::string(k.name), k});
    std::push_heap(kept_.begin(), kept_.end(), larger);
  }

  /// Largest first. Afterwards the object is empty.
  [[nodiscard]] std::vector<kept_key> take() {
    std::sort(kept_.begin(), kept_.end(), [](const kept_key& a, const kept_key& b) {
      return a.rank != b.rank ? a.rank > b.rank : a.bytes < b.bytes;
    });
    for (auto& one : kept_) one.about.name = one.bytes;
    return std::move(kept_);
  }

 private:
  static bool larger(const kept_key& a, const kept_key& b) { return a.rank > b.rank; }

  std::uint64_t count_;
  std::vector<kept_key> kept_;
};

}  // namespace rdb_inspect

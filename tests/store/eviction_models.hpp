#pragma once
// Eviction as the papers tell it, on keys that are numbers and entries that are all of one size:
// what the store's own is held against. Plain on purpose.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <unordered_map>
#include <unordered_set>

namespace sandpiper::store {

using trace_key = std::uint32_t;

/// Each says whether it had the key, and has it now.
class lru_model {
 public:
  explicit lru_model(std::size_t capacity) : capacity_(capacity) {}

  bool access(trace_key key) {
    if (const auto found = where_.find(key); found != where_.end()) {
      order_.splice(order_.begin(), order_, found->second);
      return true;
    }
    if (order_.size() == capacity_) {
      where_.erase(order_.back());
      order_.pop_back();
    }
    order_.push_front(key);
    where_[key] = order_.begin();
    return false;
  }

 private:
  std::size_t capacity_;
  std::list<trace_key> order_;
  std::unordered_map<trace_key, std::list<trace_key>::iterator> where_;
};

class fifo_model {
 public:
  explicit fifo_model(std::size_t capacity) : capacity_(capacity) {}

  bool access(trace_key key) {
    if (!held_.insert(key).second) return true;
    if (order_.size() == capacity_) {
      held_.erase(order_.front());
      order_.pop_front();
    }
    order_.push_back(key);
    return false;
  }

 private:
  std::size_t capacity_;
  std::deque<trace_key> order_;
  std::unordered_set<trace_key> held_;
};

class sieve_model {
 public:
  explicit sieve_model(std::size_t capacity) : capacity_(capacity), hand_(order_.end()) {}

  bool access(trace_key key) {
    if (const auto found = where_.find(key); found != where_.end()) {
      found->second->visited = true;
      return true;
    }
    if (order_.size() == capacity_) evict();
    order_.push_front({key, false});
    where_[key] = order_.begin();
    return false;
  }

 private:
  struct held {
    trace_key key;
    bool visited;
  };

  void evict() {
    if (hand_ == order_.end()) --hand_;
    while (hand_->visited) {
      hand_->visited = false;
      hand_ = hand_ == order_.begin() ? std::prev(order_.end()) : std::prev(hand_);
    }
    const auto gone = hand_;
    hand_ = gone == order_.begin() ? order_.end() : std::prev(gone);
    where_.erase(gone->key);
    order_.erase(gone);
  }

  std::size_t capacity_;
  std::list<held> order_;  // newest first
  std::list<held>::iterator hand_;
  std::unordered_map<trace_key, std::list<held>::iterator> where_;
};

/// A small queue a tenth of the whole, a main queue, and a memory of whom the small one let go.
class s3_fifo_model {
 public:
  explicit s3_fifo_model(std::size_t capacity)
      : small_max_(capacity / 10), main_max_(capacity - capacity / 10) {}

  bool access(trace_key key) {
    if (const auto found = uses_.find(key); found != uses_.end()) {
      if (found->second < 3) ++found->second;
      return true;
    }
    if (ghosts_.erase(key) == 1) {
      make_main_room();
      main_.push_back(key);
    } else {
      while (small_.size() >= small_max_) leave_small();
      small_.push_back(key);
    }
    uses_[key] = 0;
    return false;
  }

 private:
  void leave_small() {
    const auto key = small_.front();
    small_.pop_front();
    if (uses_[key] > 1) {
      uses_[key] = 0;
      make_main_room();
      main_.push_back(key);
      return;
    }
    uses_.erase(key);
    if (ghosts_.insert(key).second) ghost_order_.push_back(key);
    while (ghost_order_.size() > main_max_) {
      ghosts_.erase(ghost_order_.front());
      ghost_order_.pop_front();
    }
  }

  void make_main_room() {
    while (main_.size() >= main_max_) {
      const auto key = main_.front();
      main_.pop_front();
      if (uses_[key] > 0) {
        --uses_[key];
        main_.push_back(key);
      } else {
        uses_.erase(key);
      }
    }
  }

  std::size_t small_max_;
  std::size_t main_max_;
  std::deque<trace_key> small_;
  std::deque<trace_key> main_;
  std::deque<trace_key> ghost_order_;
  std::unordered_set<trace_key> ghosts_;
  std::unordered_map<trace_key, int> uses_;
};

}  // namespace sandpiper::store

#include "client/message_queue.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace sandpiper {
namespace {

bool is_event(const message& one) noexcept {
  return one.type == message::kind::gap || one.type == message::kind::refused;
}

}  // namespace

bool message_queue::push(message one) {
  ++counts_.received;
  const auto cost = cost_of(one);
  while (messages_ == max_ || cost > bytes_max_ - bytes_) {
    const bool hopeless = cost > bytes_max_;
    if (when_full_ == overflow::drop_oldest && !hopeless) {
      drop_oldest();
      continue;
    }
    drop_newest();
    return when_full_ != overflow::end;
  }
  one.missed = std::exchange(missed_behind_, 0);
  entries_.push_back(std::move(one));
  ++messages_;
  bytes_ += cost;
  check();
  return true;
}

void message_queue::push_event(message one) {
  if (one.type == message::kind::gap) ++counts_.gaps;
  one.missed = std::exchange(missed_behind_, 0);
  entries_.push_back(std::move(one));
  if (entries_.size() > 1) join_gaps(entries_.size() - 2);
  check();
}

void message_queue::drop_newest() noexcept {
  ++missed_behind_;
  ++counts_.dropped;
}

void message_queue::drop_oldest() {
  const auto oldest =
      std::find_if(entries_.begin(), entries_.end(), [](const message& m) { return !is_event(m); });
  const auto missed = oldest->missed + 1;
  bytes_ -= cost_of(*oldest);
  --messages_;
  ++counts_.dropped;
  const auto at = static_cast<std::size_t>(oldest - entries_.begin());
  entries_.erase(oldest);
  (at < entries_.size() ? entries_[at].missed : missed_behind_) += missed;
  if (at > 0 && at < entries_.size()) join_gaps(at - 1);
}

// Of two gaps with nothing between them the first tells since when, the last why.
void message_queue::join_gaps(std::size_t first) {
  auto& before = entries_[first];
  auto& behind = entries_[first + 1];
  if (before.type != message::kind::gap || behind.type != message::kind::gap) return;
  behind.since = before.since;
  behind.missed += before.missed;
  --counts_.gaps;
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(first));
}

const message* message_queue::front(bool gaps_too) const noexcept {
  if (entries_.empty()) return nullptr;
  const auto& first = entries_.front();
  return first.type == message::kind::gap && !gaps_too ? nullptr : &first;
}

message message_queue::pop() {
  message first = std::move(entries_.front());
  if (!is_event(first)) {
    bytes_ -= cost_of(first);
    --messages_;
    ++counts_.delivered;
  }
  entries_.pop_front();
  check();
  return first;
}

// What is thrown away unread was dropped.
void message_queue::clear() noexcept {
  counts_.dropped += messages_;
  entries_.clear();
  messages_ = bytes_ = 0;
}

void message_queue::check() const noexcept {
  assert(messages_ <= max_ && messages_ <= entries_.size());
  assert(bytes_ <= bytes_max_);
  assert(counts_.received == counts_.delivered + counts_.dropped + messages_);
}

}  // namespace sandpiper

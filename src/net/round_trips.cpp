#include "net/round_trips.hpp"

#include <algorithm>
#include <new>

namespace sandpiper::net {
namespace {

constexpr std::size_t answered_writes_max = 64;  // kept before the others are moved to the front

std::size_t step_of(std::chrono::steady_clock::duration took) noexcept {
  const auto& bounds = histogram::bounds;
  return static_cast<std::size_t>(std::lower_bound(bounds.begin(), bounds.end(), took) -
                                  bounds.begin());
}

}  // namespace

void round_trips::restart(std::uint64_t answered) noexcept {
  writes_.clear();
  first_ = 0;
  written_ = answered_ = answered;
}

void round_trips::wrote(std::uint64_t written, clock::time_point now) noexcept {
  if (written == written_) return;  // the rest of commands that were begun before
  if (first_ == writes_.size()) {
    writes_.clear();
    first_ = 0;
  } else if (first_ > answered_writes_max && first_ > writes_.size() / 2) {
    writes_.erase(writes_.begin(), writes_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  try {
    writes_.push_back({written, now});
    written_ = written;
  } catch (const std::bad_alloc&) {  // these count with the next write
  }
}

void round_trips::answered(std::uint64_t answered, clock::time_point now) noexcept {
  while (answered_ < answered && first_ < writes_.size()) {
    const auto& oldest = writes_[first_];
    const auto upto = std::min(answered, oldest.last);
    add(upto - answered_, now - oldest.at);
    answered_ = upto;
    if (upto == oldest.last) ++first_;
  }
}

void round_trips::add(std::uint64_t commands, clock::duration took) noexcept {
  counts_[step_of(took)].add(commands);
  sum_ns_.add(commands * static_cast<std::uint64_t>(std::chrono::nanoseconds(took).count()));
}

histogram round_trips::snapshot() const noexcept {
  histogram h;
  for (std::size_t i = 0; i < counts_.size(); ++i) h.counts[i] = counts_[i].get();
  h.sum = std::chrono::nanoseconds(static_cast<std::int64_t>(sum_ns_.get()));
  return h;
}

}  // namespace sandpiper::net

#include "sandpiper/wire/outbox.hpp"

#include <algorithm>
#include <cassert>

namespace sandpiper::wire {
namespace {

constexpr std::size_t idle_capacity_max = 1 << 20;  // a burst's memory is not kept for ever
constexpr std::size_t compact_min_bytes = 64 << 10;
constexpr std::size_t compact_min_references = 64;

}  // namespace

void outbox::append(const resp::command& command, const void* owner) {
  if (command.flat()) {
    append(command.bytes());
    return;
  }
  command.each_piece([&](std::string_view piece, bool referenced) {
    if (!referenced) {
      run_.append(piece);
    } else if (!piece.empty()) {
      references_.push_back({run_.size(), piece, owner, nullptr});
    }
    staged_ += piece.size();
  });
  check();
}

std::size_t outbox::gather(std::span<std::string_view> pieces) const {
  const auto run = run_.view();
  std::size_t filled = 0;
  std::size_t at = run_sent_;
  for (auto next = references_sent_; next < references_.size(); ++next) {
    const auto& one = references_[next];
    if (filled < pieces.size() && one.at > at) {
      pieces[filled++] = run.substr(at, one.at - at);
      at = one.at;
    }
    if (filled == pieces.size()) return filled;
    pieces[filled++] = one.rest;
  }
  if (filled < pieces.size() && at < run.size()) pieces[filled++] = run.substr(at);
  return filled;
}

void outbox::advance(std::size_t n) {
  assert(n <= size());
  sent_ += n;
  while (n > 0) {
    const bool references_left = references_sent_ < references_.size();
    if (references_left && references_[references_sent_].at == run_sent_) {
      auto& rest = references_[references_sent_].rest;
      const auto taken = std::min(n, rest.size());
      rest.remove_prefix(taken);
      if (rest.empty()) references_[references_sent_++].kept.reset();
      n -= taken;
    } else {
      const auto end = references_left ? references_[references_sent_].at : run_.size();
      const auto taken = std::min(n, end - run_sent_);
      run_sent_ += taken;
      n -= taken;
    }
  }
  if (size() == 0) {
    trim();
  } else if ((run_sent_ >= compact_min_bytes && run_sent_ >= run_.size() / 2) ||
             (references_sent_ >= compact_min_references &&
              references_sent_ >= references_.size() / 2)) {
    compact();
  }
  check();
}

// A socket that is always full would otherwise let what was written pile up in front.
void outbox::compact() {
  resp::buffer rest;
  rest.append(run_.view().substr(run_sent_));
  run_ = std::move(rest);
  references_.erase(references_.begin(),
                    references_.begin() + static_cast<std::ptrdiff_t>(references_sent_));
  for (auto& one : references_) one.at -= run_sent_;
  run_sent_ = references_sent_ = 0;
}

void outbox::keep(const void* owner) {
  for (auto next = references_sent_; next < references_.size(); ++next) {
    auto& one = references_[next];
    if (one.owner != owner) continue;
    one.kept = std::make_unique_for_overwrite<char[]>(one.rest.size());
    std::copy(one.rest.begin(), one.rest.end(), one.kept.get());
    one.rest = {one.kept.get(), one.rest.size()};
    one.owner = nullptr;
  }
}

void outbox::clear() {
  trim();
  staged_ = sent_ = 0;
}

void outbox::trim() {
  run_.clear();
  if (run_.capacity() > idle_capacity_max) run_.release();
  run_sent_ = 0;
  references_.clear();
  references_sent_ = 0;
}

void outbox::check() const {
  assert(sent_ <= staged_);
  assert(run_sent_ <= run_.size());
  assert(references_sent_ <= references_.size());
}

}  // namespace sandpiper::wire

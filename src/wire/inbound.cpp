#include "sandpiper/wire/inbound.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace sandpiper::wire {
namespace {

// A read that fills less than its room has emptied the socket, which spares the kernel one call;
// 64 KiB holds the replies to 3,000 small commands.
constexpr std::size_t capacity_min = 64 << 10;
constexpr std::size_t room_min = 16 << 10;
constexpr std::size_t idle_capacity_max = 1 << 20;

}  // namespace

std::span<char> inbound::prepare(std::size_t wanted_bytes) {
  const auto held = size();
  const bool oversized = held < capacity_min / 2 && capacity_ > idle_capacity_max;
  auto capacity = oversized ? std::size_t{0} : capacity_;
  const auto believed = std::min(wanted_bytes, 2 * held + capacity_min);
  if (capacity < std::max(held + room_min, believed)) {
    capacity = std::max({capacity_min, believed, held + std::max(held, room_min)});
  }

  if (capacity != capacity_) {
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (held > 0) std::memcpy(larger.get(), bytes_.get() + begin_, held);
    bytes_ = std::move(larger);
    capacity_ = capacity;
  } else if (begin_ > 0 && held > 0) {
    std::memmove(bytes_.get(), bytes_.get() + begin_, held);
  }
  begin_ = 0;
  end_ = held;
  check();
  return {bytes_.get() + end_, capacity_ - end_};
}

void inbound::commit(std::size_t n) noexcept {
  end_ += n;
  check();
}

void inbound::consume(std::size_t n) noexcept {
  begin_ += n;
  if (begin_ == end_) begin_ = end_ = 0;
  check();
}

void inbound::check() const {
  assert(begin_ <= end_);
  assert(end_ <= capacity_);
}

}  // namespace sandpiper::wire

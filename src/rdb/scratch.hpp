#pragma once
// A buffer that is filled, read and filled again, and keeps its memory.

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>

namespace sandpiper::rdb {

class scratch {
 public:
  void clear() noexcept { size_ = 0; }

  void append(std::string_view bytes) {
    if (bytes.empty()) return;
    grow(size_ + bytes.size());
    std::memcpy(room_.get() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
  }

  /// Room for `bytes`, to be written by the caller; what was there is gone.
  char* prepare(std::size_t bytes) {
    size_ = 0;
    grow(bytes);
    size_ = bytes;
    return room_.get();
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::string_view view() const noexcept { return {room_.get(), size_}; }

 private:
  void grow(std::size_t needed) {
    if (needed <= capacity_) return;
    const auto capacity = std::max({needed, capacity_ + capacity_ / 2, std::size_t{64}});
    auto room = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ != 0) std::memcpy(room.get(), room_.get(), size_);
    room_ = std::move(room);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> room_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace sandpiper::rdb

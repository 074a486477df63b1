#pragma once
// Copying bytes without a call where they are few, as keys and many values are.

#include <cstring>
#include <string_view>

namespace sandpiper::store {

/// memcpy; `from` may be empty. Returns the byte behind.
[[gnu::always_inline]] inline char* put_bytes(char* to, std::string_view from) noexcept {
  const std::size_t size = from.size();
  if (size >= 16 && size <= 32) {  // two pieces that overlap
    std::memcpy(to, from.data(), 16);
    std::memcpy(to + size - 16, from.data() + size - 16, 16);
  } else if (size >= 8 && size < 16) {
    std::memcpy(to, from.data(), 8);
    std::memcpy(to + size - 8, from.data() + size - 8, 8);
  } else if (size != 0) {
    std::memcpy(to, from.data(), size);
  }
  return to + size;
}

}  // namespace sandpiper::store

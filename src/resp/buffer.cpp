#include "sandpiper/resp/buffer.hpp"

#include <algorithm>
#include <charconv>

namespace sandpiper::resp {

char* put_large_decimal(char* out, std::uint64_t n) noexcept {
  return std::to_chars(out, out + decimal_bytes_max, n).ptr;
}

char* put_long_bulk(char* out, std::string_view text) noexcept {
  char* const to = put_header(out, '$', text.size());
  std::memcpy(to, text.data(), text.size());
  return put_line_end(to + text.size());
}

void buffer::grow(std::size_t n) {
  constexpr std::size_t capacity_min = 256;
  const auto capacity = std::max({capacity_min, 2 * capacity_, size_ + n});
  auto larger = std::make_unique_for_overwrite<char[]>(capacity);
  if (size_ > 0) std::memcpy(larger.get(), bytes_.get(), size_);
  bytes_ = std::move(larger);
  capacity_ = capacity;
}

}  // namespace sandpiper::resp

#include "rdb/intset.hpp"

namespace sandpiper::rdb::intset {

std::int64_t at(std::string_view blob, std::uint64_t i) noexcept {
  const auto width = load_le<std::uint32_t>(blob.data());
  const char* const where = blob.data() + header_bytes + i * width;
  switch (width) {
    case 2: return static_cast<std::int16_t>(load_le<std::uint16_t>(where));
    case 4: return static_cast<std::int32_t>(load_le<std::uint32_t>(where));
    default: return static_cast<std::int64_t>(load_le<std::uint64_t>(where));
  }
}

flaw check(std::string_view blob, std::uint64_t& entries) noexcept {
  if (blob.size() < header_bytes) return {"an intset is shorter than its header", 0};
  const std::uint64_t width = load_le<std::uint32_t>(blob.data());
  if (width != 2 && width != 4 && width != 8) return {"an intset's width is not 2, 4 or 8", 0};

  entries = announced(blob);
  if (blob.size() != header_bytes + width * entries) {  // at most 2^35: no overflow
    return {"an intset's count and width are not its size", 4};
  }
  if (entries == 0) return {"an intset holds nothing", 4};
  for (std::uint64_t i = 1; i < entries; ++i) {
    if (at(blob, i - 1) >= at(blob, i)) {
      return {"an intset is not in ascending order", header_bytes + i * width};
    }
  }
  return {};
}

}  // namespace sandpiper::rdb::intset

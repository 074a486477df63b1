#include "rdb/zipmap.hpp"

namespace sandpiper::rdb::zipmap {
namespace {

constexpr unsigned count_unknown = 254;  // and 255, which some writers use

const char* read_size(const char* at, const char* end, std::uint64_t& size) noexcept {
  if (at == end) return nullptr;
  size = byte_at(at);
  if (size < 254) return at + 1;
  if (size > 254 || distance(at, end) < 5) return nullptr;
  size = load_le<std::uint32_t>(at + 1);
  return at + 5;
}

}  // namespace

const char* next(const char* at, const char* end, item& field, item& value) noexcept {
  std::uint64_t size = 0;
  at = read_size(at, end, size);
  if (at == nullptr || distance(at, end) < size) return nullptr;
  field = item(std::string_view(at, size));

  at = read_size(at + size, end, size);
  if (at == nullptr || at == end) return nullptr;
  const std::uint64_t unused = byte_at(at++);  // it stands before the value, its bytes after
  if (distance(at, end) < size + unused) return nullptr;
  value = item(std::string_view(at, size));
  return at + size + unused;
}

flaw check(std::string_view blob, std::uint64_t& entries) noexcept {
  if (blob.size() < 2) return {"a zipmap is shorter than its header", 0};
  const char* const end = last(blob);
  if (byte_at(end) != 0xff) return {"a zipmap lacks its terminator", blob.size() - 1};

  entries = 0;
  item field;
  item value;
  for (const char* at = first(blob); at != end; entries += 2) {
    const char* const after = next(at, end, field, value);
    if (after == nullptr) return {"a zipmap's entry passes the end", distance(blob.data(), at)};
    at = after;
  }
  const auto count = byte_at(blob.data());
  if (count < count_unknown && 2 * count != entries) {
    return {"a zipmap's count is not that of its entries", 0};
  }
  return {};
}

}  // namespace sandpiper::rdb::zipmap

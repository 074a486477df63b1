#include "rdb/ziplist.hpp"

namespace sandpiper::rdb::ziplist {
namespace {

constexpr std::uint32_t count_unknown = 65535;
constexpr unsigned long_prevlen = 0xfe;

const char* read_prevlen(const char* at, const char* end, std::uint32_t& before) noexcept {
  before = byte_at(at);
  if (before < long_prevlen) return at + 1;
  if (before > long_prevlen || distance(at, end) < 5) return nullptr;
  before = load_le<std::uint32_t>(at + 1);
  return at + 5;
}

const char* read_text(const char* at, const char* end, item& entry) noexcept {
  const auto b = byte_at(at);
  const std::size_t head = b < 0x40 ? 1 : b < 0x80 ? 2 : 5;
  if (distance(at, end) < head) return nullptr;

  std::uint64_t n = b & 63;
  if (head == 2) n = n << 8 | byte_at(at + 1);
  if (head == 5) n = load_be<std::uint32_t>(at + 1);
  if (n > distance(at, end) - head) return nullptr;
  entry = item(std::string_view(at + head, n));
  return at + head + n;
}

const char* read_integer(const char* at, const char* end, item& entry) noexcept {
  const auto b = byte_at(at);
  const auto left = distance(at, end) - 1;
  const auto number = [&](std::size_t bytes, std::int64_t n) {
    entry = item(n);
    return at + 1 + bytes;
  };
  if (b >= 0xf1 && b <= 0xfd) return number(0, (b & 15) - 1);
  if (b == 0xfe && left >= 1) return number(1, static_cast<std::int8_t>(at[1]));
  if (b == 0xf0 && left >= 3) return number(3, load_int24(at + 1));
  if (b == 0xc0 && left >= 2) {
    return number(2, static_cast<std::int16_t>(load_le<std::uint16_t>(at + 1)));
  }
  if (b == 0xd0 && left >= 4) {
    return number(4, static_cast<std::int32_t>(load_le<std::uint32_t>(at + 1)));
  }
  if (b == 0xe0 && left >= 8) {
    return number(8, static_cast<std::int64_t>(load_le<std::uint64_t>(at + 1)));
  }
  return nullptr;
}

flaw check_header(std::string_view blob) noexcept {
  if (blob.size() < header_bytes + 1) return {"a ziplist is shorter than its header", 0};
  if (load_le<std::uint32_t>(blob.data()) != blob.size()) {
    return {"a ziplist's total is not its size", 0};
  }
  if (byte_at(last(blob)) != 0xff) return {"a ziplist lacks its terminator", blob.size() - 1};
  return {};
}

}  // namespace

const char* next(const char* at, const char* end, item& entry, std::uint32_t& before) noexcept {
  const char* const encoding = read_prevlen(at, end, before);
  if (encoding == nullptr || encoding == end) return nullptr;
  // 0x81 to 0xbf are read as 0x80, as servers do.
  return byte_at(encoding) < 0xc0 ? read_text(encoding, end, entry)
                                  : read_integer(encoding, end, entry);
}

flaw check(std::string_view blob, std::uint64_t& entries) noexcept {
  if (const auto wrong = check_header(blob)) return wrong;

  const char* const end = last(blob);
  const char* tail = first(blob);
  std::size_t before = 0;
  entries = 0;
  item entry;
  for (const char* at = first(blob); at != end; ++entries) {
    std::uint32_t stated = 0;
    const char* const after = next(at, end, entry, stated);
    const auto where = distance(blob.data(), at);
    if (after == nullptr) {
      return {"a ziplist's entry is of no known encoding or passes the end", where};
    }
    if (stated != before) return {"a ziplist's entry misstates the size of the one before", where};
    before = distance(at, after);
    tail = at;
    at = after;
  }
  if (load_le<std::uint32_t>(blob.data() + 4) != distance(blob.data(), tail)) {
    return {"a ziplist's tail is not its last entry", 4};
  }
  const auto count = announced(blob);
  if (count != count_unknown && count != entries) {
    return {"a ziplist's count is not that of its entries", 8};
  }
  return {};
}

}  // namespace sandpiper::rdb::ziplist

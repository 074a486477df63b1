#include "rdb/listpack.hpp"

namespace sandpiper::rdb::listpack {
namespace {

constexpr std::uint32_t count_unknown = 65535;

// Seven bits a byte, the highest first, each but the first marked.
bool backlen_is(const char* at, std::size_t bytes, std::uint64_t size) noexcept {
  for (std::size_t i = bytes; i-- > 0; size >>= 7) {
    if (byte_at(at + i) != ((size & 127) | (i == 0 ? 0U : 128U))) return false;
  }
  return true;
}

// The encoding's own bytes and its text's; 0 if it is none, or if the head reaches beyond `left`.
std::uint64_t read_head(const char* at, std::size_t left, item& entry) noexcept {
  const auto b = byte_at(at);
  const auto text = [&](std::size_t head, std::uint64_t n) {
    if (n <= left - head) entry = item(std::string_view(at + head, n));
    return head + n;  // too long a text is found out by the caller
  };
  const auto integer = [&](std::size_t head, std::int64_t n) {
    entry = item(n);
    return head;
  };

  if (b >= 0xc0 && b < 0xf0) {
    if (left < 2) return 0;
    const auto low = byte_at(at + 1);
    if (b >= 0xe0) return text(2, (b & 15) << 8 | low);
    const auto bits = static_cast<std::int64_t>((b & 31) << 8 | low);
    return integer(2, bits >= 4096 ? bits - 8192 : bits);
  }
  constexpr std::size_t heads[] = {5, 3, 4, 5, 9};
  if (b > 0xf4 || left < heads[b - 0xf0]) return 0;
  switch (b) {
    case 0xf0: return text(5, load_le<std::uint32_t>(at + 1));
    case 0xf1: return integer(3, static_cast<std::int16_t>(load_le<std::uint16_t>(at + 1)));
    case 0xf2: return integer(4, load_int24(at + 1));
    case 0xf3: return integer(5, static_cast<std::int32_t>(load_le<std::uint32_t>(at + 1)));
    default: return integer(9, static_cast<std::int64_t>(load_le<std::uint64_t>(at + 1)));
  }
}

flaw check_header(std::string_view blob) noexcept {
  if (blob.size() < header_bytes + 1) return {"a listpack is shorter than its header", 0};
  if (load_le<std::uint32_t>(blob.data()) != blob.size()) {
    return {"a listpack's total is not its size", 0};
  }
  if (byte_at(last(blob)) != 0xff) return {"a listpack lacks its terminator", blob.size() - 1};
  return {};
}

}  // namespace

const char* next_long(const char* at, const char* end, item& entry) noexcept {
  const auto left = distance(at, end);
  const auto size = read_head(at, left, entry);
  if (size == 0) return nullptr;

  const auto back = backlen_bytes(size);
  if (size > left || left - size < back || !backlen_is(at + size, back, size)) return nullptr;
  return at + size + back;
}

flaw check(std::string_view blob, std::uint64_t& entries) noexcept {
  if (const auto wrong = check_header(blob)) return wrong;

  const char* const end = last(blob);
  entries = 0;
  item entry;
  for (const char* at = first(blob); at != end; ++entries) {
    const char* const after = next(at, end, entry);
    if (after == nullptr) {
      return {"a listpack's entry is of no known encoding, of a wrong backlen, or passes the end",
              distance(blob.data(), at)};
    }
    at = after;
  }
  const auto count = announced(blob);
  if (count != count_unknown && count != entries) {
    return {"a listpack's count is not that of its entries", 4};
  }
  return {};
}

}  // namespace sandpiper::rdb::listpack

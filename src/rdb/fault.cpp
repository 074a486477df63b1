#include "sandpiper/rdb/fault.hpp"

#include <array>

namespace sandpiper::rdb {
namespace {

constexpr std::array<std::string_view, 5> kinds = {"truncated", "corrupt", "unsupported",
                                                   "over the limit", "unreadable"};

constexpr std::array<std::string_view, 28> subjects = {
    "magic",           "version",   "length",     "string encoding",
    "string",          "lzf",       "listpack",   "ziplist",
    "intset",          "zipmap",    "quicklist",  "pairs",
    "score",           "duplicate", "ttl",        "stream",
    "pending entries", "module",    "module aux", "array",
    "hash template",   "key meta",  "opcode",     "type",
    "empty key",       "checksum",  "payload",    "input"};
static_assert(subjects.size() == static_cast<std::size_t>(subject::input) + 1);

void append_escaped(std::string& to, std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\') {
      to += c;
    } else {
      to.append("\\x").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    }
  }
}

}  // namespace

std::string_view to_string(fault_kind k) noexcept { return kinds[static_cast<std::size_t>(k)]; }

std::string_view to_string(subject s) noexcept { return subjects[static_cast<std::size_t>(s)]; }

std::string fault::message() const {
  std::string line(to_string(kind));
  line.append(" ").append(to_string(about)).append(" at byte ").append(std::to_string(offset));
  if (inner) line.append("+").append(std::to_string(*inner));
  line.append(": ").append(detail);
  if (number) line.append(" (").append(std::to_string(*number)).append(")");
  if (!key) return line;

  line.append(" (db ").append(std::to_string(db)).append(", key \"");
  append_escaped(line, *key);
  line.append(key->size() < key_bytes_max ? "\"" : "\"...");
  if (type) line.append(", type ").append(std::to_string(*type));
  return line.append(")");
}

error to_error(const fault& why) {
  const auto code = why.kind == fault_kind::over_limit ? errc::over_limit : errc::malformed;
  return {code, why.message()};
}

}  // namespace sandpiper::rdb

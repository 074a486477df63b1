#pragma once
// The encodings of snapshots, written.

#include <cstdint>
#include <string>
#include <string_view>

namespace sandpiper::rdb {

void append_length(std::string& to, std::uint64_t length);

/// In the shortest form a server would choose: as an integer, compressed if `compress`, or plain.
void append_string(std::string& to, std::string_view bytes, bool compress);

/// True if a server would store `text` as this number: canonical decimals that fit in 64 bits.
[[nodiscard]] bool as_integer(std::string_view text, std::int64_t& number) noexcept;

template <class Number>
void append_le(std::string& to, Number n) {
  for (std::size_t i = 0; i < sizeof n; ++i) to += static_cast<char>(n >> (8 * i) & 255);
}

/// Builds a listpack entry by entry.
class listpack_writer {
 public:
  listpack_writer() : bytes_(6, '\0') {}

  void add(std::string_view text);
  [[nodiscard]] std::size_t size_bytes() const noexcept { return bytes_.size() + 1; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

  /// The whole listpack. The writer is empty again.
  [[nodiscard]] std::string take();

 private:
  void add_integer(std::int64_t number);
  void add_text(std::string_view text);
  void add_backlen(std::size_t size);

  std::string bytes_;
  std::uint64_t count_ = 0;
};

}  // namespace sandpiper::rdb

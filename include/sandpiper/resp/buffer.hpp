#pragma once
// Bytes that grow at the back, written through a raw pointer: what encoding needs and std::string
// does not give.

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace sandpiper::resp {

// The functions below are few instructions where a text is short or stands in the program, which is
// the rule; they are worth inlining then, and call others for the rest.

/// Longer texts are copied by a call.
inline constexpr std::size_t short_text_max = 32;

/// Copies `text`, at most short_text_max bytes, to `out`; returns the byte behind.
[[gnu::always_inline]] inline char* put_short(char* out, std::string_view text) noexcept {
  const auto n = text.size();
  const char* const from = text.data();
  if (n >= 16) {  // two pieces that overlap
    std::memcpy(out, from, 16);
    std::memcpy(out + n - 16, from + n - 16, 16);
  } else if (n >= 8) {
    std::memcpy(out, from, 8);
    std::memcpy(out + n - 8, from + n - 8, 8);
  } else if (n >= 4) {
    std::memcpy(out, from, 4);
    std::memcpy(out + n - 4, from + n - 4, 4);
  } else if (n > 0) {
    out[0] = from[0];
    out[n / 2] = from[n / 2];
    out[n - 1] = from[n - 1];
  }
  return out + n;
}

/// Copies `text` to `out`; returns the byte behind.
inline char* put(char* out, std::string_view text) noexcept {
  if (text.size() <= short_text_max) return put_short(out, text);
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

inline constexpr std::size_t decimal_bytes_max = 20;
char* put_large_decimal(char* out, std::uint64_t n) noexcept;

/// `n` in decimal, at most decimal_bytes_max.
[[gnu::always_inline]] inline char* put_decimal(char* out, std::uint64_t n) noexcept {
  if (n < 10) {
    *out = static_cast<char>('0' + n);
    return out + 1;
  }
  if (n < 100) {
    out[0] = static_cast<char>('0' + n / 10);
    out[1] = static_cast<char>('0' + n % 10);
    return out + 2;
  }
  return put_large_decimal(out, n);
}

[[gnu::always_inline]] inline char* put_line_end(char* out) noexcept {
  std::memcpy(out, "\r\n", 2);
  return out + 2;
}

/// Type byte, number, CRLF.
inline constexpr std::size_t header_size_max = decimal_bytes_max + 3;
[[gnu::always_inline]] inline char* put_header(char* out, char type, std::uint64_t n) noexcept {
  *out = type;
  return put_line_end(put_decimal(out + 1, n));
}

/// A bulk string.
char* put_long_bulk(char* out, std::string_view text) noexcept;
[[gnu::always_inline]] inline char* put_bulk(char* out, std::string_view text) noexcept {
  if (text.size() > short_text_max) return put_long_bulk(out, text);
  return put_line_end(put_short(put_header(out, '$', text.size()), text));
}
[[nodiscard]] inline std::size_t bulk_size_max(std::string_view text) noexcept {
  return text.size() + header_size_max + 2;
}

/// A value; moved from, it is empty.
class buffer {
 public:
  buffer() noexcept = default;
  buffer(buffer&& other) noexcept { swap(other); }
  buffer& operator=(buffer&& other) noexcept {
    buffer taken(std::move(other));
    swap(taken);
    return *this;
  }

  [[nodiscard]] std::string_view view() const noexcept { return {bytes_.get(), size_}; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

  /// Room for `n` more bytes; what was written there counts after commit().
  [[nodiscard]] char* reserve(std::size_t n) {
    if (capacity_ - size_ < n) grow(n);
    return bytes_.get() + size_;
  }
  void commit(const char* end) noexcept {
    size_ = static_cast<std::size_t>(end - bytes_.get());
    assert(size_ <= capacity_);
  }
  void append(std::string_view text) { commit(put(reserve(text.size()), text)); }

  void clear() noexcept { size_ = 0; }
  void release() noexcept {
    bytes_.reset();
    size_ = capacity_ = 0;
  }

 private:
  void grow(std::size_t n);
  void swap(buffer& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace sandpiper::resp

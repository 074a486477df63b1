#pragma once
// One string of a snapshot, in the form the file stores it.

#include <array>
#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>

namespace sandpiper::rdb {

/// Room for an item's text when the file stores a number in its place. On the caller's stack.
using item_room = std::array<char, 32>;

/// Bytes, or the number that stands for them: servers store "300" as the integer 300, and turning
/// it back into digits is left to those who need the digits. 24 bytes, trivially copyable; the
/// bytes belong to the reader and are valid for the call that brings the item.
class item {
 public:
  enum class form : std::uint8_t {
    text,
    integer,
    real,     // elements of the array type only
    chunked,  // longer than limits::whole_bytes_max: its bytes came before, as chunks
  };

  constexpr item() noexcept : size_(0) {}
  constexpr explicit item(std::string_view bytes) noexcept
      : data_(bytes.data()), size_(bytes.size()) {}
  constexpr explicit item(std::int64_t number) noexcept : number_(number), form_(form::integer) {}
  constexpr explicit item(double value) noexcept : real_(value), form_(form::real) {}

  [[nodiscard]] static constexpr item chunked(std::uint64_t total_bytes) noexcept {
    item of;
    of.size_ = total_bytes;
    of.form_ = form::chunked;
    return of;
  }

  [[nodiscard]] constexpr form what() const noexcept { return form_; }
  [[nodiscard]] constexpr bool is_text() const noexcept { return form_ == form::text; }
  [[nodiscard]] constexpr bool is_integer() const noexcept { return form_ == form::integer; }

  /// Requires is_text().
  [[nodiscard]] constexpr std::string_view bytes() const noexcept {
    assert(is_text());
    return {data_, static_cast<std::size_t>(size_)};
  }
  /// Requires is_integer().
  [[nodiscard]] constexpr std::int64_t number() const noexcept {
    assert(is_integer());
    return number_;
  }
  /// Requires what() == form::real.
  [[nodiscard]] constexpr double value() const noexcept {
    assert(form_ == form::real);
    return real_;
  }

  /// The string a client would see: its own bytes, or digits written into `room`. Doubles in the
  /// shortest form that reads back the same. Empty for `chunked`.
  [[nodiscard]] std::string_view text(item_room& room) const noexcept {
    return is_text() ? bytes() : digits(room);
  }
  [[nodiscard]] std::string str() const;

  /// Bytes of that string, counted without writing it, `chunked` included.
  [[nodiscard]] std::uint64_t size_bytes() const noexcept;

 private:
  [[nodiscard]] std::string_view digits(item_room& room) const noexcept;

  const char* data_ = nullptr;
  union {
    std::uint64_t size_;
    std::int64_t number_;
    double real_;
  };
  form form_ = form::text;
};

}  // namespace sandpiper::rdb

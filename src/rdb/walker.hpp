#pragma once
// Goes over stored values without decoding them.

#include <cstdint>
#include <span>

#include "rdb/length.hpp"
#include "sandpiper/rdb/record.hpp"

namespace sandpiper::rdb {

class input;

/// What one entry of a value is made of, in order.
enum class field : std::uint8_t {
  text,  // a string
  length,
  bytes8,
  bytes16,
  score,  // one byte of size, or from 253 on of meaning, and so many bytes of text
};

/// Walks over `entries` entries of a shape; resumable at any byte, without memory of its own.
class walker {
 public:
  void start(std::span<const field> shape, std::uint64_t entries) noexcept {
    shape_ = shape;
    entries_ = entries;
    next_ = 0;
    body_bytes_ = 0;
  }

  /// True when the walk is complete; false when the input is used up, or at fault.
  bool advance(input& in);

 private:
  void texts(input& in);
  void pairs(input& in);
  got step(input& in);
  got over_text(input& in);

  std::span<const field> shape_;
  std::uint64_t entries_ = 0;
  std::uint64_t body_bytes_ = 0;  // of the string under way
  std::size_t next_ = 0;          // in shape_
};

}  // namespace sandpiper::rdb

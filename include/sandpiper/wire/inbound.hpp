#pragma once
// The bytes coming from the server: where the transport puts them, and where the parser finds them.

#include <cstddef>
#include <memory>
#include <span>

namespace sandpiper::wire {

/// A contiguous buffer that is read from the front and filled at the back. Strand-bound.
class inbound {
 public:
  /// Room for the next read. `wanted_bytes`: how long the value in progress is known to be, or 0.
  /// An announced length is believed only as far as bytes have come: capacity at most doubles.
  [[nodiscard]] std::span<char> prepare(std::size_t wanted_bytes);
  void commit(std::size_t n) noexcept;

  [[nodiscard]] std::span<char> data() noexcept { return {bytes_.get() + begin_, size()}; }
  [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
  void consume(std::size_t n) noexcept;
  void clear() noexcept { begin_ = end_ = 0; }

 private:
  void check() const;

  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace sandpiper::wire

#pragma once
// The bytes on their way to the server: many small commands in one run, large arguments in place.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "sandpiper/resp/buffer.hpp"
#include "sandpiper/resp/command.hpp"

namespace sandpiper::wire {

/// A byte stream with a known position. Positions count from the start of the connection.
///
///     positions   0 ........... sent() ........... staged()
///                   (written)     |   gather() gives these   |
///
/// Memory: what is not written yet, and at most as much again that is.
///
/// Strand-bound.
class outbox {
 public:
  /// Appends `command`. Arguments that it references are not copied: they must stay until sent()
  /// has passed them, or until keep() was called for their owner.
  void append(const resp::command& command, const void* owner);
  void append(std::string_view bytes) { run_.append(bytes), staged_ += bytes.size(); }

  [[nodiscard]] std::uint64_t staged() const noexcept { return staged_; }
  [[nodiscard]] std::uint64_t sent() const noexcept { return sent_; }
  [[nodiscard]] std::size_t size() const noexcept { return staged_ - sent_; }

  /// Fills `pieces` from the front with what to write next; returns how many it filled.
  [[nodiscard]] std::size_t gather(std::span<std::string_view> pieces) const;

  /// The first `n` bytes of what gather() gave were taken by the transport.
  void advance(std::size_t n);

  /// Takes copies of what `owner` referenced and is not written yet: its memory is going away.
  void keep(const void* owner);

  /// Forgets everything; positions begin at 0 again.
  void clear();

 private:
  struct borrowed {
    std::size_t at;         // it comes before this offset of run_
    std::string_view rest;  // what of it is not written yet
    const void* owner;
    std::unique_ptr<char[]> kept;  // a copy that `rest` is a part of, or null
  };

  void check() const;
  void compact();
  void trim();

  resp::buffer run_;
  std::size_t run_sent_ = 0;
  std::vector<borrowed> references_;
  std::size_t references_sent_ = 0;
  std::uint64_t staged_ = 0;
  std::uint64_t sent_ = 0;
};

}  // namespace sandpiper::wire

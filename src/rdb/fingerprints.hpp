#pragma once
// A set of things seen, of which only a hash is kept.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sandpiper/rdb/item.hpp"

namespace sandpiper::rdb {

/// Remembers 96 bits of each thing, hashed with a seed of the process: a million members are taken
/// for holding one twice, wrongly, once in 2^57 keys, and no file can be made to. Memory of 16 to
/// 32 bytes a thing is kept when the set is cleared, which costs nothing.
class fingerprints {
 public:
  fingerprints();

  /// At most so many are remembered; the set answers "new" to whatever comes later.
  void clear(std::uint64_t entries_max) noexcept;

  /// True if it is new, in its space. A number and its digits are the same thing.
  bool insert(const item& thing);
  bool insert(std::string_view thing, std::uint64_t space = 0);
  bool insert(std::uint64_t high, std::uint64_t low);

  /// True if it was inserted and not taken before. Also true of anything once the set is full.
  bool take(std::uint64_t high, std::uint64_t low);

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] bool full() const noexcept { return size_ >= entries_max_; }

 private:
  struct print {
    std::uint64_t first;
    std::uint32_t second;
  };
  struct cell {
    std::uint64_t first;
    std::uint32_t second;
    std::uint32_t round;  // of clear(), twice, and one more when taken; 0 is an empty cell
  };

  [[nodiscard]] print of(std::string_view thing, std::uint64_t space) const noexcept;
  [[nodiscard]] print of(std::uint64_t high, std::uint64_t low) const noexcept;
  [[nodiscard]] cell& find(print thing) noexcept;
  bool insert(print thing);
  void grow();
  [[nodiscard]] bool current(const cell& c) const noexcept { return (c.round | 1) == (round_ | 1); }

  std::vector<cell> cells_;  // a power of two of them, at most three quarters in use
  std::uint64_t size_ = 0;
  std::uint64_t entries_max_ = 0;
  std::uint64_t seed_;
  std::uint32_t round_ = 2;
};

}  // namespace sandpiper::rdb

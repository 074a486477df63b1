#pragma once
// Memory for requests that live on their own, used again and again.

#include <array>
#include <atomic>
#include <cstddef>

namespace sandpiper {

/// Free blocks in a few sizes, a bounded number of each. Thread-safe: a block may be given back by
/// another thread than took it. The lock is held for a handful of instructions.
class block_pool {
 public:
  block_pool() = default;
  ~block_pool();

  [[nodiscard]] void* take(std::size_t bytes);
  void give(void* block, std::size_t bytes) noexcept;

 private:
  struct free_block {
    free_block* next;
  };
  struct shelf {
    std::atomic_flag busy;
    free_block* first = nullptr;
    std::size_t count = 0;
  };
  class holding;

  static constexpr std::size_t size_min_bytes = 384;
  static constexpr std::size_t shelves = 3;  // 384, 768, 1536 bytes
  static constexpr std::size_t kept_max = 4096;

  [[nodiscard]] static std::size_t shelf_of(std::size_t bytes) noexcept;

  std::array<shelf, shelves> shelves_;
};

}  // namespace sandpiper

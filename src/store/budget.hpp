#pragma once
// Every byte the store holds, asked for before it is taken.
//
//   budget      one for the store: the bytes nobody has           (atomic, shared)
//   account     one for each shard: its credit, and what it uses  (guarded by the shard's lock)
//
//   bytes = pool + every account's (credit + used)                at any time, exactly

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "store/heap.hpp"

namespace sandpiper::store {

/// What the allocator set aside for a block: what we charge.
[[nodiscard]] std::size_t measured_bytes(void* block) noexcept;

/// The shared pool. Thread-safe.
class budget {
 public:
  explicit budget(std::size_t bytes) noexcept : bytes_(bytes), pool_(bytes) {}

  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::size_t left() const noexcept { return pool_.load(std::memory_order_relaxed); }

  /// Takes `wanted`, or what is there but at least `needed`; 0, and takes none, when there is less.
  [[nodiscard]] std::size_t take(std::size_t needed, std::size_t wanted) noexcept;
  void give(std::size_t bytes) noexcept { pool_.fetch_add(bytes, std::memory_order_relaxed); }

 private:
  const std::size_t bytes_;
  std::atomic<std::size_t> pool_;
};

/// One shard's part. Guarded by the shard's lock but for release_unlocked() and used().
class account {
 public:
  void open(budget& source, std::size_t credit_step) noexcept {
    budget_ = &source;
    credit_step_ = credit_step;
  }

  account() = default;
  account(const account&) = delete;
  account& operator=(const account&) = delete;
  ~account() { free_spares(); }

  /// Null when pool and credit together do not hold it.
  [[nodiscard]] void* allocate(std::size_t bytes) noexcept {
    if (void* const block = take_spare(bytes)) return block;
    return allocate_anew(bytes);
  }

  /// Some of what was released is kept, still charged, for the next that is about as large: writing
  /// a key again needs no allocator then. reserve() frees it when bytes are short.
  void release(void* block) noexcept;

  /// For who holds no lock: the bytes go straight back to the pool.
  void release_unlocked(void* block) noexcept;

  /// Whether that much could be had without freeing anything. Takes it into credit.
  [[nodiscard]] bool reserve(std::size_t bytes) noexcept;

  /// Moves up to `bytes` of credit to another account of the same budget.
  void lend(account& other, std::size_t bytes) noexcept;

  /// What would have to be free so that allocate() of this much cannot fail.
  [[nodiscard]] static std::size_t bound(std::size_t bytes) noexcept;

  [[nodiscard]] std::size_t used() const noexcept {
    return used_.load(std::memory_order_relaxed) - returned_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::size_t credit() const noexcept { return credit_; }
  [[nodiscard]] std::size_t spare_bytes() const noexcept;

 private:
  struct spare {
    void* block = nullptr;
    std::size_t bytes = 0;
  };
  static constexpr std::size_t spares_max = 8;
  static constexpr std::size_t spare_waste_max = 32;

  [[nodiscard]] void* take_spare(std::size_t bytes) noexcept {
    for (std::size_t i = spare_count_; i-- > 0;) {
      if (spares_[i].bytes - bytes > spare_waste_max) continue;  // or it is too small, and wraps
      void* const block = spares_[i].block;
      spares_[i] = spares_[--spare_count_];
      return block;
    }
    return nullptr;
  }
  [[nodiscard]] void* allocate_anew(std::size_t bytes) noexcept;
  void free_spares() noexcept;
  void give_credit(std::size_t bytes) noexcept;
  void fold_returned() noexcept;
  void add_used(std::size_t bytes) noexcept;

  budget* budget_ = nullptr;
  std::size_t credit_step_ = 0;
  std::size_t credit_ = 0;
  std::size_t spare_count_ = 0;
  std::size_t next_to_leave_ = 0;
  spare spares_[spares_max];
  std::atomic<std::size_t> used_{0};      // written under the lock
  std::atomic<std::size_t> returned_{0};  // part of used_ that release_unlocked() gave back
};

}  // namespace sandpiper::store

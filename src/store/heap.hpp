#pragma once
// Where the store's memory comes from: every block is measured and charged, and may be refused.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>

namespace sandpiper::store {

/// Not thread-safe: whoever holds it holds the lock that guards it.
class heap {
 public:
  /// Null when it does not fit the budget, or when the machine has none.
  [[nodiscard]] virtual void* allocate(std::size_t bytes) = 0;
  virtual void release(void* block) noexcept = 0;

 protected:
  ~heap() = default;
};

/// One pair of a large collection, in one block.
struct item {
  std::uint32_t name_bytes = 0;
  std::uint32_t value_bytes = 0;

  [[nodiscard]] char* data() noexcept { return reinterpret_cast<char*>(this + 1); }
  [[nodiscard]] const char* data() const noexcept {
    return reinterpret_cast<const char*>(this + 1);
  }
  [[nodiscard]] std::string_view name() const noexcept { return {data(), name_bytes}; }
  [[nodiscard]] std::string_view value() const noexcept {
    return {data() + name_bytes, value_bytes};
  }
};

/// Null when it does not fit. Both lengths are below 4 GiB (pair_fits).
[[nodiscard]] inline item* make_item(heap& memory, std::string_view name, std::string_view value) {
  void* const block = memory.allocate(sizeof(item) + name.size() + value.size());
  if (block == nullptr) return nullptr;
  auto* const made = new (block)
      item{static_cast<std::uint32_t>(name.size()), static_cast<std::uint32_t>(value.size())};
  if (!name.empty()) std::memcpy(made->data(), name.data(), name.size());
  if (!value.empty()) std::memcpy(made->data() + name.size(), value.data(), value.size());
  return made;
}

}  // namespace sandpiper::store

#include "store/entry.hpp"

#include <cassert>
#include <limits>
#include <new>

#include "store/budget.hpp"
#include "store/collection.hpp"
#include "store/index.hpp"

namespace sandpiper::store {
namespace {

constexpr std::size_t part_bytes_max = std::numeric_limits<std::uint32_t>::max();
constexpr unsigned address_bits = 48;  // what a slot of the index can hold

}  // namespace

entry* make_entry(heap& memory, std::string_view key, value_type type, node::layout kind,
                  std::string_view value) {
  if (key.size() > part_bytes_max || value.size() > part_bytes_max) return nullptr;
  void* const block = memory.allocate(sizeof(entry) + key.size() + value.size());
  if (block == nullptr) return nullptr;
  if (reinterpret_cast<std::uintptr_t>(block) >> address_bits != 0) {
    memory.release(block);
    return nullptr;
  }
  auto* const made = new (block) entry;
  made->type = type;
  made->kind = kind;
  made->key_bytes = static_cast<std::uint32_t>(key.size());
  made->value_bytes = static_cast<std::uint32_t>(value.size());
  if (!key.empty()) std::memcpy(made->data(), key.data(), key.size());
  if (!value.empty()) std::memcpy(made->data() + key.size(), value.data(), value.size());
  return made;
}

collection* make_collection(heap& memory, value_type type) {
  void* const block = memory.allocate(sizeof(collection));
  return block != nullptr ? new (block) collection(type) : nullptr;
}

void destroy_collection(heap& memory, collection* large) noexcept {
  large->clear(memory);
  large->~collection();
  memory.release(large);
}

void destroy_node(heap& memory, node* dead) noexcept {
  if (dead->kind == node::layout::large) {
    destroy_collection(memory, static_cast<entry*>(dead)->large());
  }
  memory.release(dead);
}

void* collection_heap::allocate(std::size_t bytes) {
  void* const block = source_.allocate(bytes);
  if (block != nullptr) borrower_.held_bytes += measured_bytes(block);
  return block;
}

void collection_heap::release(void* block) noexcept {
  borrower_.held_bytes -= measured_bytes(block);
  source_.release(block);
}

}  // namespace sandpiper::store

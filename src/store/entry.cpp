#include "store/entry.hpp"

#include <new>

#include "store/budget.hpp"
#include "store/collection.hpp"

namespace sandpiper::store {

collection* make_collection(heap& memory, value_type type) {
  void* const block = memory.allocate(sizeof(collection));
  return block != nullptr ? new (block) collection(type) : nullptr;
}

void destroy_collection(heap& memory, collection* large) noexcept {
  large->clear(memory);
  large->~collection();
  memory.release(large);
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

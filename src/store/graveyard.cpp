#include "store/graveyard.hpp"

#include <utility>

#include "store/collection.hpp"
#include "store/epoch.hpp"
#include "store/index.hpp"

namespace sandpiper::store {
namespace {

constexpr std::size_t batch_count = 6;
constexpr std::size_t batch_bytes = 4096;

}  // namespace

std::size_t graveyard::bytes_of(const node& dead) noexcept {
  if (dead.kind == node::layout::index_table) {
    const auto& table = static_cast<const index::table&>(dead);
    return sizeof table + table.buckets * sizeof(index::bucket);
  }
  const auto& gone = static_cast<const entry&>(dead);
  const std::size_t own = sizeof gone + gone.key_bytes + gone.value_bytes;
  const collection* const large = gone.large();
  return large == nullptr ? own : own + sizeof *large + large->held_bytes;
}

void graveyard::retire(node& dead) noexcept {
  dead.older = nullptr;
  dead.newer = std::exchange(fresh_.first, &dead);
  ++fresh_.count;
  fresh_.bytes += bytes_of(dead);
}

bool graveyard::worthwhile() const noexcept {
  return fresh_.count >= batch_count || fresh_.bytes >= batch_bytes;
}

void graveyard::collect(heap& memory) noexcept {
  if (waiting_.first != nullptr) {
    if (!epoch::quiescent(waiting_epoch_)) return;
    free_all(waiting_, memory);
  }
  if (fresh_.first == nullptr) return;
  waiting_ = std::exchange(fresh_, {});
  waiting_epoch_ = epoch::advance();
  if (epoch::quiescent(waiting_epoch_)) free_all(waiting_, memory);
}

void graveyard::free_all(list& dead, heap& memory) noexcept {
  node* next = std::exchange(dead, {}).first;
  while (node* const each = next) {
    next = each->newer;
    // One reference is ours. Nobody can take a new one: no reader can see it any more.
    const bool alone = each->references.load(std::memory_order_acquire) == 1 ||
                       each->references.fetch_sub(1, std::memory_order_acq_rel) == 1;
    if (alone) destroy_node(memory, each);
  }
}

void graveyard::for_each(function_ref<void(node&)> visit) const {
  for (node* each = fresh_.first; each != nullptr; each = each->newer) visit(*each);
  for (node* each = waiting_.first; each != nullptr; each = each->newer) visit(*each);
}

}  // namespace sandpiper::store

// What the store says it holds, beside what the allocator says it gave.

#include <gtest/gtest.h>
#include <malloc.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <string>

#include "sandpiper/store/store.hpp"
#include "store/support.hpp"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANDPIPER_HOOKED_MALLOC 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANDPIPER_HOOKED_MALLOC 1
#endif

namespace {

thread_local bool watching = false;
thread_local std::ptrdiff_t held_bytes = 0;
thread_local std::size_t calls = 0;

void taken(void* block) {
  if (!watching || block == nullptr) return;
  held_bytes += static_cast<std::ptrdiff_t>(::malloc_usable_size(block));
  ++calls;
}
void given_back(void* block) {
  if (watching && block != nullptr) {
    held_bytes -= static_cast<std::ptrdiff_t>(::malloc_usable_size(block));
  }
}

}  // namespace

#ifdef SANDPIPER_HOOKED_MALLOC
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void*,
                                                                  std::size_t),
                                                         void (*)(const volatile void*));
namespace {
[[maybe_unused]] const int hooked = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void* block, std::size_t) { taken(const_cast<void*>(block)); },
    [](const volatile void* block) { given_back(const_cast<void*>(block)); });
}  // namespace
#else
extern "C" {
void* __libc_malloc(std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);
void __libc_free(void* block);

void* malloc(std::size_t bytes) {
  void* const block = __libc_malloc(bytes);
  taken(block);
  return block;
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  void* const block = __libc_memalign(alignment, bytes);
  taken(block);
  return block;
}
void free(void* block) {
  given_back(block);
  __libc_free(block);
}
}
#endif

namespace sandpiper::store {
namespace {

class watch {
 public:
  watch() {
    held_bytes = 0;
    calls = 0;
    watching = true;
  }
  ~watch() { watching = false; }
  watch(const watch&) = delete;
  watch& operator=(const watch&) = delete;
};

TEST(Allocation, TheChargeIsWhatTheAllocatorGave) {
  options how;
  how.budget_bytes = 2 << 20;
  local_store store(how);
  store.set("warm", "up");  // this thread's seat is the process's, not the store's
  store.erase("warm");
  const auto before = static_cast<std::ptrdiff_t>(store.stats().charged_bytes);
  std::array<std::string, 200> keys;
  for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = "key:" + std::to_string(i);
  const std::string text(1000, 'x');
  std::string scratch;
  scratch.reserve(4096);

  const watch on;
  for (std::size_t step = 0; step < 5000; ++step) {
    const auto& key = keys[step * 7919 % keys.size()];
    if (step % 5 == 0) {
      store.erase(key);
    } else if (step % 5 == 1) {
      store.update(key, [&](editor& edit) {
        if (edit.become(value_type::zset)) edit.put(keys[step % 199], "12345678");
      });
    } else {
      store.set(key, std::string_view(text).substr(0, step % 1000));
    }
    const auto charged = static_cast<std::ptrdiff_t>(store.stats().charged_bytes);
    ASSERT_EQ(charged - before, held_bytes) << "step " << step;
  }
}

TEST(Allocation, AHitTakesNone) {
  local_store store;
  const std::string text(1000, 'x');
  store.set("k", text);
  std::string into;
  into.reserve(2000);
  std::size_t seen = 0;
  store.copy("k", into);

  const watch on;
  for (int i = 0; i < 100; ++i) {
    store.copy("k", into);
    store.peek("k", [&](const entry_view& each) { seen += each.value().string().size(); });
    store.visit("k", [&](const entry_view& each) { seen += each.value().string().size(); });
    seen += store.type("absent").has_value() ? 1 : 0;
  }
  EXPECT_EQ(calls, 0u);
  EXPECT_EQ(seen, 200'000u);
}

TEST(Allocation, ASetTakesAtMostOneBlock) {
  local_store store;
  const std::string text(100, 'x');
  store.set("k", text);
  store.set("k", text);

  const watch on;
  for (int i = 0; i < 1000; ++i) store.set("k", text, {.deadline_ms = std::uint64_t{1} << 60});
  EXPECT_LE(calls, 1000u);
}

}  // namespace
}  // namespace sandpiper::store

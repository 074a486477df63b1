// The check of an intset: what passes holds ascending integers, all of them inside.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rdb/intset.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace intset = sandpiper::rdb::intset;
  const std::string_view blob(reinterpret_cast<const char*>(data), size);
  std::uint64_t entries = 0;
  if (const auto wrong = intset::check(blob, entries)) {
    if (wrong.at > size) std::abort();
    return 0;
  }
  for (std::uint64_t i = 1; i < entries; ++i) {
    if (intset::at(blob, i - 1) >= intset::at(blob, i)) std::abort();
  }
  return 0;
}

// The check of a listpack: what passes can be walked from entry to entry, and holds as many as it
// said.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rdb/listpack.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace listpack = sandpiper::rdb::listpack;
  const std::string_view blob(reinterpret_cast<const char*>(data), size);
  std::uint64_t entries = 0;
  if (const auto wrong = listpack::check(blob, entries)) {
    if (wrong.at > size) std::abort();
    return 0;
  }
  sandpiper::rdb::item entry;
  std::uint64_t walked = 0;
  std::uint64_t seen = 0;
  for (const char* at = listpack::first(blob); at != listpack::last(blob); ++walked) {
    at = listpack::next(at, listpack::last(blob), entry);
    if (at == nullptr) std::abort();
    sandpiper::rdb::item_room room;
    for (const char c : entry.text(room)) seen += static_cast<unsigned char>(c);
  }
  if (walked != entries || seen == UINT64_MAX) std::abort();
  return 0;
}

// DUMP payloads: any bytes get an answer, and what is decoded as sound is passed over to its end.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rdb/digest.hpp"
#include "sandpiper/rdb/dump.hpp"

namespace {

namespace rdb = sandpiper::rdb;

bool sound(std::string_view payload, rdb::depth how_deep) {
  rdb::options how;
  how.checksum = false;
  how.limits.packed_bytes_max = 1 << 20;
  how.limits.string_bytes_max = 16 << 20;
  rdb::digest told(how_deep);
  return !rdb::dump_reader(told, how).read(payload, "key");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view payload(reinterpret_cast<const char*>(data), size);
  if (!sound(payload, rdb::depth::elements)) return 0;
  for (const auto how_deep : {rdb::depth::skip, rdb::depth::structure, rdb::depth::raw}) {
    if (!sound(payload, how_deep)) std::abort();
  }
  return 0;
}

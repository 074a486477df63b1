// Snapshots: any bytes get an answer, the same one however they are cut, and no walk over the
// values disagrees with their decoding about where they end.
//
// The first byte chooses how the rest is cut; the checksum is off, since no mutation would pass it.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rdb/digest.hpp"
#include "sandpiper/rdb/reader.hpp"

namespace {

namespace rdb = sandpiper::rdb;

constexpr rdb::options settings() {
  rdb::options how;
  how.checksum = false;
  how.limits.whole_bytes_max = 64 << 10;
  how.limits.packed_bytes_max = 1 << 20;
  how.limits.string_bytes_max = 16 << 20;
  return how;
}

struct outcome {
  rdb::progress state;
  std::uint64_t told;
  std::uint64_t taken_bytes;
  bool operator==(const outcome&) const = default;
};

outcome read(std::string_view bytes, std::size_t step, rdb::depth how_deep) {
  rdb::digest told(how_deep);
  rdb::reader reads(told, settings());
  for (std::size_t at = 0; at < bytes.size() && reads.state() == rdb::progress::more; at += step) {
    const std::string piece(bytes.substr(at, step));
    reads.feed(piece);
  }
  reads.finish();
  return {reads.state(), told.value(), reads.offset()};
}

void demand(bool what) {
  if (!what) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t step = 1 + data[0] % 64;

  const auto whole = read(bytes, bytes.size() + 1, rdb::depth::elements);
  demand(read(bytes, step, rdb::depth::elements) == whole);
  for (const auto how_deep : {rdb::depth::skip, rdb::depth::structure, rdb::depth::raw}) {
    const auto over = read(bytes, bytes.size() + 1, how_deep);
    demand(read(bytes, step, how_deep) == over);
    if (whole.state == rdb::progress::done) {
      demand(over.state == rdb::progress::done && over.taken_bytes == whole.taken_bytes);
    }
  }
  return 0;
}

// Streams: the first byte chooses the type and how the input is cut, the rest is the value.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "rdb/digest.hpp"
#include "sandpiper/rdb/reader.hpp"

namespace {

namespace rdb = sandpiper::rdb;

std::pair<rdb::progress, std::uint64_t> read(std::string_view bytes, std::size_t step,
                                             rdb::depth how_deep) {
  rdb::options how;
  how.checksum = false;
  how.limits.packed_bytes_max = 1 << 20;
  rdb::digest told(how_deep);
  rdb::reader reads(told, how);
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const std::string piece(bytes.substr(at, step));
    reads.feed(piece);
  }
  reads.finish();
  return {reads.state(), told.value()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr char types[] = {15, 19, 21, 26, 27};
  std::string bytes = "REDIS0014";
  bytes.append(1, types[data[0] % 5]).append("\1k");
  bytes.append(reinterpret_cast<const char*>(data) + 1, size - 1);
  bytes.append("\xff").append(8, '\0');

  const auto whole = read(bytes, bytes.size(), rdb::depth::elements);
  if (read(bytes, 1 + data[0] / 5, rdb::depth::elements) != whole) std::abort();
  if (whole.first != rdb::progress::done) return 0;
  for (const auto how_deep : {rdb::depth::skip, rdb::depth::structure}) {
    if (read(bytes, bytes.size(), how_deep).first != rdb::progress::done) std::abort();
  }
  return 0;
}

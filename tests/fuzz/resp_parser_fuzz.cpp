// Any bytes: however they are cut, the same comes out; memory stays under 16 times the bytes and
// 64 KiB; what was read can be written, and reads again as the same.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sandpiper/resp/encoder.hpp"
#include "sandpiper/resp/reply.hpp"
#include "support/feeding.hpp"
#include "support/memory_count.hpp"

namespace {

using namespace sandpiper;

constexpr std::size_t each_byte_max = 1000;  // feeding byte by byte is quadratic in the harness

void require(bool holds) {
  if (!holds) std::abort();
}

void same_however_cut(std::string_view bytes) {
  const auto whole = test::feed_whole(bytes);
  const auto seed = static_cast<std::uint32_t>(std::hash<std::string_view>()(bytes));
  for (const auto when : {test::consuming::each_time, test::consuming::at_the_end}) {
    for (const std::size_t piece_bytes_max : {7, 100}) {
      const auto cuts = test::random_cuts(bytes.size(), piece_bytes_max, seed);
      require(test::feed_cut(bytes, cuts, {}, when) == whole);
    }
    if (bytes.empty() || bytes.size() > each_byte_max) continue;
    std::vector<std::size_t> each(bytes.size() - 1);
    std::iota(each.begin(), each.end(), std::size_t{1});
    require(test::feed_cut(bytes, each, {}, when) == whole);
  }
}

void memory_is_bounded(std::string bytes, std::size_t piece_bytes) {
  const test::memory_watch watch;
  resp::parser p;
  for (std::size_t fed = 0; fed < bytes.size() && p.failure() == nullptr;) {
    fed = std::min(fed + piece_bytes, bytes.size());
    p.parse(std::span(bytes).first(fed));
    require(watch.peak_bytes() < 16 * fed + (64 << 10));
  }
}

void reads_again(const resp::reply_view& value) {
  resp::buffer out;
  resp::encoder(out, 3).value(value);
  const auto again = resp::reply::parse(out.view());
  require(again.has_value() && test::told(*again) == test::told(value));

  out.clear();
  resp::encoder(out, 2).value(value);
  require(resp::reply::parse(out.view()).has_value());
}

void what_was_read_can_be_written(std::string bytes) {
  resp::parser p;
  p.parse(bytes);
  for (resp::reply_view value; p.next(value);) {
    reads_again(value);
    require(test::told(resp::reply(value)) == test::told(value));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  same_however_cut(bytes);
  memory_is_bounded(bytes, bytes.size() + 1);
  memory_is_bounded(bytes, 16);
  what_was_read_can_be_written(bytes);
  return 0;
}

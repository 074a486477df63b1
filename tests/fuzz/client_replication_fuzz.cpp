// What a server sends to a replica: any bytes come to the same end however they are cut, and not a
// byte of the snapshot or of what follows it is lost, made up or told twice.
//
// The first byte chooses how many answers to wait for, and how the rest is cut.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "client/replica_framing.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

struct outcome {
  std::string snapshot;
  std::string rest;
  std::string begun;
  bool over = false;
  bool failed = false;
  bool operator==(const outcome&) const = default;
};

outcome read(std::string_view bytes, std::size_t step, std::size_t answers) {
  sandpiper::replica_framing framing(answers);
  outcome seen;
  std::vector<char> unread;  // exactly what is there, so that a sanitizer sees who looks beyond
  for (std::size_t at = 0; at < bytes.size() && !seen.failed; at += step) {
    const auto piece = bytes.substr(at, step);
    unread.insert(unread.end(), piece.begin(), piece.end());
    unread.shrink_to_fit();
    while (!framing.over() && !seen.failed) {
      const auto taken = framing.take({unread.data(), unread.size()});
      seen.failed = !taken;
      if (!taken) break;
      require(taken->input_bytes <= unread.size());
      require(taken->snapshot.size() <= taken->input_bytes);
      seen.snapshot += taken->snapshot;
      unread.erase(unread.begin(),
                   unread.begin() + static_cast<std::ptrdiff_t>(taken->input_bytes));
      if (taken->input_bytes > 0) continue;
      require(framing.over() || unread.size() < sandpiper::replica_framing::line_bytes_max);
      break;
    }
  }
  seen.over = framing.over();
  if (seen.over) seen.rest.assign(unread.begin(), unread.end());
  if (framing.granted()) {
    seen.begun = framing.begun().id + " " + std::to_string(framing.begun().offset);
  }
  require(framing.received_bytes() == seen.snapshot.size());
  require(!seen.over || !framing.size_bytes() || *framing.size_bytes() == seen.snapshot.size());
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 16 << 10) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t answers = data[0] & 3;
  const std::size_t step = 1 + (data[0] >> 2);
  const auto whole = read(bytes, std::max<std::size_t>(1, bytes.size()), answers);
  require(whole == read(bytes, 1, answers));
  require(whole == read(bytes, step, answers));
  return 0;
}

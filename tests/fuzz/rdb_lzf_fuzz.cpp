// LZF: the whole decompression and the one in pieces give the same, and compressing is undone.
//
// The first two bytes are the size that is claimed, the rest is compressed, or is to be.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rdb/lzf.hpp"

namespace {

namespace rdb = sandpiper::rdb;

std::optional<std::string> whole(std::string_view stored, std::size_t size) {
  std::string to(size, '\0');
  if (!rdb::lzf_decompress(stored, to.data(), size)) return std::nullopt;
  return to;
}

std::optional<std::string> in_pieces(std::string_view stored, std::size_t size, std::size_t step) {
  const auto stream = std::make_unique<rdb::lzf_stream>();
  stream->restart();
  std::string to;
  while (!stored.empty()) {
    const std::string own(stored.substr(0, step));
    stored.remove_prefix(own.size());
    std::string_view piece = own;
    for (;;) {
      const auto state = stream->feed(piece);
      if (state == rdb::lzf_stream::state::bad) return std::nullopt;
      to += stream->piece();
      stream->drop();
      if (to.size() > size) return std::nullopt;
      if (state == rdb::lzf_stream::state::hungry) break;
    }
  }
  if (to.size() != size || !stream->between_runs()) return std::nullopt;
  return to;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t claimed = static_cast<std::size_t>(data[0] << 8 | data[1]);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  if (whole(bytes, claimed) != in_pieces(bytes, claimed, 1 + data[1] % 16)) std::abort();

  std::string stored;
  if (!rdb::lzf_compress(bytes, stored)) return 0;
  if (!rdb::lzf_plausible(stored.size(), bytes.size())) std::abort();
  if (whole(stored, bytes.size()) != bytes) std::abort();
  return 0;
}

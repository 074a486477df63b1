#pragma once
// LZF, the compression of strings in snapshots.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sandpiper::rdb {

/// Three bytes become at most 264, and two at least one: a head that promises anything else lies,
/// and nothing is allocated for it.
[[nodiscard]] constexpr bool lzf_plausible(std::uint64_t stored, std::uint64_t whole) noexcept {
  if (stored == 0 || whole == 0) return stored == whole;
  return (whole - 1) / 88 < stored && (stored - 1) / 2 < whole;
}

/// Decompresses `stored` into exactly `whole_bytes` at `to`. False if it is not LZF, or holds more
/// or less than that; `to` may then hold anything.
[[nodiscard]] bool lzf_decompress(std::string_view stored, char* to, std::size_t whole_bytes);

/// `bytes` compressed, appended to `to`; false and nothing appended unless that saves 4 bytes.
bool lzf_compress(std::string_view bytes, std::string& to);

/// The same decompression in pieces, for strings that are too long to hold: any input cut, output
/// of at most `piece_bytes`, memory of 8 KiB more.
class lzf_stream {
 public:
  static constexpr std::size_t piece_bytes = 56 << 10;

  void restart() noexcept;

  enum class state : std::uint8_t { hungry, full, bad };

  /// Takes bytes from the front of `stored`. `full`: piece() must be taken with drop() first.
  [[nodiscard]] state feed(std::string_view& stored) noexcept;

  [[nodiscard]] std::string_view piece() const noexcept {
    return {room_.data() + window_bytes, filled_ - window_bytes};
  }
  void drop() noexcept;

  /// No run is half read: the input may end here.
  [[nodiscard]] bool between_runs() const noexcept { return step_ == step::control; }

 private:
  enum class step : std::uint8_t { control, literals, length, offset, copying };
  static constexpr std::size_t window_bytes = 8 << 10;

  [[nodiscard]] bool take(unsigned byte) noexcept;
  void copy_literals(std::string_view& stored) noexcept;
  void copy_match() noexcept;

  std::array<char, window_bytes + piece_bytes> room_;
  std::size_t filled_ = window_bytes;
  std::uint64_t produced_ = 0;
  std::size_t run_ = 0;  // bytes the current run has still to give
  std::size_t offset_ = 0;
  step step_ = step::control;
};

}  // namespace sandpiper::rdb

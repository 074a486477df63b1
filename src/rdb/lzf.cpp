#include "rdb/lzf.hpp"

#include <lzf.h>

#include <algorithm>
#include <cstring>

namespace sandpiper::rdb {
namespace {

constexpr std::size_t lzf_bytes_max = 0xffffffff;  // liblzf counts in unsigned int

}  // namespace

bool lzf_decompress(std::string_view stored, char* to, std::size_t whole_bytes) {
  if (!lzf_plausible(stored.size(), whole_bytes)) return false;
  if (stored.empty()) return true;
  if (stored.size() > lzf_bytes_max || whole_bytes > lzf_bytes_max) return false;

  return ::lzf_decompress(stored.data(), static_cast<unsigned>(stored.size()), to,
                          static_cast<unsigned>(whole_bytes)) == whole_bytes;
}

bool lzf_compress(std::string_view bytes, std::string& to) {
  if (bytes.size() <= 4 || bytes.size() > lzf_bytes_max) return false;

  const auto before = to.size();
  const auto room = bytes.size() - 4;
  to.resize(before + room);
  const auto stored = ::lzf_compress(bytes.data(), static_cast<unsigned>(bytes.size()),
                                     to.data() + before, static_cast<unsigned>(room));
  to.resize(before + stored);
  return stored != 0;
}

void lzf_stream::restart() noexcept {
  filled_ = window_bytes;
  produced_ = 0;
  run_ = 0;
  step_ = step::control;
}

// The last 8 KiB stay in front of the next piece: matches reach that far back.
void lzf_stream::drop() noexcept {
  const auto given = filled_ - window_bytes;
  std::memmove(room_.data(), room_.data() + given, window_bytes);
  filled_ = window_bytes;
}

bool lzf_stream::take(unsigned byte) noexcept {
  switch (step_) {
    case step::control:
      if (byte < 32) {
        run_ = byte + 1;
        step_ = step::literals;
        return true;
      }
      run_ = (byte >> 5) + 2;
      offset_ = (byte & 31) << 8;
      step_ = byte >> 5 == 7 ? step::length : step::offset;
      return true;
    case step::length:
      run_ += byte;
      step_ = step::offset;
      return true;
    default:
      offset_ += byte + 1;
      step_ = step::copying;
      return offset_ <= produced_;
  }
}

void lzf_stream::copy_literals(std::string_view& stored) noexcept {
  const auto n = std::min({run_, stored.size(), room_.size() - filled_});
  std::memcpy(room_.data() + filled_, stored.data(), n);
  stored.remove_prefix(n);
  filled_ += n;
  produced_ += n;
  run_ -= n;
  if (run_ == 0) step_ = step::control;
}

void lzf_stream::copy_match() noexcept {
  const auto n = std::min(run_, room_.size() - filled_);
  char* const to = room_.data() + filled_;
  for (std::size_t i = 0; i < n; ++i) to[i] = *(to + i - offset_);  // may repeat what it just wrote
  filled_ += n;
  produced_ += n;
  run_ -= n;
  if (run_ == 0) step_ = step::control;
}

lzf_stream::state lzf_stream::feed(std::string_view& stored) noexcept {
  for (;;) {
    if (filled_ == room_.size()) return state::full;
    if (step_ == step::copying) {
      copy_match();
      continue;
    }
    if (stored.empty()) return state::hungry;
    if (step_ == step::literals) {
      copy_literals(stored);
      continue;
    }
    if (!take(static_cast<unsigned char>(stored.front()))) return state::bad;
    stored.remove_prefix(1);
  }
}

}  // namespace sandpiper::rdb

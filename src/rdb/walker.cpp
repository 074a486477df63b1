#include "rdb/walker.hpp"

#include <algorithm>

#include "rdb/input.hpp"

namespace sandpiper::rdb {
namespace {

constexpr unsigned score_without_text = 253;

bool is_text(field f) noexcept { return f == field::text; }

std::uint64_t digits_of(std::int64_t n) noexcept { return item(n).size_bytes(); }

}  // namespace

// Nearly all strings are short and all of their bytes are here, so they are stepped over in a loop
// that keeps its place in registers.
void walker::texts(input& in) {
  const char* at = in.pos_;
  const char* const end = in.end_;
  auto left = entries_;
  while (left != 0 && at != end && byte_at(at) < 64 && byte_at(at) < distance(at, end)) {
    at += 1 + byte_at(at);
    --left;
  }
  in.pos_ = at;
  entries_ = left;
}

void walker::pairs(input& in) {
  const char* at = in.pos_;
  const char* const end = in.end_;
  auto left = entries_;
  while (left != 0 && at != end && byte_at(at) < 64) {
    const char* second = at + 1 + byte_at(at);
    if (distance(at, end) <= 1 + byte_at(at) || byte_at(second) >= 64) break;
    if (byte_at(second) >= distance(second, end)) break;
    at = second + 1 + byte_at(second);
    --left;
  }
  in.pos_ = at;
  entries_ = left;
}

got walker::over_text(input& in) {
  string_head head;
  const auto state = in.head(head);
  if (state != got::ok) return state;
  if (std::max(head.stored_bytes, head.whole_bytes) > in.how_.limits.string_bytes_max) {
    in.set_fault(fault_kind::over_limit, subject::string, "a string is over string_bytes_max",
                 in.item_offset());
    return got::bad;
  }
  body_bytes_ = head.what == string_head::form::integer ? 0 : head.stored_bytes;
  if (!in.parts) return got::ok;
  part told;
  told.bytes = head.what == string_head::form::integer ? digits_of(head.integer) : head.whole_bytes;
  in.events_.part(told);
  return got::ok;
}

got walker::step(input& in) {
  const auto over = [&](std::uint64_t bytes) {
    body_bytes_ = bytes;
    return got::ok;
  };
  if (in.atom_bytes_ == 0) in.item_offset_ = in.offset();
  switch (shape_[next_]) {
    case field::bytes8: return over(8);
    case field::bytes16: return over(16);
    case field::length: {
      const auto state = in.atom(
          [&](const char*& at, const char* end) { return read_length(at, end, in.length_); });
      if (state == got::bad) {
        in.set_fault(fault_kind::corrupt, subject::length, "this byte begins no length",
                     in.item_offset());
      }
      return state;
    }
    case field::score: {
      if (in.left() == 0) return got::more;
      const auto size = byte_at(in.pos_++);
      return over(size < score_without_text ? size : 0);
    }
    default: return over_text(in);
  }
}

bool walker::advance(input& in) {
  for (;;) {
    if (body_bytes_ != 0) {
      const auto here = std::min<std::uint64_t>(body_bytes_, in.left());
      in.pos_ += here;
      body_bytes_ -= here;
      if (body_bytes_ != 0) return false;
    }
    if (next_ == shape_.size()) next_ = 0;
    if (next_ == 0 && in.atom_bytes_ == 0) {
      if (!in.parts && in.short_bytes_max_ >= 64 && is_text(shape_.front()) && shape_.size() <= 2 &&
          is_text(shape_.back())) {
        shape_.size() == 1 ? texts(in) : pairs(in);
      }
      if (entries_ == 0) return true;
    }
    if (step(in) != got::ok) return false;
    if (++next_ == shape_.size()) --entries_;
  }
}

}  // namespace sandpiper::rdb

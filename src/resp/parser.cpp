#include "sandpiper/resp/parser.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <string>

#include "resp/parser_run.hpp"
#include "resp/scan.hpp"

namespace sandpiper::resp {
namespace {

constexpr std::size_t nodes_min = 256;
constexpr std::size_t frames_min = 16;

// Every header that take_common() reads, up to its second digit, and all of "+OK".
constexpr std::ptrdiff_t common_bytes_min = 5;

// Field by field: two stores, where an assignment of the whole makes four.
inline void put(node* n, kind type, std::uint32_t size, std::uint64_t value) noexcept {
  n->size = size;
  n->type = type;
  n->value = value;
}

}  // namespace

void parser::freer::operator()(node* n) const noexcept { ::operator delete(n); }

parser::node_run parser::make_nodes(std::size_t n) {
  return node_run(static_cast<node*>(::operator new(n * sizeof(node))));
}

parser::parser(limits l) : limits_(l) { grow_frames(); }

// The header at `q` of an aggregate that has children, if it is of a common form: how many they
// are.
[[gnu::always_inline]] inline auto parser::common_header(std::size_t q, std::size_t size,
                                                         const frame* top) const noexcept {
  constexpr plain_length not_common{0, 0};
  const char* const at = input_ + q;
  if (*at != '*' && *at != '%' && *at != '~' && *at != '>') return not_common;
  auto found = scan_plain_length(at, size - q);
  if (*at == '%') found.n *= 2;  // of eight digits at most
  if (found.n == 0 || found.n > limits_.elements_max || top == top_max_) return not_common;
  if (*at == '>') {
    const char* const first = at + found.line_bytes;
    const bool string_first =
        size - q >= found.line_bytes + 2 && first[0] == '$' && digit(first[1]) < 10;
    if (top != frames_.get() || !string_first) return not_common;
  }
  return found;
}

// The last child of the innermost aggregate came: closes all that end with it. False when that is
// more than giving its node a span; then no child remains and its end does.
[[gnu::always_inline]] inline bool parser::close_common(const node* out, frame*& top,
                                                        std::uint64_t& remaining) const noexcept {
  do {
    if (top == frames_.get()) {
      remaining = 1;
      return true;
    }
    if (top->odd) return false;
    node* const whole = &nodes_[top->index];
    whole->value = static_cast<std::uint64_t>(out - whole);
    remaining = (--top)->remaining - 1;
  } while (remaining == 0);
  return true;
}

inline void parser::replies_end(std::size_t q, node* out) noexcept {
  complete_ = out;
  done_ = q;
}

// Takes whole values of the most common forms, one after another, in registers and without a call.
// What it stops at is of some other form, or not all there, or wrong: take_carefully() tells. False
// when it came to the end.
bool parser::take_common(const std::size_t size) {
  if (odd_) [[unlikely]]
    return true;
  const char* const input = input_;
  std::size_t q = at_;
  node* out = used_;
  frame* top = top_;
  auto remaining = top->remaining;

  const auto last = static_cast<std::ptrdiff_t>(size) - common_bytes_min;
  while (static_cast<std::ptrdiff_t>(q) <= last && out != nodes_end_) {
    const char type = input[q];
    if (type == '$') [[likely]] {
      const auto [n, header] = scan_plain_length(input + q, size - q);
      const auto end = q + header + n;
      if (header == 0 || n > limits_.bulk_bytes_max || end + 2 > size) break;
      if (!is_line_end(input + end)) break;
      put(out++, kind::bulk_string, n, q + header);
      q = end + 2;
    } else if (type == ':') {
      const auto [number, line] = scan_plain_integer(input + q, size - q);
      if (line == 0) break;
      put(out++, kind::integer, 0, number);
      q += line;
    } else if (type == '+') {
      if (std::memcmp(input + q, "+OK\r\n", 5) != 0) break;
      put(out++, kind::simple_string, 2, q + 1);
      q += 5;
    } else {
      const auto [children, header] = common_header(q, size, top);
      if (header == 0) break;
      if (top == frames_.get()) replies_end(q, out);
      top->remaining = remaining;
      *++top = {children, static_cast<std::uint64_t>(out - nodes_.get()), 0, false, false, false};
      put(out++, static_cast<kind>(type), children, 0);
      remaining = children;
      q += header;
      continue;
    }
    if (--remaining == 0 && !close_common(out, top, remaining)) return leave_close(q, out, top);
  }
  if (top == frames_.get()) {
    replies_end(q, out);
  } else {
    top->remaining = remaining;
  }
  top_ = top;
  used_ = out;
  at_ = q;
  missing_ = 1;
  return q != size;
}

bool parser::leave_close(std::size_t q, node* out, frame* top) noexcept {
  top->remaining = 0;
  top_ = top;
  used_ = out;
  at_ = q;
  missing_ = 1;
  return true;
}

bool parser::take_carefully(std::size_t size) {
  if (failure_) return false;
  if (used_ == nodes_end_) grow_nodes();
  return run(*this, size).take();
}

void parser::grow_nodes() {
  const auto used = used_ - nodes_.get();
  const auto capacity = static_cast<std::size_t>(nodes_end_ - nodes_.get());
  // By half, not by double: old and new together stay under what limits promise per byte received.
  const auto larger = std::max(nodes_min, capacity + capacity / 2);
  auto nodes = make_nodes(larger);
  if (used > 0) std::memcpy(static_cast<void*>(nodes.get()), nodes_.get(), capacity * sizeof(node));
  taken_ = nodes.get() + (taken_ - nodes_.get());
  complete_ = nodes.get() + (complete_ - nodes_.get());
  used_ = nodes.get() + used;
  nodes_end_ = nodes.get() + larger;
  nodes_ = std::move(nodes);
  untidy_ |= larger > idle_nodes_max;
  if (lift_at_ != &nowhere) aim_at_lift();
}

void parser::grow_frames() {
  const auto used = frames_ ? top_ - frames_.get() + 1 : 0;
  const auto capacity = std::min(std::max(frames_min, static_cast<std::size_t>(2 * used)),
                                 std::size_t{limits_.depth_max} + 1);
  auto frames = std::make_unique_for_overwrite<frame[]>(capacity);
  frames[0] = {1, 0, 0, false, false, false};  // the stream: each of its children is the last one
  std::copy_n(frames_.get(), used, frames.get());
  top_ = frames.get() + std::max<std::ptrdiff_t>(used - 1, 0);
  top_max_ = frames.get() + capacity - 1;
  frames_ = std::move(frames);
}

void parser::fail(errc code, std::size_t at, const char* what) {
  odd_ = true;
  failure_.emplace(code, "byte " + std::to_string(stream_at_ + at) + ": " + what, fate::uncertain);
}

void parser::reset() noexcept {
  at_ = searched_ = done_ = 0;
  missing_ = 1;
  taken_ = complete_ = used_ = nodes_.get();
  top_ = frames_.get();
  attribute_ = none;
  joining_ = odd_ = false;
  lifts_.clear();
  lifted_next_ = 0;
  lift_at_ = &nowhere;
  stream_at_ = 0;
  failure_.reset();
}

void parser::add_lift(node_run nodes) {
  lifts_.push_back({complete_ - nodes_.get(), std::move(nodes)});
  untidy_ = true;
  aim_at_lift();
}

void parser::aim_at_lift() noexcept {
  lift_at_ = lifted_next_ < lifts_.size() ? nodes_.get() + lifts_[lifted_next_].before : &nowhere;
}

reply_view parser::next_lifted() noexcept {
  const node* const first = lifts_[lifted_next_].nodes.get();
  ++lifted_next_;
  aim_at_lift();
  return {first, input_};
}

// The rest of consume(), when a value is open, or pushes were lifted out, or much memory is idle.
void parser::tidy_up() noexcept {
  lifts_.clear();
  lifted_next_ = 0;

  const auto left = used_ - complete_;
  const auto capacity = static_cast<std::size_t>(nodes_end_ - nodes_.get());
  if (left == 0 && capacity > idle_nodes_max) {
    nodes_.reset();
    nodes_end_ = nullptr;
  }
  untidy_ = left > 0 && capacity > idle_nodes_max;
  if (left > 0 && done_ > 0) move_to_front(left);  // else nothing moves, however often one asks
  used_ = nodes_.get() + left;
}

void parser::move_to_front(std::ptrdiff_t left) noexcept {
  const auto moved = static_cast<std::uint64_t>(complete_ - nodes_.get());
  std::memmove(static_cast<void*>(nodes_.get()), complete_,
               static_cast<std::size_t>(left) * sizeof(node));
  for (node* n = nodes_.get(); n != nodes_.get() + left; ++n) {
    if (is_text(n->type)) n->value -= done_;
  }
  for (frame* f = frames_.get() + 1; f <= top_; ++f) {
    f->index -= moved;
    f->from -= moved;
  }
  if (attribute_ != none) attribute_ -= moved;
}

}  // namespace sandpiper::resp

#pragma once
// One value, taken with care: all of RESP, cut anywhere, and what can be wrong with it.

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "resp/scan.hpp"
#include "sandpiper/resp/parser.hpp"

namespace sandpiper::resp {

/// Works on a copy of where the parser stands, and brings it back with leave().
class parser::run {
 public:
  run(parser& p, std::size_t size) noexcept
      : p_(p),
        base_(p.input_),
        end_(base_ + size),
        start_(base_ + p.at_),
        q_(start_),
        out_(p.used_),
        top_(p.top_) {}

  /// The next value, or the next part of one, or the end of an aggregate that has all its children;
  /// false when it is not all there, or wrong. Requires room for a node.
  bool take() {
    if (top_->remaining > 0) return leave(element());
    top_->remaining = 1;
    return leave(close_full());
  }

 private:
  bool leave(verdict v) {
    p_.at_ = offset_of(v == verdict::ok ? q_ : start_);
    p_.used_ = out_;
    p_.top_ = top_;
    // What is begun is gone on with here, though it may prove to be of a common form.
    const bool begun = v == verdict::more && start_ != end_;
    p_.odd_ = p_.joining_ || p_.attribute_ != none || begun;
    if (v == verdict::more) p_.missing_ = offset_of(end_) - p_.at_ + missing_;
    if (is_break(v)) {
      p_.fail(is_over_limit(v) ? errc::over_limit : errc::malformed, p_.at_, to_string(v));
    }
    return v == verdict::ok;
  }

  verdict element() {
    if (p_.joining_) [[unlikely]]
      return chunk();
    if (q_ == end_) return verdict::more;
    const auto type = static_cast<kind>(*q_++);
    switch (type) {
      case kind::bulk_string:
      case kind::bulk_error:
      case kind::verbatim: return bulk(type);
      case kind::array:
      case kind::set:
      case kind::map:
      case kind::push:
      case kind::attribute: return aggregate(type);
      case kind::simple_string:
      case kind::error:
      case kind::big_number: return text_line(type);
      case kind::integer: return integer();
      case kind::number: return number();
      case kind::boolean: return boolean();
      case kind::null: return null();
    }
    return *start_ == '.' ? end_of_stream() : verdict::bad_type;
  }

  // --- values of one node --------------------------------------------------------------------

  verdict bulk(kind type) {
    std::uint32_t n = 0;
    const auto v = scan_length(q_, end_, n);
    if (v != verdict::ok) return odd_bulk(type, v);
    if (n > p_.limits_.bulk_bytes_max) return verdict::large_bulk;
    if (type == kind::verbatim) {
      const auto seen = verbatim_start(n);
      if (seen != verdict::ok) return seen;
    }
    const auto offset = offset_of(q_);
    const auto seen = payload(n);
    return seen == verdict::ok ? value({n, type, {}, offset}) : seen;
  }

  verdict odd_bulk(kind type, verdict v) {
    if (type != kind::bulk_string && !is_break(v) && v != verdict::more) return verdict::bad_length;
    if (v == verdict::null) return value({});
    if (v == verdict::many_elements) return verdict::large_bulk;
    if (v != verdict::streamed) return v;
    p_.joining_ = true;
    p_.attribute_ = none;
    *out_++ = {0, type, {}, offset_of(q_)};
    return verdict::ok;
  }

  verdict verbatim_start(std::uint32_t n) {
    constexpr std::ptrdiff_t start_bytes = 4;  // "txt:"
    if (n < start_bytes) return verdict::bad_verbatim;
    if (end_ - q_ < start_bytes) {
      missing_ = static_cast<std::size_t>(start_bytes - (end_ - q_));
      return verdict::more;
    }
    return q_[3] == ':' ? verdict::ok : verdict::bad_verbatim;
  }

  // `n` bytes and CRLF.
  verdict payload(std::uint32_t n) {
    const auto there = static_cast<std::size_t>(end_ - q_);
    if (there < std::size_t{n} + 2) {
      if (there > n && q_[n] != '\r') return verdict::bad_payload_end;
      if (there < n) missing_ = std::size_t{n} + 1 - there;
      return verdict::more;
    }
    if (!is_line_end(q_ + n)) return verdict::bad_payload_end;
    q_ += std::size_t{n} + 2;
    return verdict::ok;
  }

  // A part of a streamed string, which the last node is.
  verdict chunk() {
    if (q_ == end_) return verdict::more;
    if (*q_++ != ';') return verdict::bad_stream;
    std::uint32_t n = 0;
    const auto length = scan_length(q_, end_, n);
    if (length != verdict::ok) {
      return length == verdict::more || is_break(length) ? length : verdict::bad_length;
    }
    node& joined = out_[-1];
    if (n == 0) {
      p_.joining_ = false;
      --out_;
      return value(joined);
    }
    if (std::uint64_t{joined.size} + n > p_.limits_.bulk_bytes_max) return verdict::large_bulk;
    const char* const from = q_;
    const auto seen = payload(n);
    if (seen != verdict::ok) return seen;
    std::memmove(p_.input_ + joined.value + joined.size, from, n);
    joined.size += n;
    return verdict::ok;
  }

  verdict text_line(kind type) {
    std::string_view line;
    const auto v = whole_line(line);
    if (v != verdict::ok) return v;
    if (type == kind::big_number && !is_big_number(line)) return verdict::bad_big_number;
    return value({static_cast<std::uint32_t>(line.size()), type, {}, offset_of(line.data())});
  }

  verdict whole_line(std::string_view& line) {
    const auto v = scan_line(q_, end_, p_.limits_.line_bytes_max, p_.searched_, line);
    if (v == verdict::ok) p_.searched_ = 0;
    return v;
  }

  verdict integer() {
    std::uint64_t number = 0;
    const auto v = scan_integer(q_, end_, number);
    return v == verdict::ok ? value({0, kind::integer, {}, number}) : v;
  }

  verdict number() {
    std::string_view line;
    const auto v = whole_line(line);
    if (v != verdict::ok) return v;
    double d = 0;
    if (!parse_number(line, d)) return verdict::bad_number;
    return value({0, kind::number, {}, std::bit_cast<std::uint64_t>(d)});
  }

  verdict boolean() {
    std::uint64_t flag = 0;
    const auto v = scan_boolean(q_, end_, flag);
    return v == verdict::ok ? value({0, kind::boolean, {}, flag}) : v;
  }

  verdict null() {
    const auto v = scan_null(q_, end_);
    return v == verdict::ok ? value({}) : v;
  }

  // --- aggregates ----------------------------------------------------------------------------

  verdict aggregate(kind type) {
    std::uint32_t n = 0;
    auto v = scan_length(q_, end_, n);
    const bool streamed = v == verdict::streamed;
    if (v == verdict::null && type == kind::array) return value({});
    if (v == verdict::null || (streamed && (type == kind::push || type == kind::attribute))) {
      return verdict::bad_length;
    }
    if (v != verdict::ok && !streamed) return v;

    std::uint64_t children = n;
    if (type == kind::map || type == kind::attribute) children *= 2;
    if (children > p_.limits_.elements_max) return verdict::many_elements;
    if (depth() == p_.limits_.depth_max) return verdict::deep;
    if (type == kind::push && n == 0) return verdict::bad_push;
    if (type == kind::attribute && p_.attribute_ != none) return verdict::bad_attribute;
    return open(type, static_cast<std::uint32_t>(children), streamed);
  }

  verdict open(kind type, std::uint32_t children, bool streamed) {
    const auto index = used();
    if (children == 0 && !streamed && type != kind::attribute) return value({0, type, {}, 1});

    const bool lifted = type == kind::push && depth() > 0;
    const bool odd = streamed || type == kind::push || type == kind::attribute;
    const auto from = p_.attribute_ != none ? p_.attribute_ : index;
    p_.attribute_ = none;
    *out_++ = {children, type, {}, 0};
    if (top_ == p_.top_max_) make_room_below();
    *++top_ = {streamed ? streamed_max() : children, index, from, lifted, streamed, odd};
    if (children == 0 && !streamed) {
      ++top_->remaining;
      return close_full();
    }
    return verdict::ok;
  }

  // A whole value: counts for the aggregate around it, or is a reply.
  verdict value(const node& n) {
    *out_++ = n;
    p_.attribute_ = none;
    if (top_ != p_.frames_.get()) return close_full();
    reply_done();
    return verdict::ok;
  }

  // One child came: closes every aggregate that has all of its children now.
  verdict close_full() {
    while (--top_->remaining == 0) {
      start_ = q_;  // of what is wrong, if it is
      if (top_->streamed) return verdict::many_elements;
      node& n = p_.nodes_[top_->index];
      n.value = used() - top_->index;
      if (n.type == kind::attribute) {
        p_.attribute_ = top_->index;
        --top_;
        return verdict::ok;
      }
      if (n.type == kind::push) return close_push();
      if (--top_ == p_.frames_.get()) {
        reply_done();
        return verdict::ok;
      }
    }
    return verdict::ok;
  }

  verdict close_push() {
    const reply_view push(&p_.nodes_[top_->index], base_);
    if (const auto first = *push.begin(); !first.is_string()) return verdict::bad_push;
    const frame closed = *top_--;
    if (!closed.lifted) {
      reply_done();
      return verdict::ok;
    }
    node* const from = p_.nodes_.get() + closed.from;
    const auto count = static_cast<std::size_t>(out_ - from);
    auto nodes = make_nodes(count);
    std::memcpy(static_cast<void*>(nodes.get()), from, count * sizeof(node));
    p_.add_lift(std::move(nodes));
    out_ = from;
    return verdict::ok;
  }

  verdict end_of_stream() {
    if (!top_->streamed || p_.attribute_ != none) return verdict::bad_stream;
    const auto seen = scan_null(q_, end_);
    if (seen != verdict::ok) return seen == verdict::bad_null ? verdict::bad_stream : seen;
    const auto children = streamed_max() - top_->remaining;
    node& n = p_.nodes_[top_->index];
    if (n.type == kind::map && children % 2 != 0) return verdict::bad_stream;
    n.size = static_cast<std::uint32_t>(children);
    n.value = used() - top_->index;
    if (--top_ != p_.frames_.get()) return close_full();
    reply_done();
    return verdict::ok;
  }

  void reply_done() noexcept {
    p_.complete_ = out_;
    p_.done_ = offset_of(q_);
  }

  void make_room_below() {
    p_.top_ = top_;
    p_.grow_frames();
    top_ = p_.top_;
  }

  // A streamed aggregate counts down as well; at 0 it has one child too many.
  [[nodiscard]] std::uint64_t streamed_max() const noexcept {
    return std::uint64_t{p_.limits_.elements_max} + 1;
  }
  [[nodiscard]] std::uint64_t used() const noexcept {
    return static_cast<std::uint64_t>(out_ - p_.nodes_.get());
  }
  [[nodiscard]] std::uint64_t offset_of(const char* q) const noexcept {
    return static_cast<std::uint64_t>(q - base_);
  }
  [[nodiscard]] std::uint32_t depth() const noexcept {
    return static_cast<std::uint32_t>(top_ - p_.frames_.get());
  }

  parser& p_;
  const char* const base_;
  const char* const end_;
  const char* start_;  // of the value
  const char* q_;
  node* out_;
  frame* top_;
  std::size_t missing_ = 1;  // so many bytes more, and there is more to say
};

}  // namespace sandpiper::resp

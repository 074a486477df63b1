#pragma once
// Bytes in, replies out: RESP2 and RESP3, cut anywhere, without copying or allocating per reply.
//
//     parser p;
//     p.parse(received);                      // all bytes that are not consumed yet
//     for (reply_view r; p.next(r);) use(r);  // good until the next parse() or consume()
//     drop(p.consume());                      // so many bytes are done with
//
// parse() takes a whole receive buffer in one call, and goes on where it stopped when it is called
// again with more bytes behind the same ones. The bytes may have moved meanwhile.

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sandpiper/base/error.hpp"
#include "sandpiper/resp/limits.hpp"
#include "sandpiper/resp/reply_view.hpp"

namespace sandpiper::resp {

/// Strict: what RESP does not allow is an error, with its byte offset in the stream, and ends the
/// stream. Iterative: nesting costs no stack. Time is linear in the bytes however they are cut.
///
/// Memory: 16 bytes for each value of the replies that are not consumed yet; what an aggregate
/// announces is believed only as far as its elements have come.
///
/// Strand-bound. Source: RESP2 and RESP3 protocol specifications; docs/parts/resp.md states the
/// choices where they leave room.
class parser {
 public:
  explicit parser(limits l = {});
  parser(parser&&) noexcept = default;
  parser& operator=(parser&&) noexcept = default;

  /// `input`: every byte received and not consumed. The chunks of a streamed string are joined in
  /// place, which overwrites bytes that were parsed already.
  void parse(std::span<char> input) {
    input_ = input.data();
    if (input.size() < wanted()) return;
    while (take_common(input.size()) && take_carefully(input.size())) {
    }
  }

  /// The next complete reply or push, in the order in which they became complete: a push that the
  /// server sent inside an aggregate comes before that aggregate. False when there is none.
  [[nodiscard]] bool next(reply_view& reply) noexcept {
    if (taken_ == lift_at_) [[unlikely]] {
      reply = next_lifted();
      return true;
    }
    if (taken_ == complete_) return false;
    if (is_aggregate(taken_->type)) {
      reply = reply_view(taken_, input_);
      taken_ += reply.node_count();
    } else {
      reply = reply_view(taken_, input_, reply_view::alone{});
      ++taken_;
    }
    return true;
  }

  /// Forgets the complete replies. Returns how many bytes at the front of the input are done with;
  /// the next parse() expects the input without them. Requires next() to have answered false.
  [[nodiscard]] std::size_t consume() noexcept {
    assert(taken_ == complete_ && lift_at_ == &nowhere);
    if (used_ == complete_ && !untidy_) [[likely]] {
      used_ = nodes_.get();
    } else {
      if (done_ == 0 && !untidy_) return 0;
      tidy_up();
    }
    taken_ = complete_ = nodes_.get();
    const auto done = done_;
    done_ = 0;
    at_ -= done;
    stream_at_ += done;
    return done;
  }

  /// How many bytes the input must have before anything more can be said; a hint for the size of
  /// the next read. At most limits::bulk_bytes_max more than what is there.
  [[nodiscard]] std::size_t wanted() const noexcept { return at_ + missing_; }

  /// True when the input ends inside a value.
  [[nodiscard]] bool inside_value() const noexcept { return used_ != complete_ || missing_ > 1; }

  /// Set when the stream is broken: errc::malformed or errc::over_limit. Replies before the break
  /// are still given by next().
  [[nodiscard]] const error* failure() const noexcept { return failure_ ? &*failure_ : nullptr; }

  /// Ready for a new stream; keeps its memory.
  void reset() noexcept;

 private:
  struct frame {
    std::uint64_t remaining;  // children to come; of a streamed one, children it may still have
    std::uint64_t index;      // of the aggregate's node
    std::uint64_t from;       // of the first node that is lifted out with it (a push)
    bool lifted;
    bool streamed;
    bool odd;  // there is more to its end than giving its node a span
  };
  struct freer {
    void operator()(node* n) const noexcept;
  };
  using node_run = std::unique_ptr<node[], freer>;
  struct lift {
    std::ptrdiff_t before;  // comes before the reply whose first node is this
    node_run nodes;         // its own, so that a burst costs no more than it brings
  };
  class run;  // takes a value with care

  static constexpr std::uint64_t none = UINT64_MAX;
  static constexpr node nowhere{};
  static constexpr std::size_t idle_nodes_max = 1 << 16;  // a burst's memory is not kept for ever

  bool take_common(std::size_t size);
  auto common_header(std::size_t q, std::size_t size, const frame* top) const noexcept;
  bool close_common(const node* out, frame*& top, std::uint64_t& remaining) const noexcept;
  bool leave_close(std::size_t q, node* out, frame* top) noexcept;
  void replies_end(std::size_t q, node* out) noexcept;
  bool take_carefully(std::size_t size);

  static node_run make_nodes(std::size_t n);
  void grow_nodes();
  void grow_frames();
  void fail(errc code, std::size_t at, const char* what);
  void add_lift(node_run nodes);
  void aim_at_lift() noexcept;
  reply_view next_lifted() noexcept;
  void tidy_up() noexcept;
  void move_to_front(std::ptrdiff_t left) noexcept;

  limits limits_;
  char* input_ = nullptr;
  std::size_t at_ = 0;        // where to go on: the first byte of an element that is not complete
  std::size_t done_ = 0;      // the byte after the last complete reply
  std::size_t missing_ = 1;   // so many bytes behind it tell more
  std::size_t searched_ = 0;  // bytes of the line at hand known to hold no CR

  node* taken_ = nullptr;     // the nodes: given by next() up to here,
  node* complete_ = nullptr;  // of complete replies up to here,
  node* used_ = nullptr;      // in use up to here,
  node* nodes_end_ = nullptr;
  node_run nodes_;

  frame* top_ = nullptr;  // the innermost open aggregate
  frame* top_max_ = nullptr;
  std::unique_ptr<frame[]> frames_;  // [0] stands for the stream

  std::uint64_t attribute_ = none;  // the node of an attribute whose value has not come
  bool joining_ = false;            // the last node is a streamed string
  bool odd_ = false;                // one of these two, or a value is begun
  bool untidy_ = false;             // there are lifts, or a burst's memory

  std::vector<lift> lifts_;
  std::size_t lifted_next_ = 0;
  const node* lift_at_ = &nowhere;  // it comes before the reply that begins here

  std::uint64_t stream_at_ = 0;  // stream offset of input_[0]
  std::optional<error> failure_;
};

}  // namespace sandpiper::resp

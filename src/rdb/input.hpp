#pragma once
// The bytes of a snapshot as they arrive, and the reads a decoder awaits. One read is under way at
// a time; what it has taken of earlier input is kept here, never input it could do without.

#include <array>
#include <coroutine>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "rdb/length.hpp"
#include "rdb/lzf.hpp"
#include "rdb/scratch.hpp"
#include "rdb/walker.hpp"
#include "sandpiper/rdb/fault.hpp"
#include "sandpiper/rdb/limits.hpp"
#include "sandpiper/rdb/visitor.hpp"

namespace sandpiper::rdb {

/// Where a string is read to. A string stays valid in its slot until the next read into it or
/// drop(), whatever becomes of the input it came from.
enum class slot : std::uint8_t { key, a, b, c };

class input {
 public:
  input(visitor& events, const options& how) noexcept;
  input(const input&) = delete;
  input& operator=(const input&) = delete;

  void restart() noexcept;

  // The driver's side.

  /// The next bytes; the ones before were all taken.
  void open(std::string_view bytes) noexcept;
  /// The bytes opened last are about to go: keeps what is still needed of them.
  void settle();
  /// Goes on with the read under way; true when it is complete.
  bool advance();

  [[nodiscard]] std::coroutine_handle<> current() const noexcept { return current_; }
  void set_current(std::coroutine_handle<> next) noexcept { current_ = next; }
  [[nodiscard]] bool waiting() const noexcept { return waiting_; }
  [[nodiscard]] bool failed() const noexcept { return fault_.has_value(); }
  [[nodiscard]] const std::optional<fault>& why() const noexcept { return fault_; }

  // Where we are.

  [[nodiscard]] std::size_t left() const noexcept { return distance(pos_, end_); }
  [[nodiscard]] std::uint64_t offset() const noexcept { return base_ + distance(begin_, pos_); }
  /// Where the string or number read last begins.
  [[nodiscard]] std::uint64_t item_offset() const noexcept { return item_offset_; }

  void sum() noexcept;
  void sum_often() noexcept {
    if (distance(summed_, pos_) >= sum_bytes) sum();
  }
  void stop_summing() noexcept { summing_ = false; }
  [[nodiscard]] std::uint64_t checksum() const noexcept { return checksum_; }

  void begin_raw() noexcept { raw_from_ = pos_; }
  void end_raw();

  /// The key that is being read, for faults; `db` outside keys as well.
  key_info key;
  bool in_key = false;
  bool parts = false;  // the walker tells visitor::part

  // Reads. Each is awaited at once: co_await in.length().

  struct [[nodiscard]] waiter {
    input& in;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> who) const noexcept { in.park(who); }
  };

  struct [[nodiscard]] fixed_read : waiter {
    std::size_t bytes;
    bool await_ready() {
      if (in.left() < bytes) return in.start_fixed(bytes);
      in.item_offset_ = in.offset();
      in.fixed_ = in.pos_;
      in.pos_ += bytes;
      return true;
    }
    const char* await_resume() const noexcept { return in.fixed_; }
  };
  struct [[nodiscard]] byte_read : fixed_read {
    unsigned await_resume() const noexcept { return byte_at(in.fixed_); }
  };
  template <class Number>
  struct [[nodiscard]] number_read : fixed_read {
    Number await_resume() const noexcept { return load_le<Number>(in.fixed_); }
  };
  struct [[nodiscard]] double_read : fixed_read {
    double await_resume() const noexcept { return load_double(in.fixed_); }
  };

  /// `bytes` bytes as they are, at most 255; valid until the next read.
  fixed_read fixed(std::size_t bytes) noexcept { return {{*this}, bytes}; }
  byte_read byte() noexcept { return {{{*this}, 1}}; }
  number_read<std::uint16_t> u16() noexcept { return {{{*this}, 2}}; }
  number_read<std::uint32_t> u32() noexcept { return {{{*this}, 4}}; }
  number_read<std::uint64_t> u64() noexcept { return {{{*this}, 8}}; }
  double_read real() noexcept { return {{{*this}, 8}}; }

  struct [[nodiscard]] length_read : waiter {
    bool await_ready() {
      in.item_offset_ = in.offset();
      if (in.pos_ != in.end_ && byte_at(in.pos_) < 64) {
        in.length_ = byte_at(in.pos_++);
        return true;
      }
      return in.start(pending::length);
    }
    std::uint64_t await_resume() const noexcept { return in.length_; }
  };
  length_read length() noexcept { return {{*this}}; }

  /// How a string will be used, which decides what may be done with a long one.
  enum class use : std::uint8_t { name, blob, element };

  struct [[nodiscard]] text_read : waiter {
    slot into;
    use as;
    role what;
    bool await_ready() {
      in.item_offset_ = in.offset();
      if (const auto text = in.short_text()) {
        in.items_[static_cast<std::size_t>(into)] = item(*text);
        return true;
      }
      return in.start_text(into, as, what);
    }
    const item& await_resume() const noexcept { return in.at(into); }
  };
  /// A string that is held whole.
  text_read name(slot into) noexcept { return {{*this}, into, use::name, role::string}; }
  /// A packed blob: never a number.
  text_read blob(slot into) noexcept { return {{*this}, into, use::blob, role::string}; }
  /// An element, which may come in chunks.
  text_read element(slot into, role what) noexcept { return {{*this}, into, use::element, what}; }

  struct [[nodiscard]] walk_read : waiter {
    bool await_ready() { return in.start(pending::walk); }
    void await_resume() const noexcept {}
  };
  /// Over `entries` entries of `shape`.
  walk_read walk(std::span<const field> shape, std::uint64_t entries) noexcept {
    walker_.start(shape, entries);
    return {{*this}};
  }

  struct [[nodiscard]] skip_read : waiter {
    bool await_ready() { return (!in.parts && in.short_text()) || in.start_skip(); }
    void await_resume() const noexcept {}
  };
  /// Over one string.
  skip_read skip_text() noexcept { return {{*this}}; }

  struct [[nodiscard]] never : waiter {
    void await_resume() const noexcept {}
  };
  /// Ends the reading. Only the first fault counts.
  never fail(fault_kind kind, subject about, std::string_view detail, std::uint64_t offset) {
    set_fault(kind, about, detail, offset);
    return {{*this}};
  }
  never corrupt(subject about, std::string_view detail) {
    return fail(fault_kind::corrupt, about, detail, item_offset_);
  }
  /// Waits for ever: a fault was set, or the visitor wants no more.
  never halt() noexcept { return {{*this}}; }
  void stop() noexcept { ended_ = true; }
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  void set_fault(fault_kind kind, subject about, std::string_view detail, std::uint64_t offset);
  void set_fault_inner(std::uint64_t inner) { fault_->inner = inner; }
  void set_fault_number(std::uint64_t number) { fault_->number = number; }

  void warn(subject about, std::string_view detail, std::uint64_t offset);

  [[nodiscard]] const item& at(slot s) const noexcept {
    return items_[static_cast<std::size_t>(s)];
  }
  /// Shows bytes that are somebody else's, and stay there.
  void show(slot s, item what) noexcept { items_[static_cast<std::size_t>(s)] = what; }
  void drop(slot s) noexcept { items_[static_cast<std::size_t>(s)] = item(); }
  /// The key's name as text, also when the file stores a number.
  [[nodiscard]] std::string_view key_name() noexcept { return at(slot::key).text(key_room_); }

  [[nodiscard]] visitor& events() const noexcept { return events_; }

 private:
  friend class walker;
  static constexpr std::size_t sum_bytes = 64 << 10;  // so that what is summed is still in cache
  static constexpr std::size_t slots = 4;

  enum class pending : std::uint8_t { none, fixed, length, text, walk };
  enum class stage : std::uint8_t { head, body, chunks, stream };

  void park(std::coroutine_handle<> who) noexcept {
    waiting_ = true;
    current_ = who;
  }
  // A plain string of up to 16383 bytes that is here and within every limit; nearly all are.
  std::optional<std::string_view> short_text() noexcept {
    const auto left = this->left();
    if (left < 2) return std::nullopt;
    std::size_t size = byte_at(pos_);
    const std::size_t head = size < 64 ? 1 : 2;
    if (size >= 128) return std::nullopt;
    if (size >= 64) size = (size & 63) << 8 | byte_at(pos_ + 1);
    if (size > left - head || size > short_bytes_max_) return std::nullopt;
    const std::string_view text(pos_ + head, size);
    pos_ += head + size;
    return text;
  }

  bool start(pending what);
  bool start_fixed(std::size_t bytes);
  bool start_text(slot into, use as, role what);
  bool start_skip();

  template <class Parse>
  got atom(Parse parse);
  got head(string_head& of);

  bool advance_fixed();
  bool advance_length();
  bool advance_text();
  bool choose_stage();
  bool within_limits();
  bool advance_body();
  bool finish_lzf(std::string_view stored);
  bool advance_chunks();
  bool advance_stream();
  void tell_chunk(std::string_view piece);
  void keep(slot s);
  item& into() noexcept { return items_[static_cast<std::size_t>(text_slot_)]; }
  scratch& gathered() noexcept { return gathered_[static_cast<std::size_t>(text_slot_)]; }

  visitor& events_;
  const options& how_;
  const std::uint64_t short_bytes_max_;  // below all limits: goes without looking at them

  const char* begin_ = nullptr;
  const char* pos_ = nullptr;
  const char* end_ = nullptr;
  const char* summed_ = nullptr;    // the checksum covers what stands before
  const char* raw_from_ = nullptr;  // visitor::raw was told what stands before; or none is asked
  std::uint64_t base_ = 0;          // the offset of begin_
  std::uint64_t checksum_ = 0;
  bool summing_ = true;
  bool waiting_ = false;
  bool ended_ = false;  // by the end of the snapshot, or by the visitor

  pending pending_ = pending::none;
  std::size_t fixed_bytes_ = 0;
  const char* fixed_ = nullptr;
  std::uint64_t length_ = 0;
  std::uint64_t item_offset_ = 0;
  std::array<char, 256> atom_;  // the beginning of a number or head that the input was cut in
  std::size_t atom_bytes_ = 0;

  slot text_slot_ = slot::a;
  use text_use_ = use::name;
  role text_role_ = role::string;
  stage stage_ = stage::head;
  string_head head_;
  std::uint64_t taken_bytes_ = 0;  // of the body
  std::uint64_t told_bytes_ = 0;   // of its chunks
  walker walker_;

  std::array<item, slots> items_;
  std::array<scratch, slots> gathered_;
  std::array<scratch, slots> inflated_;
  std::unique_ptr<lzf_stream> stream_;  // made when the first one is needed
  item_room key_room_{};

  std::coroutine_handle<> current_;
  std::optional<fault> fault_;
};

template <class Parse>
got input::atom(Parse parse) {
  if (atom_bytes_ == 0) {
    const char* p = pos_;
    const auto state = parse(p, end_);
    if (state == got::ok) pos_ = p;
    if (state != got::more) return state;
    atom_bytes_ = left();
    if (atom_bytes_ != 0) std::memcpy(atom_.data(), pos_, atom_bytes_);
    pos_ = end_;
    return state;
  }
  while (pos_ != end_) {
    atom_[atom_bytes_++] = *pos_++;
    const char* p = atom_.data();
    const auto state = parse(p, p + atom_bytes_);
    if (state != got::more) {
      atom_bytes_ = 0;
      return state;
    }
  }
  return got::more;
}

}  // namespace sandpiper::rdb

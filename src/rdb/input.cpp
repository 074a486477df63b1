#include "rdb/input.hpp"

#include <algorithm>
#include <cassert>
#include <functional>

#include "sandpiper/rdb/crc64.hpp"

namespace sandpiper::rdb {
namespace {

bool within(std::string_view part, const char* begin, const char* end) noexcept {
  return std::less_equal<>{}(begin, part.data()) && std::less<>{}(part.data(), end);
}

}  // namespace

input::input(visitor& events, const options& how) noexcept
    : events_(events),
      how_(how),
      short_bytes_max_(std::min({how.limits.whole_bytes_max, how.limits.packed_bytes_max,
                                 how.limits.string_bytes_max})) {}

void input::restart() noexcept {
  begin_ = pos_ = end_ = summed_ = raw_from_ = nullptr;
  base_ = 0;
  checksum_ = 0;
  summing_ = how_.checksum;
  waiting_ = ended_ = false;
  pending_ = pending::none;
  atom_bytes_ = 0;
  for (auto& held : items_) held = item();
  key = {};
  in_key = parts = false;
  current_ = nullptr;
  fault_.reset();
}

void input::open(std::string_view bytes) noexcept {
  assert(pos_ == end_);
  base_ = offset();
  begin_ = pos_ = summed_ = bytes.data();
  end_ = begin_ + bytes.size();
  if (raw_from_ != nullptr) raw_from_ = begin_;
}

void input::keep(slot s) {
  const auto i = static_cast<std::size_t>(s);
  if (!items_[i].is_text()) return;
  const auto bytes = items_[i].bytes();
  if (bytes.empty() || !within(bytes, begin_, end_)) return;
  gathered_[i].clear();
  gathered_[i].append(bytes);
  items_[i] = item(gathered_[i].view());
}

void input::settle() {
  sum();
  if (raw_from_ != nullptr && pos_ != raw_from_) {
    events_.raw({raw_from_, distance(raw_from_, pos_)});
    raw_from_ = pos_;
  }
  for (const auto s : {slot::key, slot::a, slot::b, slot::c}) keep(s);
}

void input::sum() noexcept {
  if (summing_ && pos_ != summed_) {
    checksum_ = crc64(checksum_, {summed_, distance(summed_, pos_)});
  }
  summed_ = pos_;
}

void input::end_raw() {
  if (pos_ != raw_from_) events_.raw({raw_from_, distance(raw_from_, pos_)});
  raw_from_ = nullptr;
}

void input::set_fault(fault_kind kind, subject about, std::string_view detail,
                      std::uint64_t offset) {
  if (fault_) return;
  fault_.emplace();
  fault_->kind = kind;
  fault_->about = about;
  fault_->detail = detail;
  fault_->offset = offset;
  fault_->db = key.db;
  if (!in_key) return;
  fault_->key = key_name().substr(0, fault::key_bytes_max);
  fault_->type = key.type;
}

void input::warn(subject about, std::string_view detail, std::uint64_t offset) {
  const auto name = in_key ? key_name() : std::string_view{};
  events_.warn({about, detail, offset, key.db, name});
}

bool input::start(pending what) {
  item_offset_ = offset();
  pending_ = what;
  return advance();
}

bool input::start_fixed(std::size_t bytes) {
  fixed_bytes_ = bytes;
  return start(pending::fixed);
}

bool input::start_text(slot s, use as, role what) {
  text_slot_ = s;
  text_use_ = as;
  text_role_ = what;
  stage_ = stage::head;
  into() = item();  // settle() keeps what a slot shows in the buffer this read may need
  return start(pending::text);
}

bool input::start_skip() {
  static constexpr field one_text[] = {field::text};
  walker_.start(one_text, 1);
  return start(pending::walk);
}

bool input::advance() {
  waiting_ = false;
  bool complete = true;
  switch (pending_) {
    case pending::none: break;
    case pending::fixed: complete = advance_fixed(); break;
    case pending::length: complete = advance_length(); break;
    case pending::text: complete = advance_text(); break;
    case pending::walk: complete = walker_.advance(*this); break;
  }
  if (complete) pending_ = pending::none;
  return complete;
}

bool input::advance_fixed() {
  const auto state = atom([&](const char*& at, const char* end) {
    if (distance(at, end) < fixed_bytes_) return got::more;
    fixed_ = at;
    at += fixed_bytes_;
    return got::ok;
  });
  return state == got::ok;
}

bool input::advance_length() {
  const auto state =
      atom([&](const char*& at, const char* end) { return read_length(at, end, length_); });
  if (state == got::bad) {
    set_fault(fault_kind::corrupt, subject::length, "this byte begins no length", item_offset_);
  }
  return state == got::ok;
}

got input::head(string_head& of) {
  const auto state =
      atom([&](const char*& at, const char* end) { return read_string_head(at, end, of); });
  if (state != got::bad) return state;
  // A head that was cut may end in its own first bytes; the fault is where it begins.
  set_fault(fault_kind::corrupt, subject::string_encoding, "no string begins like this",
            item_offset_);
  return state;
}

bool input::advance_text() {
  if (stage_ == stage::head) {
    if (head(head_) != got::ok || !choose_stage()) return false;
    if (head_.what == string_head::form::integer) {
      into() = item(head_.integer);
      if (text_use_ != use::blob) return true;
      item_room room;
      gathered().clear();
      gathered().append(into().text(room));
      into() = item(gathered().view());
      return true;
    }
  }
  switch (stage_) {
    case stage::chunks: return advance_chunks();
    case stage::stream: return advance_stream();
    default: return advance_body();
  }
}

// What the head promises, before a byte of it is believed.
bool input::within_limits() {
  const auto& limits = how_.limits;
  const auto larger = std::max(head_.stored_bytes, head_.whole_bytes);
  const auto refuse = [&](std::string_view detail) {
    set_fault(fault_kind::over_limit, subject::string, detail, item_offset_);
    set_fault_number(larger);
    return false;
  };
  if (head_.what == string_head::form::lzf &&
      !lzf_plausible(head_.stored_bytes, head_.whole_bytes)) {
    set_fault(fault_kind::corrupt, subject::lzf, "so few bytes cannot become so many",
              item_offset_);
    return false;
  }
  if (larger > limits.string_bytes_max) return refuse("a string is over string_bytes_max");
  if (text_use_ == use::blob && larger > limits.packed_bytes_max) {
    return refuse("a packed blob is over packed_bytes_max");
  }
  if (text_use_ == use::name && larger > limits.whole_bytes_max) {
    return refuse("a name is over whole_bytes_max");
  }
  return true;
}

bool input::choose_stage() {
  if (!within_limits()) return false;
  taken_bytes_ = told_bytes_ = 0;
  gathered().clear();
  stage_ = stage::body;
  if (text_use_ != use::element || head_.whole_bytes <= how_.limits.whole_bytes_max) return true;

  stage_ = stage::chunks;
  if (head_.what == string_head::form::lzf) {
    stage_ = stage::stream;
    if (!stream_) stream_ = std::make_unique<lzf_stream>();
    stream_->restart();
  }
  return true;
}

bool input::advance_body() {
  const auto needed = head_.stored_bytes - taken_bytes_;
  const auto here = std::min<std::uint64_t>(needed, left());
  std::string_view stored(pos_, here);
  pos_ += here;
  if (taken_bytes_ != 0 || here < needed) {
    gathered().append(stored);
    taken_bytes_ += here;
    if (here < needed) return false;
    stored = gathered().view();
  }
  if (head_.what == string_head::form::lzf) return finish_lzf(stored);
  into() = item(stored);
  return true;
}

bool input::finish_lzf(std::string_view stored) {
  auto& room = inflated_[static_cast<std::size_t>(text_slot_)];
  char* const to = room.prepare(static_cast<std::size_t>(head_.whole_bytes));
  if (!lzf_decompress(stored, to, room.size())) {
    set_fault(fault_kind::corrupt, subject::lzf,
              "a compressed string does not decompress to its size", item_offset_);
    return false;
  }
  into() = item(room.view());
  return true;
}

void input::tell_chunk(std::string_view piece) {
  const auto* const of = text_role_ == role::value ? &at(slot::a) : nullptr;
  events_.chunk({text_role_, piece, told_bytes_, head_.whole_bytes, of});
  told_bytes_ += piece.size();
}

bool input::advance_chunks() {
  while (told_bytes_ < head_.whole_bytes) {
    const auto piece =
        std::min<std::uint64_t>({head_.whole_bytes - told_bytes_, left(),
                                 std::max<std::uint64_t>(how_.limits.whole_bytes_max, 1)});
    if (piece == 0) return false;
    const std::string_view bytes(pos_, piece);
    pos_ += piece;
    tell_chunk(bytes);
  }
  into() = item::chunked(head_.whole_bytes);
  return true;
}

bool input::advance_stream() {
  const auto refuse = [&] {
    set_fault(fault_kind::corrupt, subject::lzf,
              "a compressed string does not decompress to its size", item_offset_);
    return false;
  };
  std::string_view stored(pos_, std::min<std::uint64_t>(head_.stored_bytes - taken_bytes_, left()));
  taken_bytes_ += stored.size();
  pos_ += stored.size();
  for (;;) {
    const auto state = stream_->feed(stored);
    if (state == lzf_stream::state::bad) return refuse();
    const auto piece = stream_->piece();
    if (piece.size() > head_.whole_bytes - told_bytes_) return refuse();
    if (!piece.empty()) tell_chunk(piece);
    stream_->drop();
    if (state == lzf_stream::state::hungry) break;
  }
  if (taken_bytes_ < head_.stored_bytes) return false;
  if (told_bytes_ != head_.whole_bytes || !stream_->between_runs()) return refuse();
  into() = item::chunked(head_.whole_bytes);
  return true;
}

}  // namespace sandpiper::rdb

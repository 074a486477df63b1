#include "sandpiper/resp/command.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

namespace sandpiper::resp {
namespace {

constexpr std::size_t number_text_max = 32;  // of a double, and of any integer

}  // namespace

std::string_view to_string(misuse m) noexcept {
  switch (m) {
    case misuse::none: return "nothing is wrong with it";
    case misuse::nothing_given: return "a range that must hold something is empty";
    case misuse::not_positive: return "a span of time must be longer than 0";
    case misuse::negative: return "a span of time must not be negative";
    case misuse::not_a_number: return "a number is NaN";
    case misuse::counts_differ: return "there are more or fewer keys than go with the rest";
  }
  return "it is misused";
}

command::command(const command& other) : flags_(other.flags_), misuse_(other.misuse_) {
  if (other.end_ > capacity_) {
    bytes_ = new char[other.end_];
    capacity_ = other.end_;
  }
  std::memcpy(bytes_ + other.begin_, other.bytes_ + other.begin_, other.end_ - other.begin_);
  begin_ = other.begin_;
  end_ = other.end_;
  arguments_ = other.arguments_;
  keys_ = other.keys_;
  first_key_ = other.first_key_;
  key_gap_ = other.key_gap_;
  key_step_ = other.key_step_;
  if (other.large_) copy_references(other);
}

void command::copy_references(const command& other) {
  large_ = std::make_unique<std::vector<reference>>(*other.large_);
  referenced_bytes_ = other.referenced_bytes_;
  for (auto& one : *large_) {
    if (!one.owned.empty()) one.bytes = one.owned;
  }
}

command::command(command&& other) noexcept
    : begin_(other.begin_),
      end_(other.end_),
      arguments_(other.arguments_),
      keys_(other.keys_),
      first_key_(other.first_key_),
      key_gap_(other.key_gap_),
      key_step_(other.key_step_),
      flags_(other.flags_),
      misuse_(other.misuse_),
      large_(std::move(other.large_)),
      referenced_bytes_(other.referenced_bytes_) {
  if (other.bytes_ == other.inline_) {
    if (end_ <= 64) {
      std::memcpy(inline_, other.inline_, 64);
    } else {
      std::memcpy(inline_, other.inline_, inline_capacity);
    }
  } else {
    bytes_ = std::exchange(other.bytes_, other.inline_);
    capacity_ = std::exchange(other.capacity_, inline_capacity);
  }
  other.begin_ = other.end_ = header_room;
  other.arguments_ = other.keys_ = 0;
  other.referenced_bytes_ = 0;
  other.misuse_ = misuse::none;
}

command& command::operator=(command&& other) noexcept {
  if (this != &other) {
    this->~command();
    new (this) command(std::move(other));
  }
  return *this;
}

command& command::add_integer(std::int64_t number) {
  char text[number_text_max];
  return add(std::string_view(text, std::to_chars(text, text + sizeof text, number).ptr));
}

command& command::add_unsigned(std::uint64_t number) {
  char text[number_text_max];
  return add(std::string_view(text, std::to_chars(text, text + sizeof text, number).ptr));
}

command& command::add(double number) {
  if (std::isnan(number)) return add(std::string_view("nan"));
  char text[number_text_max];
  return add(std::string_view(text, std::to_chars(text, text + sizeof text, number).ptr));
}

command& command::add_reference(std::string_view argument, std::string* owned) {
  if (large_ == nullptr) large_ = std::make_unique<std::vector<reference>>();
  char* const out = put_header(room(header_size_max + 2), '$', argument.size());
  const auto at = static_cast<std::uint32_t>(out - bytes_);
  large_->push_back({at, argument, owned ? std::move(*owned) : std::string()});
  if (owned) large_->back().bytes = large_->back().owned;
  referenced_bytes_ += argument.size();
  end_ = static_cast<std::uint32_t>(put_line_end(out) - bytes_);
  count_one();
  return *this;
}

void command::own() {
  if (large_ == nullptr) return;
  for (auto& one : *large_) {
    if (!one.owned.empty()) continue;
    one.owned = one.bytes;
    one.bytes = one.owned;
  }
}

void command::write_header() noexcept {
  char text[header_room];
  const auto size = static_cast<std::uint32_t>(put_header(text, '*', arguments_) - text);
  begin_ = header_room - size;
  std::memcpy(bytes_ + begin_, text, size);
}

void command::grow(std::size_t n) {
  const auto wanted = std::max<std::size_t>(std::size_t{end_} + n, std::size_t{capacity_} * 2);
  if (wanted > std::numeric_limits<std::uint32_t>::max()) throw std::bad_alloc();
  char* const larger = new char[wanted];
  std::memcpy(larger + begin_, bytes_ + begin_, end_ - begin_);
  if (bytes_ != inline_) delete[] bytes_;
  bytes_ = larger;
  capacity_ = static_cast<std::uint32_t>(wanted);
}

std::string_view command::argument(std::uint32_t i) const noexcept {
  assert(i < arguments_);
  auto from = walk();
  for (; i > 0; --i) from.next();
  return from.next();
}

void command::walker::begin_references(const command& c) noexcept {
  begin_ = c.bytes_;
  reference_ = c.large_->data();
  references_left_ = static_cast<std::uint32_t>(c.large_->size());
  if (references_left_ > 0) referenced_at_ = begin_ + reference_->at;
}

std::string_view command::walker::next_reference(const char* text) noexcept {
  const auto bytes = reference_->bytes;
  at_ = text + 2;
  if (--references_left_ > 0) referenced_at_ = begin_ + (++reference_)->at;
  return bytes;
}

std::string command::to_string() const {
  std::string all;
  all.reserve(size_bytes());
  each_piece([&](std::string_view piece, bool) { all.append(piece); });
  return all;
}

}  // namespace sandpiper::resp

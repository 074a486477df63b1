#include "sandpiper/base/glob.hpp"

#include <algorithm>
#include <cstring>

namespace sandpiper {
namespace {

constexpr std::uint32_t plain = 0;
constexpr std::uint32_t any = 1;
constexpr std::uint32_t first_class = 2;

using bits = std::array<std::uint64_t, 4>;

constexpr unsigned place(char byte) { return static_cast<unsigned char>(byte) ^ 0x80u; }

bool holds(const bits& set, char byte) {
  const unsigned at = place(byte);
  return (set[at / 64] >> (at % 64) & 1) != 0;
}

void add_range(bits& set, char one, char other) {
  const unsigned low = std::min(place(one), place(other));
  const unsigned high = std::max(place(one), place(other));
  for (unsigned word = low / 64; word <= high / 64; ++word) {
    const unsigned from = word == low / 64 ? low % 64 : 0;
    const unsigned to = word == high / 64 ? high % 64 : 63;
    set[word] |= (~std::uint64_t{0} >> (63 - (to - from))) << from;
  }
}

bool starts_with(std::string_view subject, std::string_view text) {
  return subject.size() >= text.size() &&
         std::memcmp(subject.data(), text.data(), text.size()) == 0;
}

bool ends_with(std::string_view subject, std::string_view text) {
  return subject.size() >= text.size() &&
         std::memcmp(subject.data() + (subject.size() - text.size()), text.data(), text.size()) ==
             0;
}

}  // namespace

glob::glob(std::string_view pattern) {
  matches_empty_ = pattern.empty() || pattern == "*";
  segments_.emplace_back();
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    switch (pattern[at]) {
      case '*':
        while (at + 1 < pattern.size() && pattern[at + 1] == '*') ++at;
        close_segment();
        break;
      case '?': add_atom('?', any); break;
      case '[': at = parse_class(pattern, at + 1); break;
      case '\\':
        if (at + 1 < pattern.size()) ++at;
        [[fallthrough]];
      default: add_atom(pattern[at], plain);
    }
  }
  segments_.back().size = text_.size() - segments_.back().first;
  choose_shape();
}

void glob::add_atom(char byte, std::uint32_t kind) {
  text_ += byte;
  kinds_.push_back(kind);
}

void glob::add_class(const byte_set& set) {
  int count = 0;
  char last = 0;
  for (int byte = 0; byte < 256; ++byte) {
    if (!holds(set, static_cast<char>(byte))) continue;
    last = static_cast<char>(byte);
    ++count;
  }
  if (count == 0) shape_ = shape::nothing;
  if (count == 1) return add_atom(last, plain);
  if (count == 256) return add_atom('?', any);
  add_atom('[', first_class + static_cast<std::uint32_t>(classes_.size()));
  classes_.push_back(set);
}

// `at` is behind the '['. Returns where the class ends: its ']', or the pattern's last byte.
std::size_t glob::parse_class(std::string_view pattern, std::size_t at) {
  const std::size_t end = pattern.size();
  const bool negated = at < end && pattern[at] == '^';
  if (negated) ++at;

  byte_set set{};
  for (; at < end && pattern[at] != ']'; ++at) {
    if (pattern[at] == '\\' && at + 1 < end) {
      ++at;
      add_range(set, pattern[at], pattern[at]);
    } else if (at + 2 < end && pattern[at + 1] == '-') {
      add_range(set, pattern[at], pattern[at + 2]);
      at += 2;
    } else {
      add_range(set, pattern[at], pattern[at]);
    }
  }
  if (negated) {
    for (auto& word : set) word = ~word;
  }
  add_class(set);
  return at;
}

void glob::close_segment() {
  segments_.back().size = text_.size() - segments_.back().first;
  segments_.push_back({.first = text_.size()});
}

void glob::choose_shape() {
  bool all_plain = true;
  for (auto& run : segments_) {
    run.anchor = run.size;
    for (std::size_t i = run.size; i-- > 0;) {
      if (kinds_[run.first + i] == plain) run.anchor = i;
      if (kinds_[run.first + i] != plain) run.plain = false;
    }
    all_plain = all_plain && run.plain;
  }
  if (shape_ == shape::nothing) return;

  shape_ = shape::general;
  if (!all_plain) return;
  const bool head = segments_.front().size != 0;
  const bool tail = segments_.back().size != 0;
  split_ = segments_.back().first;
  if (segments_.size() == 1) shape_ = shape::exact;
  if (segments_.size() == 2) {
    shape_ = head ? (tail ? shape::prefix_suffix : shape::prefix)
                  : (tail ? shape::suffix : shape::everything);
  }
  if (segments_.size() == 3 && !head && !tail) shape_ = shape::contains;
}

bool glob::matches(std::string_view subject) const noexcept {
  if (subject.empty()) return matches_empty_;
  const std::string_view text = text_;
  switch (shape_) {
    case shape::nothing: return false;
    case shape::exact: return subject == text;
    case shape::everything: return true;
    case shape::prefix: return starts_with(subject, text);
    case shape::suffix: return ends_with(subject, text);
    case shape::prefix_suffix:
      return subject.size() >= text.size() && starts_with(subject, text.substr(0, split_)) &&
             ends_with(subject, text.substr(split_));
    case shape::contains:
      return ::memmem(subject.data(), subject.size(), text.data(), text.size()) != nullptr;
    case shape::general: return matches_general(subject);
  }
  return false;
}

std::string_view glob::literal_prefix() const noexcept {
  const auto& run = segments_.front();
  std::size_t size = 0;
  while (size < run.size && kinds_[size] == plain) ++size;
  return std::string_view(text_).substr(0, size);
}

bool glob::atoms_match(const segment& run, const char* at) const noexcept {
  if (run.plain) return std::memcmp(at, text_.data() + run.first, run.size) == 0;
  for (std::size_t i = 0; i < run.size; ++i) {
    const std::uint32_t kind = kinds_[run.first + i];
    if (kind == any) continue;
    if (kind == plain ? at[i] != text_[run.first + i]
                      : !holds(classes_[kind - first_class], at[i])) {
      return false;
    }
  }
  return true;
}

// The first place in [at, end) where the run matches; null when there is none.
const char* glob::find(const segment& run, const char* at, const char* end) const noexcept {
  const auto room = static_cast<std::size_t>(end - at);
  if (room < run.size) return nullptr;
  if (run.plain) {
    return static_cast<const char*>(::memmem(at, room, text_.data() + run.first, run.size));
  }
  const char* const last = end - run.size;
  for (; at <= last; ++at) {
    if (run.anchor < run.size) {
      const char* const hit = static_cast<const char*>(std::memchr(
          at + run.anchor, text_[run.first + run.anchor], static_cast<std::size_t>(last - at) + 1));
      if (hit == nullptr) return nullptr;
      at = hit - run.anchor;
    }
    if (atoms_match(run, at)) return at;
  }
  return nullptr;
}

// The first run stands at the start and the last at the end. A run between two stars takes the
// first place it fits: taking a later one could only leave less for those behind it.
bool glob::matches_general(std::string_view subject) const noexcept {
  const char* at = subject.data();
  const char* end = at + subject.size();
  const auto& head = segments_.front();
  if (subject.size() < text_.size() || !atoms_match(head, at)) return false;
  if (segments_.size() == 1) return subject.size() == head.size;

  const auto& tail = segments_.back();
  if (!atoms_match(tail, end - tail.size)) return false;
  at += head.size;
  end -= tail.size;
  for (std::size_t i = 1; i + 1 < segments_.size(); ++i) {
    const char* const place = find(segments_[i], at, end);
    if (place == nullptr) return false;
    at = place + segments_[i].size;
  }
  return true;
}

}  // namespace sandpiper

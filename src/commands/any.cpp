#include "sandpiper/commands/any.hpp"

#include <algorithm>
#include <iterator>

#include "commands/known.hpp"

namespace sandpiper {
namespace {

static_assert(std::is_sorted(std::begin(known_commands), std::end(known_commands),
                             [](const known_command& a, const known_command& b) {
                               return a.name < b.name;
                             }));

constexpr char upper(char c) noexcept {
  return 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

// A name, and a subcommand behind a space if there is one: compared letter by letter, without a
// text being made of them.
class whole_name {
 public:
  whole_name(std::string_view name, std::string_view sub) noexcept : name_(name), sub_(sub) {}

  [[nodiscard]] std::size_t size() const noexcept {
    return name_.size() + (sub_.empty() ? 0 : 1 + sub_.size());
  }
  [[nodiscard]] char operator[](std::size_t i) const noexcept {
    if (i < name_.size()) return upper(name_[i]);
    return i == name_.size() ? ' ' : upper(sub_[i - name_.size() - 1]);
  }
  /// Below 0, 0, above 0: it comes before `other`, is it, comes behind it.
  [[nodiscard]] int compare(std::string_view other) const noexcept {
    const auto shared = std::min(size(), other.size());
    for (std::size_t i = 0; i < shared; ++i) {
      if ((*this)[i] != other[i]) return (*this)[i] < other[i] ? -1 : 1;
    }
    return size() == other.size() ? 0 : size() < other.size() ? -1 : 1;
  }

 private:
  std::string_view name_;
  std::string_view sub_;
};

const known_command* known(const whole_name& name) noexcept {
  const auto* const at =
      std::partition_point(std::begin(known_commands), std::end(known_commands),
                           [&](const known_command& one) { return name.compare(one.name) > 0; });
  return at != std::end(known_commands) && name.compare(at->name) == 0 ? at : nullptr;
}

command_flags find(const whole_name& name) noexcept {
  const auto* const one = known(name);
  return one != nullptr ? one->flags : command_flags{};
}

bool same(std::string_view word, std::string_view upper_case) noexcept {
  return whole_name(word, {}).compare(upper_case) == 0;
}

// Options stand before the keys, which STREAMS announces: a key called BLOCK means nothing.
bool says(const resp::command& whole, std::string_view option) noexcept {
  auto words = whole.walk();
  words.next();
  while (words.left() > 0) {
    const auto word = words.next();
    if (same(word, option)) return true;
    if (same(word, "STREAMS")) return false;
    if (same(word, "GROUP")) {  // two names follow, which may be any word
      for (int i = 0; i < 2 && words.left() > 0; ++i) words.next();
    }
  }
  return false;
}

}  // namespace

command_flags flags_of(std::string_view name, std::string_view subcommand) noexcept {
  const auto flags = find({name, {}});
  if (subcommand.empty() || flags != command_flags{}) return flags;
  return find({name, subcommand});
}

command_flags flags_of(const resp::command& whole) noexcept {
  auto words = whole.walk();
  const auto name = words.next();
  auto flags = flags_of(name, words.left() > 0 ? words.next() : std::string_view{});
  if (flags.blocking) {
    const auto* const one = known({name, {}});
    flags.blocking = one == nullptr || one->waits_with.empty() || says(whole, one->waits_with);
  }
  return flags;
}

}  // namespace sandpiper

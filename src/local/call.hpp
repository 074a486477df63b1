#pragma once
// One command on its way to its reply, and what the commands share.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "local/words.hpp"
#include "sandpiper/local/reading.hpp"

namespace sandpiper::local {

/// Strand-bound; good for one answer().
struct call {
  const store::value_view& value;
  resp::command::walker arguments;  // behind the key
  resp::encoder& out;

  std::string_view next() noexcept { return arguments.next(); }

  /// True when there is a value of that type. Else the reply is written: what `absent` writes when
  /// there is none, an error when it is of another.
  template <class Absent>
  bool has(store::value_type type, Absent absent) {
    if (value.type() == type) return true;
    value.type() == store::value_type::none ? absent() : out.error(wrong_type);
    return false;
  }

  /// The next argument as an integer; false when it is none, which is then the reply.
  bool integer(std::int64_t& number) {
    if (parse_integer(next(), number)) return true;
    out.error(not_an_integer);
    return false;
  }

  void size(std::size_t n) { out.integer(static_cast<std::int64_t>(n)); }
};

/// What Redis indexes mean: -1 is the last. [first, end) of `size`, empty when there is none of it.
struct index_range {
  std::size_t first = 0;
  std::size_t end = 0;

  [[nodiscard]] std::size_t size() const noexcept { return end - first; }
};
[[nodiscard]] index_range clamp(std::int64_t start, std::int64_t stop, std::size_t size) noexcept;

/// Pairs [first, first + count), the last one first. Walks a few at a time, so that a compact value
/// is not walked from its start for each.
template <class Visit>
void for_each_backwards(const store::value_view& value, std::size_t first, std::size_t count,
                        Visit visit) {
  struct pair {
    std::string_view name;
    std::string_view value;
  };
  std::array<pair, 64> some;
  while (count > 0) {
    const std::size_t n = count < some.size() ? count : some.size();
    std::size_t read = 0;
    value.range(first + count - n, n, [&](std::string_view name, std::string_view bytes) {
      some[read++] = {name, bytes};
      return true;
    });
    while (read > 0) {
      --read;
      visit(some[read].name, some[read].value);
    }
    count -= n;
  }
}

}  // namespace sandpiper::local

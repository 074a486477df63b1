#pragma once
// What TTL and its kin answer.

#include <cassert>
#include <chrono>
#include <cstdint>

#include "sandpiper/resp/decode.hpp"

namespace sandpiper {

/// How long a key still lives: a span, for ever, or not at all because it is not there. A value.
template <class Span = std::chrono::seconds>
class lifetime {
 public:
  /// There is no such key.
  constexpr lifetime() noexcept = default;
  constexpr explicit lifetime(Span left) noexcept : count_(left.count()) { assert(expires()); }
  [[nodiscard]] static constexpr lifetime unlimited() noexcept {
    lifetime l;
    l.count_ = no_expiry;
    return l;
  }

  [[nodiscard]] constexpr bool exists() const noexcept { return count_ != no_key; }
  [[nodiscard]] constexpr bool expires() const noexcept { return count_ >= 0; }

  /// Requires expires().
  [[nodiscard]] constexpr Span left() const noexcept {
    assert(expires());
    return Span(count_);
  }

  friend constexpr bool operator==(const lifetime&, const lifetime&) = default;

 private:
  static constexpr std::int64_t no_key = -2;  // the server's own numbers
  static constexpr std::int64_t no_expiry = -1;

  std::int64_t count_ = no_key;
};

}  // namespace sandpiper

template <class Span>
struct sandpiper::resp::decoder<sandpiper::lifetime<Span>> {
  static result<void> read(const reply_view& view, lifetime<Span>& into) {
    std::int64_t count = 0;
    if (auto done = read_into(view, count); !done) return done;
    if (count < -2) return wrong_type(view, "a time to live, -1 or -2");
    into = count == -2   ? lifetime<Span>()
           : count == -1 ? lifetime<Span>::unlimited()
                         : lifetime<Span>(Span(count));
    return {};
  }
};

#pragma once
// How commands take time: spans as std::chrono durations, instants as points of the system clock.
// Instants are rounded up to the unit of the command, so that nothing ends early.

#include <chrono>
#include <cstdint>

#include "sandpiper/resp/command.hpp"

namespace sandpiper::commands {

using instant = std::chrono::system_clock::time_point;

/// Instants: since 1970, in Units.
template <class Unit>
void add_instant(resp::command& to, instant time) {
  to.add(std::chrono::ceil<Unit>(time.time_since_epoch()).count());
}

/// Spans that must be longer than 0: misuse::not_positive.
template <class Unit>
void add_positive(resp::command& to, Unit span) {
  if (span.count() <= 0) to.note(resp::misuse::not_positive);
  to.add(span.count());
}

/// "EX 60" when the span is whole seconds, else "PX 1500".
inline void add_expiry(resp::command& to, std::chrono::milliseconds span) {
  if (span.count() <= 0) to.note(resp::misuse::not_positive);
  const auto ms = span.count();
  ms % 1000 == 0 ? to.add("EX").add(ms / 1000) : to.add("PX").add(ms);
}

/// Spans that may be 0, which commands that wait take for "as long as it takes".
inline void add_timeout_ms(resp::command& to, std::chrono::milliseconds span) {
  if (span.count() < 0) to.note(resp::misuse::negative);
  to.add(span.count());
}

/// The same for commands that count in seconds and take a fraction: "1.5".
inline void add_timeout_seconds(resp::command& to, std::chrono::milliseconds span) {
  if (span.count() < 0) to.note(resp::misuse::negative);
  const auto ms = span.count();
  ms % 1000 == 0 ? to.add(ms / 1000) : to.add(static_cast<double>(ms) / 1000);
}

}  // namespace sandpiper::commands

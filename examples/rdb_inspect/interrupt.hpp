#pragma once
// Ctrl-C once: what is known so far is printed. Twice: the program is gone.

namespace rdb_inspect {

/// Also lets a pipe whose reader has gone show itself as an error of write(2), not as a signal.
void watch_signals();
[[nodiscard]] bool interrupted_by_user() noexcept;

}  // namespace rdb_inspect

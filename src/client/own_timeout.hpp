#pragma once
// How long a blocking command may wait on the server by its own words.

#include <chrono>

#include "sandpiper/wire/request.hpp"

namespace sandpiper {

/// The timeout among the arguments of BLPOP, XREAD BLOCK, WAIT and the like. None (0) for every
/// other command, for a timeout of 0, which is for ever, and for what is no number, which the
/// server refuses. At most a hundred years.
[[nodiscard]] std::chrono::milliseconds own_timeout(const resp::command& command) noexcept;

/// Of all its commands together.
[[nodiscard]] std::chrono::milliseconds own_timeout(const wire::request& r) noexcept;

}  // namespace sandpiper

#pragma once
// Whether a test runs as often as is stated, or as often as there is time for every day.

#include <cstdlib>

namespace sandpiper::test {

/// ./dev test --long
[[nodiscard]] inline bool long_form() { return std::getenv("SANDPIPER_LONG") != nullptr; }

}  // namespace sandpiper::test

#pragma once
// What resp_cat was asked to do.

#include <optional>

namespace resp_cat {

struct options {
  bool hex = false;  // lines of hex digits, one case a line
  bool help = false;
};

/// Nothing when the arguments make no sense; why is told on stderr.
std::optional<options> read_options(int argc, char** argv);

extern const char* const usage;

}  // namespace resp_cat

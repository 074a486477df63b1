#include "rdb_inspect/progress.hpp"

#include <unistd.h>

#include <cstdio>
#include <string>

#include "rdb_inspect/units.hpp"

namespace rdb_inspect {

progress_line::progress_line(const options& how)
    : wanted_(how.progress == when::always ||
              (how.progress == when::automatic && !how.quiet && ::isatty(2) == 1)) {}

void progress_line::at(std::uint64_t bytes, std::optional<std::uint64_t> total_bytes) {
  using namespace std::chrono_literals;
  if (!wanted_) return;
  const auto now = clock::now();
  if (now - last_ < 100ms) return;
  last_ = now;

  const double seconds = std::chrono::duration<double>(now - began_).count();
  const double rate = static_cast<double>(bytes) / seconds;
  std::string line = human_bytes(bytes);
  if (total_bytes && *total_bytes > 0) {
    const auto left = *total_bytes > bytes ? *total_bytes - bytes : 0;
    line += " of " + human_bytes(*total_bytes) + " (" +
            std::to_string(100 * (*total_bytes - left) / *total_bytes) + "%)";
    if (rate > 1) {
      line += ", " +
              human_span(static_cast<std::int64_t>(1000.0 * static_cast<double>(left) / rate)) +
              " left";
    }
  }
  line += ", " + human_bytes(static_cast<std::uint64_t>(rate)) + "/s";
  std::fprintf(stderr, "\r\033[K%s", line.c_str());
  std::fflush(stderr);
  shown_ = true;
}

void progress_line::clear() {
  if (!shown_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace rdb_inspect

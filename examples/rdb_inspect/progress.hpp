#pragma once
// How far the reading has come, for somebody who waits at a terminal.

#include <chrono>
#include <cstdint>
#include <optional>

#include "rdb_inspect/options.hpp"

namespace rdb_inspect {

/// One line on standard error, at most ten times a second, gone at the end.
class progress_line {
 public:
  explicit progress_line(const options& how);
  ~progress_line() { clear(); }
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;

  /// `total_bytes` may become known on the way.
  void at(std::uint64_t bytes, std::optional<std::uint64_t> total_bytes);
  void clear();

 private:
  using clock = std::chrono::steady_clock;

  bool wanted_;
  bool shown_ = false;
  clock::time_point began_ = clock::now();
  clock::time_point last_ = began_;
};

}  // namespace rdb_inspect

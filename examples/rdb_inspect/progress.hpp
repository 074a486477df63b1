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
  progress_line(const options& how, std::optional<std::uint64_t> total_bytes);
  ~progress_line() { clear(); }
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;

  void at(std::uint64_t bytes);
  void clear();

 private:
  using clock = std::chrono::steady_clock;

  bool wanted_;
  bool shown_ = false;
  std::optional<std::uint64_t> total_bytes_;
  clock::time_point began_ = clock::now();
  clock::time_point last_ = began_;
};

}  // namespace rdb_inspect

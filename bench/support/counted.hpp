#pragma once
// Counts instructions and allocations, which are the same on every machine. bench/guard_counts runs
// a program of such cases under callgrind, which counts within measured(), and compares; alone the
// program prints the cases, and fails when one of them allocates or is answered wrong.

#include <cstddef>
#include <cstdio>
#include <utility>

#include "support/alloc_count.hpp"

namespace bench {

struct repeatable {
  virtual ~repeatable() = default;
  virtual void repeat(int times) = 0;
};

template <class Operation>
struct repeated_operation : repeatable {
  explicit repeated_operation(Operation o) : operation(std::move(o)) {}
  void repeat(int times) override {
    for (int i = 0; i < times; ++i) operation();
  }

  Operation operation;
};

/// What is counted happens in here, and nothing else does.
extern "C" void measured(repeatable& operation, int times);

class counted_cases {
 public:
  /// Runs `o`, an operation with an is_right(), `warm` times to have its memory, then `times` and
  /// three times as often: what the two differ by is 2 * `times` operations and no beginning or
  /// end. Prints what bench/guard_counts needs: the name, how many units this difference is, and
  /// the most instructions that a unit may take.
  template <class Operation>
  void count(const char* name, std::size_t units, int limit, Operation o, int warm = 2,
             int times = 4) {
    repeated_operation<Operation> operation(std::move(o));
    measured(operation, warm);
    const auto before = allocated_by_this_thread();
    measured(operation, times);
    measured(operation, 3 * times);
    const auto mallocs = (allocated_by_this_thread() - before).calls;

    std::printf("%s|%zu|%d\n", name, 2 * static_cast<std::size_t>(times) * units, limit);
    if (mallocs == 0 && operation.operation.is_right()) return;
    std::fprintf(stderr, "%s: %s\n", name, mallocs > 0 ? "allocates" : "is answered wrong");
    all_right_ = false;
  }

  [[nodiscard]] bool all_right() const noexcept { return all_right_; }

 private:
  bool all_right_ = true;
};

}  // namespace bench

#pragma once
// A benchmark must not be optimised away.

namespace bench {

/// Tells the compiler that `value` is needed, without doing anything with it.
template <class T>
[[gnu::always_inline]] inline void keep(const T& value) {
  asm volatile("" : : "r,m"(value));
}

}  // namespace bench

#pragma once
// Runs a decoder over the input it is fed.

#include <memory>
#include <string_view>

#include "rdb/decoder.hpp"
#include "sandpiper/rdb/reader.hpp"

namespace sandpiper::rdb {

/// One decoder and the coroutine that drives it.
class running {
 public:
  running(visitor& events, const options& how) : d(events, how) {}

  void begin(task (*with)(decoder&));
  progress feed(std::string_view bytes);
  progress finish(fault_kind kind, subject about, std::string_view detail);

  [[nodiscard]] progress state() const noexcept { return state_; }

  decoder d;

 private:
  progress settle(progress state);

  task root_;  // after `d`, in whose frames it lives
  progress state_ = progress::more;
};

}  // namespace sandpiper::rdb

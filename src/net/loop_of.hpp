#pragma once
// The event loop behind an erased executor, where it is one.

#include <asio/any_io_executor.hpp>
#include <asio/io_context.hpp>

#include <typeinfo>

namespace sandpiper::net {

/// Null when `executor` is a strand, a pool, or anything else. Lives as long as `executor`. Asio
/// 1.22's target() does not look at the type.
[[nodiscard]] inline const asio::io_context::executor_type* loop_of(
    const asio::any_io_executor& executor) noexcept {
  using loop = asio::io_context::executor_type;
  return executor.target_type() == typeid(loop) ? executor.target<loop>() : nullptr;
}

}  // namespace sandpiper::net

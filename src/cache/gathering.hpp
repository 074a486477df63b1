#pragma once
// Several commands in one call: some are answered from here, the others fetched or sent, and the
// caller hears of all of them in order.

#include <atomic>
#include <cstddef>
#include <memory>
#include <variant>
#include <vector>

#include "cache/fetch.hpp"
#include "cache/front.hpp"
#include "sandpiper/resp/reply.hpp"

namespace sandpiper::cache {

/// Lives on its own and ends itself. Strand-bound once it has begun.
class gathering final : public holder {
 public:
  /// Every command of `of` by the way that is right for it.
  static void start_all(std::shared_ptr<front> by, wire::request& of,
                        std::chrono::milliseconds timeout, bool waiting);

  /// `of` is one MGET: each of its keys is a GET, and a key of another type than a string is no
  /// error there but null.
  static void start_mget(std::shared_ptr<front> by, wire::request& of,
                         std::chrono::milliseconds timeout, bool waiting);

  void let_go(wire::request& r) override;
  void abort(wire::request& r, errc why) override;

 private:
  class part;
  using outcome = std::variant<std::monostate, resp::reply, error>;

  gathering(std::shared_ptr<front> by, wire::request& of, bool mget);
  ~gathering();

  void start(std::chrono::milliseconds timeout, bool waiting);
  void begin(part& one, std::chrono::milliseconds timeout, bool waiting);
  void take(part& one, outcome what) noexcept;
  [[nodiscard]] bool last_of_all() noexcept { return left_.fetch_sub(1) == 1; }
  [[nodiscard]] bool drop_parts();
  void deliver() noexcept;
  void deliver_each() noexcept;
  void deliver_array() noexcept;

  const std::shared_ptr<front> by_;
  wire::request* of_;  // null once it was let go
  const bool mget_;
  std::uint32_t told_ = 0;  // so many of its commands are over
  bool in_order_ = false;   // there are writes: what is not known goes with them, not by the lane
  std::vector<std::unique_ptr<part>> parts_;
  std::atomic<std::size_t> left_;  // parts without an outcome, and one while it begins
  std::atomic<bool> begun_ = false;
};

}  // namespace sandpiper::cache

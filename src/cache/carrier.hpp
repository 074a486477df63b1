#pragma once
// A call on its way past the cache: it stands in for somebody's request on the client's connection.

#include <cstdint>
#include <memory>

#include "cache/fetch.hpp"
#include "cache/front.hpp"

namespace sandpiper::cache {

/// Lives on its own and ends itself. Of every write in it the ledger hears when it begins, and when
/// it ends, however it ends. Strand-bound once it is sent.
class carrier final : public wire::request, public holder {
 public:
  /// Errors    as home::start(); `of` is not touched then
  static result<void> send(std::shared_ptr<front> by, wire::request& of,
                           std::chrono::milliseconds timeout, bool waiting);

  void on_reply(std::uint32_t index, const resp::reply_view& reply) noexcept override;
  void on_error(std::uint32_t index, error why) noexcept override;
  void let_go(wire::request& r) override;
  void abort(wire::request& r, errc why) override;

 private:
  carrier(std::shared_ptr<front> by, wire::request& of);
  void end_writes(std::uint32_t from);
  /// The request to be told of command `index`; of the last one this is the end of the carrier.
  wire::request& release_at(std::uint32_t index) noexcept;
  void destroy() noexcept;

  std::shared_ptr<front> by_;
  wire::request& of_;
  std::uint32_t told_ = 0;  // so many of its commands are over
};

}  // namespace sandpiper::cache

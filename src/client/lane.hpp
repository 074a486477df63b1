#pragma once
// A connection that carries one request at a time: what blocks there is in nobody's way.
//
//     dialing -> idle -> riding -> (resting) -> idle ...       any -> gone
//                  `---> leased ----------------^

#include <asio/steady_timer.hpp>

#include <cstdint>
#include <memory>
#include <string>

#include "client/errand.hpp"
#include "net/connection.hpp"
#include "net/settings.hpp"

namespace sandpiper {

class lanes;

/// Strand-bound: the strand of the shared connection.
class lane final : public net::listener, public std::enable_shared_from_this<lane> {
 public:
  enum class phase : std::uint8_t {
    dialing,
    idle,
    riding,
    leased,   // its caller submits to it
    resting,  // its errand is over, and something asked about it is not answered yet
    gone,
  };

  lane(lanes& owner, const net::connection& like);
  ~lane();

  void open();
  [[nodiscard]] phase now() const noexcept { return phase_; }
  [[nodiscard]] net::connection& link() noexcept { return *link_; }

  /// Why there is no connection; empty when there is one.
  [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }

  /// Sends what of `e` is not told yet. Requires idle.
  void ride(errand& e);

  /// Its errand blocks and is to end: the server is asked to unblock it until the reply comes.
  void unblock();

  /// Nobody waits for its errand any more (no `why`), or it is told `why`. The lane rests until
  /// the server has answered.
  void abandon(const errc* why);

  /// Whoever leased it is done; `clean`: nothing is watched any more.
  void give_back(bool clean);

  void close(errc why);

  // --- net::listener
  void on_ready() noexcept override;
  void on_lost() noexcept override;
  void on_failed_attempt(const error& why) noexcept override;
  void on_push(const resp::reply_view&) noexcept override {}

 private:
  class carried;

  void answered(std::uint32_t index, const resp::reply_view& reply, bool last);
  void failed(std::uint32_t index, const error& why, bool last);
  void could_not_ride(const error& why);
  void be_idle();
  void rest_over();
  void drain(resp::command last);
  void ask_to_unblock();
  void told_of_unblocking(const resp::reply_view* reply, const error* why);
  void keep_unblocking();

  lanes& owner_;
  std::shared_ptr<net::connection> link_;
  asio::steady_timer timer_;  // idle: when to close; riding: when to ask again
  phase phase_ = phase::dialing;
  errand* riding_ = nullptr;
  std::unique_ptr<carried> carried_;
  std::uint32_t first_ = 0;  // the errand's command that is the first of carried_
  bool asking_ = false;      // CLIENT UNBLOCK is not answered yet
  bool tainted_ = false;     // ... and may run at any time: nothing else may ride here
  bool draining_ = false;    // what nobody waits for is not answered yet
  bool aborting_ = false;
  unsigned asked_ = 0;      // how often, for this ride
  std::uint64_t ride_ = 0;  // a timer of an earlier one means nothing
  std::string trouble_;
};

}  // namespace sandpiper

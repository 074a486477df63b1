#include "cache/lane.hpp"

#include <utility>

#include "sandpiper/base/clock.hpp"

namespace sandpiper::cache {
namespace {

net::settings with_tracking(net::settings what, const options& o, net::listener& listener) {
  what.greeting.tracking = true;
  what.greeting.tracked_prefixes = o.broadcast_prefixes;
  what.patient = true;
  what.keeps_calls = false;  // whoever waits can be answered by another connection
  what.listener = &listener;
  what.role = "tracking";
  return what;
}

}  // namespace

/// One question at a time whose only purpose is that it is answered.
class lane::probe final : public wire::request {
 public:
  explicit probe(lane& of)
      : lane_(of),
        ping_("PING", {.read_only = true, .idempotent = true, .keyless = true}),
        fields_("COMMAND", {.read_only = true, .idempotent = true, .keyless = true}) {
    fields_.add("INFO").add("HPTTL");
  }

  [[nodiscard]] bool busy() const noexcept { return busy_; }

  /// A session counts the commands of a request once, so each question is a request anew.
  static void send(std::unique_ptr<probe>& one, lane& of, bool about_fields) {
    one = std::make_unique<probe>(of);
    one->about_fields_ = about_fields;
    one->set_commands({about_fields ? &one->fields_ : &one->ping_, 1});
    one->sent_ms_ = coarse_now_ms();
    one->deadline_ms = deadline_after(one->sent_ms_, std::chrono::seconds(60));
    one->busy_ = true;
    if (!of.connection_->submit(*one)) one->busy_ = false;
  }

  void on_reply(std::uint32_t, const resp::reply_view& reply) noexcept override {
    busy_ = false;
    const auto sent_ms = sent_ms_;
    if (about_fields_) lane_.fields_told(reply);
    lane_.probed(sent_ms);
  }
  void on_error(std::uint32_t, error) noexcept override { busy_ = false; }

 private:
  lane& lane_;
  const resp::command ping_;
  resp::command fields_;
  std::uint64_t sent_ms_ = 0;
  bool about_fields_ = false;
  bool busy_ = false;
};

lane::lane(const asio::any_io_executor& strand, net::settings what, const options& o, vouching& v,
           lane_user& user)
    : lease_ms_(in_ms(o.lease)),
      interval_(o.probe_interval),
      broadcast_(!o.broadcast_prefixes.empty()),
      vouched_(v),
      user_(user),
      connection_(
          std::make_shared<net::connection>(strand, with_tracking(std::move(what), o, *this))),
      timer_(strand) {}

lane::~lane() = default;

void lane::open() {
  connection_->open([](const result<void>&) {});
  connection_->on_strand_do([this, keep = user_.keep()] { arm(); });
}

void lane::close() {
  connection_->on_strand_do([this, keep = user_.keep()] {
    closed_ = true;
    timer_.cancel();
  });
  connection_->close(errc::closed, user_.keep());
}

void lane::arm() {
  if (closed_) return;
  timer_.expires_after(interval_);
  timer_.async_wait([this, keep = user_.keep()](const std::error_code& aborted) {
    if (aborted || closed_) return;
    connection_->on_strand_do([this] { tick(); });
    arm();
  });
}

void lane::tick() {
  user_.on_tick();
  if (!ready_) return;
  const auto now = coarse_now_ms();
  const bool holds = vouched_.holds(now, lease_ms_);
  if (!holds && !std::exchange(lapsed_, true)) {
    say(condition::lapsed, "the server has not answered for longer than the lease");
  } else if (holds && std::exchange(lapsed_, false)) {
    say(condition::caching, {});
  }
  if (broadcast_ || now - vouched_.last_proof_ms(vouched_.generation()) >= in_ms(interval_)) ask();
}

void lane::ask() {
  if (probe_ && probe_->busy()) return;
  probe::send(probe_, *this, !asked_fields_);
}

// ["HPTTL", arity, ...] where the server knows it; nil where it does not.
void lane::fields_told(const resp::reply_view& reply) {
  asked_fields_ = true;
  const bool told = reply.is_aggregate() && reply.size() == 1;
  fields_expire_ = !told || !reply[0].is_null();
}

void lane::answered(std::uint64_t sent_ms) noexcept {
  if (ready_ && !broadcast_) vouched_.prove(sent_ms);
}

// With broadcast, pushes leave behind the replies of their cycle. Probes follow each other, so an
// answer to one says that the cycle of the one before is over; of fetches many share a cycle, and
// their answers say nothing.
void lane::probed(std::uint64_t sent_ms) noexcept {
  if (!broadcast_) return answered(sent_ms);
  if (ready_) vouched_.prove(std::exchange(answered_before_ms_, sent_ms));
}

void lane::on_ready() noexcept {
  if (connection_->protocol() != 3) {
    say(condition::unavailable,
        "the server speaks RESP2 only, in which it cannot tell what changed: use a server from "
        "6.0, or protocol 3 in sandpiper::options");
    return;
  }
  ready_ = true;
  lapsed_ = false;
  asked_fields_ = false;
  fields_expire_ = true;
  answered_before_ms_ = coarse_now_ms();
  say(condition::caching, {});
  vouched_.prove(answered_before_ms_);
  ask();
}

void lane::on_lost() noexcept {
  if (!std::exchange(ready_, false)) return;
  say(condition::connecting, "the tracking connection was lost");
  if (vouched_.lose()) user_.on_all_changed();
}

void lane::on_failed_attempt(const error& why) noexcept {
  const bool refused = why == errc::handshake_failed;
  say(refused ? condition::unavailable : condition::connecting, why.message());
}

// >2 invalidate [key ...], or null in place of the keys: all of them.
void lane::on_push(const resp::reply_view& push) noexcept {
  if (push.size() != 2 || push[0].text() != "invalidate") return;
  const auto keys = push[1];
  if (keys.is_null()) return user_.on_all_changed();
  for (const auto key : keys) user_.on_changed(key.text());
}

void lane::say(condition now, std::string why) {
  const std::scoped_lock lock(state_mutex_);
  state_ = {now, std::move(why)};
}

status lane::state() const {
  const std::scoped_lock lock(state_mutex_);
  return state_;
}

}  // namespace sandpiper::cache

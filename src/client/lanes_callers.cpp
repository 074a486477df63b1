// What those are told who wait for a lane, or for what rides on one.

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "client/lanes.hpp"
#include "sandpiper/base/clock.hpp"

namespace sandpiper {
namespace {

// After its deadline a caller waits so much longer for what the server may have given it already.
constexpr std::chrono::milliseconds grace{1000};

constexpr std::uint32_t resends_max = 3;

bool repeatable(const resp::command& command) {
  const auto flags = command.flags();
  return flags.read_only || flags.idempotent;
}

bool was_unblocked(const resp::reply_view& reply) {
  return reply.is_error() && reply.text().starts_with("UNBLOCKED");
}

// Not how many replicas have answered.
bool is_data(const resp::reply_view& reply) {
  if (reply.is_string()) return true;
  return reply.size() > 0 && (*reply.begin()).type() != resp::kind::integer;
}

}  // namespace

// --- telling -------------------------------------------------------------------------------------

void lanes::forget_caller(errand& e) {
  if (e.who == nullptr) return;
  by_request_.erase(e.who);
  net::deadlines::remove(*e.who);
  over_.submit(*e.who);
  over_.withdraw(*e.who);
  e.who = nullptr;
}

// Told of the last command, its owner may end the request.
void lanes::tell_reply(errand& e, std::uint32_t index, const resp::reply_view& reply) {
  auto* const r = e.who;
  e.told = index + 1;
  if (e.told == r->count()) forget_caller(e);
  shared_->enter([&] { r->on_reply(index, reply); });
}

void lanes::tell_error(errand& e, std::uint32_t index, const error& why) {
  auto* const r = e.who;
  if (r == nullptr) return;
  e.told = index + 1;
  if (e.told == r->count()) forget_caller(e);
  shared_->enter([&] { r->on_error(index, why); });
}

void lanes::tell_rest(errand& e, const error& why) {
  while (e.who != nullptr) tell_error(e, e.told, why);
}

void lanes::refuse(errand& e, const error& why) {
  const auto kept = e.shared_from_this();
  tell_rest(e, why);
  finish(e);
}

void lanes::finish(errand& e) {
  if (e.now == errand::phase::over) return;
  const auto kept = e.shared_from_this();
  e.now = errand::phase::over;
  forget_caller(e);
  errands_.erase(e.place);
  if (e.what != errand::kind::passing) leave_line();
  if (e.counted) gated_.fetch_sub(1);
  if (e.noted) release_held();
  pump();
}

// --- a ride, and its end -------------------------------------------------------------------------

void lanes::answered(errand& e, std::uint32_t index, const resp::reply_view& reply) {
  if (e.who == nullptr) return orphan(e, index, reply);
  if (!e.ending || !was_unblocked(reply)) return tell_reply(e, index, reply);
  tell_error(e, index, error(*e.ending, "it was unblocked and had got nothing", fate::answered));
}

void lanes::orphan(const errand& e, std::uint32_t index, const resp::reply_view& reply) {
  if (e.what != errand::kind::blocking) return;
  const auto& command = e.own[index];
  if (!command.flags().blocking || command.flags().read_only || !is_data(reply)) return;
  orphaned_.fetch_add(1, std::memory_order_relaxed);
  if (!on_orphan_) return;
  shared_->enter([&] { on_orphan_->on_orphan(command, reply); });
}

void lanes::failed(errand& e, std::uint32_t index, const error& why) {
  if (e.ending) return tell_error(e, index, error(*e.ending, why.fate()));
  if (why != errc::maybe_executed) return tell_error(e, index, why);
  if (!e.loss) {
    e.loss = why;
    e.lost_from = e.maybe_run_to = index;
  }
  if (why.fate() == fate::uncertain) e.maybe_run_to = index + 1;
}

// The commands that may have run are sent again all or none.
void lanes::ride_failed(errand& e) {
  if (!e.loss || e.who == nullptr || closed_) {
    if (e.loss) tell_rest(e, *e.loss);
    return finish(e);
  }
  const auto maybe_run = e.commands().subspan(e.lost_from, e.maybe_run_to - e.lost_from);
  const auto why = *std::exchange(e.loss, std::nullopt);
  const bool broken = e.who->whole() && e.lost_from > 0;
  if (!broken && e.resent < resends_max &&
      std::all_of(maybe_run.begin(), maybe_run.end(), repeatable)) {
    if (!maybe_run.empty()) ++e.resent;
    e.now = errand::phase::queued;
    queue_.push_front(e.shared_from_this());
    return;
  }
  while (e.who != nullptr) {
    const bool ran = e.told < e.maybe_run_to;
    tell_error(e, e.told, why.with(ran ? fate::uncertain : fate::unsent));
  }
  finish(e);
}

void lanes::see_grace(errand& e) {
  if (e.who == nullptr || coarse_now_ms() < e.grace_end_ms) return;
  tell_rest(e, error(*e.ending, fate::uncertain));
}

// --- giving up -----------------------------------------------------------------------------------

bool lanes::withdraw(wire::request& r) {
  take_inbox();
  const auto found = by_request_.find(&r);
  if (found == by_request_.end()) return false;
  give_up(*found->second, nullptr);
  return true;
}

bool lanes::abort(wire::request& r, errc why) {
  take_inbox();
  const auto found = by_request_.find(&r);
  if (found == by_request_.end()) return false;
  give_up(*found->second, &why);
  return true;
}

error lanes::too_late(const errand& e, errc why) const {
  const auto became = e.resent > 0 ? fate::uncertain : fate::unsent;
  if (why != errc::deadline_exceeded || e.now != errand::phase::queued) return {why, became};
  for (const auto& one : lanes_) {
    if (one->trouble().empty()) continue;
    return {why, "there is no connection for it: " + one->trouble(), became};
  }
  return {why, "every lane is busy with a blocking command; raise options::lanes_max", became};
}

// `why`: null when the caller goes away and must not be called any more.
void lanes::give_up(errand& e, const errc* why) {
  const auto kept = e.shared_from_this();
  if (e.now != errand::phase::riding) {
    if (why != nullptr) tell_rest(e, too_late(e, *why));
    return finish(e);
  }
  if (why == nullptr) forget_caller(e);
  if (e.on == nullptr || e.what == errand::kind::lease) {
    if (why != nullptr) tell_rest(e, error(*why, fate::uncertain));
    return;
  }
  if (e.what == errand::kind::large) return e.on->abandon(why);
  if (e.ending) return;
  e.ending = why != nullptr ? *why : errc::cancelled;
  e.grace_end_ms = deadline_after(coarse_now_ms(), grace);
  e.on->unblock();
}

void lanes::expire() {
  const auto now = coarse_now_ms();
  constexpr auto why = errc::deadline_exceeded;
  while (auto* const r = deadlines_.expired(now)) {
    if (const auto found = by_request_.find(r); found != by_request_.end()) {
      give_up(*found->second, &why);
    }
  }
}

void lanes::arm_deadlines() {
  const auto next = deadlines_.next_ms();
  if (next >= armed_ms_ || closed_) return;
  armed_ms_ = next;
  const auto now = coarse_now_ms();
  deadline_timer_.expires_after(std::chrono::milliseconds(next > now ? next - now : 0));
  deadline_timer_.async_wait([self = shared_from_this()](const std::error_code& aborted) {
    if (aborted) return;
    self->armed_ms_ = net::deadlines::never;
    self->expire();
    self->arm_deadlines();
  });
}

}  // namespace sandpiper

#include "cache/front.hpp"

#include <algorithm>
#include <optional>
#include <semaphore>
#include <utility>

#include "cache/carrier.hpp"
#include "cache/gathering.hpp"
#include "cache/whole.hpp"
#include "client/parts.hpp"
#include "sandpiper/base/clock.hpp"
#include "sandpiper/resp/reply.hpp"

namespace sandpiper::cache {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t swept_max = 256;  // entries looked at each probe_interval

void count(std::atomic<std::uint64_t>& one, std::uint64_t by = 1) noexcept {
  one.fetch_add(by, std::memory_order_relaxed);
}

bool is_mget(const resp::command& command) {
  return command.size() >= 2 && command.name() == "MGET";
}

std::string_view key_of(const resp::command& command) {
  auto words = command.walk();
  words.next();
  return words.next();
}

std::shared_ptr<core> shared_core(const client& db) {
  auto& below = db.shared().client_core();
  return {below.shared_from_this(), &below};
}

}  // namespace

/// An answer that was here, on its way to the strand.
class front::found_answer final : public holder {
 public:
  static void post(core& below, wire::request& r, const resp::reply& reply) {
    auto one = std::make_shared<found_answer>();
    one->reply_ = reply;
    one->for_ = &r;
    r.held_by = static_cast<holder*>(one.get());
    below.inside().connection->on_strand_later([one] { one->tell(); });
  }

  void let_go(wire::request& r) override {
    r.held_by = nullptr;
    for_ = nullptr;
  }
  void abort(wire::request& r, errc why) override {
    let_go(r);
    r.on_error(0, error(why));
  }

 private:
  void tell() noexcept {
    if (for_ == nullptr) return;
    auto& r = *std::exchange(for_, nullptr);
    r.held_by = nullptr;
    r.on_reply(0, reply_.view());
  }

  wire::request* for_ = nullptr;
  resp::reply reply_;
};

struct front::owner {
  explicit owner(std::shared_ptr<front> f) noexcept : shared(std::move(f)) {}
  owner(const owner&) = delete;
  owner& operator=(const owner&) = delete;
  ~owner() { shared->shut_down(); }

  std::shared_ptr<front> shared;
};

front::front(const client& db, const options& o)
    : options_(o),
      lease_ms_(in_ms(o.lease)),
      db_(std::make_unique<client>(db)),
      core_(shared_core(db)),
      known_(o),
      ledger_(known_, vouched_, deadlines_),
      lane_(core_->inside().connection->strand(), core_->inside().connection->configured(), o,
            vouched_, *this),
      deadline_timer_(core_->inside().connection->strand()) {}

front::~front() = default;

std::shared_ptr<near_cache> front::own(const client& db, const options& o) {
  auto one = std::make_shared<front>(db, o);
  one->lane_.open();
  auto* const raw = one.get();
  return {std::make_shared<owner>(std::move(one)), raw};
}

void front::shut_down() {
  core_->inside().connection->on_strand_do([self = shared_from_this(), this] {
    closed_ = true;
    deadline_timer_.cancel();
  });
  lane_.close();
  known_.forget_all();
  db_.reset();
}

// --- from here -----------------------------------------------------------------------------------

bool front::tracks(std::string_view key) const noexcept {
  const auto& prefixes = options_.broadcast_prefixes;
  return prefixes.empty() || std::any_of(prefixes.begin(), prefixes.end(),
                                         [&](const auto& one) { return key.starts_with(one); });
}

bool front::look(const resp::command& command, teller tell) {
  const auto* const how = local::find(command);
  return how != nullptr && look_up(store::key_ref(key_of(command)), command, *how, tell);
}

bool front::look_up(const store::key_ref& key, const resp::command& command,
                    const local::reading& how, teller tell) {
  const auto now = coarse_now_ms();
  // Asked first: a proof that comes later says nothing of what was found before it.
  const bool holds = vouched_.holds(now, lease_ms_);
  auto from = origin::hit;
  milliseconds age{0};
  const auto believed = [&](const mark& when) {
    age = when.age_at(now);
    if (when.generation == vouched_.generation() && holds) return true;
    const auto proof = vouched_.last_proof_ms(when.generation);
    from = origin::stale;
    const bool may = proof != 0 && !holds &&
                     now - proof <= lease_ms_ + in_ms(options_.past_the_lease.span()) &&
                     options_.past_the_lease.span().count() > 0;
    if (may) count(tally_.stale);
    return may;
  };
  const bool found = known_.answer(key, command, how, believed,
                                   [&](const resp::reply_view& reply) { tell(reply, from, age); });
  if (found) hits_.add();
  return found;
}

// --- from the server -----------------------------------------------------------------------------

result<void> front::start(wire::request& r, milliseconds timeout) {
  return submit(r, timeout, false);
}

result<void> front::start_waiting(wire::request& r, milliseconds timeout) {
  if (core_->inside().would_deadlock()) {
    return error(errc::would_deadlock,
                 "use a callback or co_await here, or wait on another thread");
  }
  return submit(r, timeout, true);
}

result<void> front::submit(wire::request& r, milliseconds timeout, bool waiting) {
  // On a lane it runs in its order only if it goes there as one.
  const bool as_one = r.whole() || std::any_of(r.commands().begin(), r.commands().end(),
                                               [](const auto& c) { return c.flags().blocking; });
  if (as_one) return carrier::send(self(), r, timeout, waiting);
  if (r.count() == 1) return start_one(r, timeout, waiting);
  gathering::start_all(self(), r, timeout, waiting);
  return {};
}

result<void> front::start_one(wire::request& r, milliseconds timeout, bool waiting) {
  const auto& command = r.commands().front();
  if (is_mget(command)) {
    gathering::start_mget(self(), r, timeout, waiting);
    return {};
  }
  if (const auto* const how = local::find(command)) {
    const store::key_ref key(key_of(command));
    if (lane_.usable(coarse_now_ms())) {
      if (tracks(key.bytes())) return fetch_for(key, *how, r, timeout, waiting);
    } else if (options_.past_the_lease.span().count() > 0 && find_stale(key, *how, r)) {
      return {};
    }
    count(tally_.missed);
    count(tally_.bypassed);
  }
  return carrier::send(self(), r, timeout, waiting);
}

std::optional<resp::reply> front::copy_of(const store::key_ref& key, const local::reading& how,
                                          const resp::command& command) {
  std::optional<resp::reply> found;
  look_up(key, command, how,
          [&](const resp::reply_view& reply, origin, milliseconds) { found.emplace(reply); });
  return found;
}

// Whoever calls run() or co_await has looked already; callbacks, futures and tokens come here
// first.
bool front::find_stale(const store::key_ref& key, const local::reading& how, wire::request& r) {
  const auto found = copy_of(key, how, r.commands().front());
  if (found) found_answer::post(*core_, r, *found);
  return found.has_value();
}

result<void> front::fetch_for(const store::key_ref& key, const local::reading& how,
                              wire::request& r, milliseconds timeout, bool waiting) {
  const auto kept = self();  // once `r` waits it may end, and its caller and the cache with it
  const auto& command = r.commands().front();
  std::optional<resp::reply> found;
  fetch* led = nullptr;
  r.deadline_ms = deadline_after(coarse_now_ms(), timeout);
  const auto look = [&] {
    found = copy_of(key, how, command);
    return found.has_value();
  };
  const auto make = [&] {
    return std::make_unique<fetch>(static_cast<fetch_owner&>(*this), command, how,
                                   options_.ask_expiry);
  };
  switch (ledger_.enter(key, r, look, make, led)) {
    case ledger::entered::found: found_answer::post(*core_, r, *found); return {};
    case ledger::entered::barred:
      count(tally_.missed);
      count(tally_.bypassed);
      return carrier::send(kept, r, timeout, waiting);
    case ledger::entered::joined: count(tally_.joined); break;
    case ledger::entered::leads: send(*led); break;
  }
  count(tally_.missed);
  watch_deadlines();
  return {};
}

// The time is taken before it is sent, so what the server says of an expiry is never overestimated.
void front::send(fetch& f) {
  count(tally_.fetches);
  f.sent_ms = coarse_now_ms();
  f.deadline_ms = deadline_after(f.sent_ms, core_->inside().what.command_timeout);
  if (lane_.submit(f)) return;
  core_->inside().connection->on_strand_later(
      [this, self = self(), &f] { on_failure(f, errc::pipeline_full); });
}

void front::withdraw(wire::request& r) {
  auto& connection = *core_->inside().connection;
  const auto let_go = [&r] {
    if (auto* const by = holder_of(r)) by->let_go(r);
  };
  if (connection.on_its_thread()) return let_go();
  std::binary_semaphore done(0);
  connection.on_strand_do([&] {
    let_go();
    done.release();
  });
  done.acquire();
}

void front::cancel(void* context, wire::request* (*which)(void* context)) {
  core_->inside().connection->on_strand_do([context, which] {
    auto* const r = which(context);
    auto* const by = r == nullptr ? nullptr : holder_of(*r);
    if (by != nullptr) by->abort(*r, errc::cancelled);
  });
}

// --- what comes back -----------------------------------------------------------------------------

std::uint64_t front::deadline_of(const fetch& f, const resp::reply_view& reply) const {
  auto life = in_ms(options_.ttl_max);
  if (f.ttl_ms() >= 0) life = std::min(life, static_cast<std::uint64_t>(f.ttl_ms()));
  if (f.how().type == store::value_type::hash && lane_.fields_expire()) {
    life = std::min(life, in_ms(options_.hash_ttl_max));
  }
  if (f.ttl_ms() == -2 || tells_absence(f.how(), f.command(), reply))
    life = std::min(life, in_ms(options_.absent_ttl_max));
  return f.sent_ms + life - std::min(life, clock_tick_ms);
}

void front::on_answer(fetch& f, const resp::reply_view& reply) noexcept {
  lane_.answered(f.sent_ms);
  const auto keep = [&] {
    const auto deadline_ms = deadline_of(f, reply);
    if (f.ttl_unknown() || deadline_ms <= coarse_now_ms()) return;
    known_.learn(f.key(), f.command(), f.how(), reply,
                 {.generation = f.generation, .since_ms = f.sent_ms & mark::since_mask},
                 deadline_ms);
  };
  if (!ledger_.finish(f, keep)) count(tally_.doomed);
  while (auto* const r = ledger_.next_waiter(f)) r->on_reply(0, reply);
  delete &f;
}

void front::on_failure(fetch& f, error why) noexcept {
  (void)ledger_.finish(f, [] {});
  reroute(f, why);
  delete &f;
}

// Another connection may answer what this one could not, as long as somebody waits.
void front::reroute(fetch& f, const error& why) {
  while (auto* const r = ledger_.next_waiter(f)) {
    const auto now = coarse_now_ms();
    if (closed_ || r->deadline_ms <= now) {
      r->on_error(0, closed_ ? error(errc::closed) : why);
      continue;
    }
    const auto left = milliseconds(static_cast<std::int64_t>(r->deadline_ms - now));
    count(tally_.bypassed);
    if (auto sent = carrier::send(self(), *r, left, false); !sent) r->on_error(0, sent.error());
  }
}

void front::abort(fetch& f, wire::request& r, errc why) {
  ledger_.leave(f, r);
  r.on_error(0, error(why, fate::uncertain));
}

// --- deadlines of those who wait -----------------------------------------------------------------

void front::watch_deadlines() {
  if (!deadlines_.sooner()) return;
  core_->inside().connection->on_strand_do([self = self(), this] { arm_deadlines(); });
}

void front::arm_deadlines() {
  const auto at_ms = deadlines_.armed_ms();
  if (closed_ || at_ms == waiter_deadlines::never) return;
  const auto now = coarse_now_ms();
  deadline_timer_.expires_after(
      milliseconds(static_cast<std::int64_t>(at_ms > now ? at_ms - now : 0)));
  deadline_timer_.async_wait([self = self(), this](const std::error_code& aborted) {
    if (aborted || closed_) return;
    core_->inside().connection->on_strand_do([this] { expire(); });
  });
}

void front::expire() {
  deadlines_.disarm();
  const auto now = coarse_now_ms();
  while (auto* const r = deadlines_.expired(now)) {
    holder_of(*r)->abort(*r, errc::deadline_exceeded);
  }
  watch_deadlines();
}

// --- what the lane tells -------------------------------------------------------------------------

void front::on_changed(std::string_view key) noexcept {
  ledger_.changed(key);
  count(tally_.invalidated);
}

void front::on_all_changed() noexcept {
  ledger_.void_all();
  count(tally_.generations);
}

void front::on_tick() noexcept { known_.sweep(swept_max); }

// --- to be seen ----------------------------------------------------------------------------------

void front::forget(std::string_view key) { ledger_.changed(key); }

statistics front::stats() const {
  const auto in_store = known_.stats();
  const auto load = [](const std::atomic<std::uint64_t>& one) {
    return one.load(std::memory_order_relaxed);
  };
  statistics s;
  s.hits = hits_.sum();
  s.misses = load(tally_.missed);
  s.stale = load(tally_.stale);
  s.joined = load(tally_.joined);
  s.bypassed = load(tally_.bypassed);
  s.fetches = load(tally_.fetches);
  s.doomed = load(tally_.doomed);
  s.invalidated = load(tally_.invalidated);
  s.generations = load(tally_.generations);
  s.evictions = in_store.evictions;
  s.expirations = in_store.expirations;
  s.refusals = in_store.refusals;
  s.items = in_store.entries;
  s.charged_bytes = in_store.charged_bytes;
  return s;
}

}  // namespace sandpiper::cache

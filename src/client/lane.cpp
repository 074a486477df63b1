#include "client/lane.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "client/lanes.hpp"
#include "client/question.hpp"
#include "sandpiper/base/clock.hpp"

namespace sandpiper {
namespace {

using std::chrono::milliseconds;

// CLIENT UNBLOCK says that nobody is blocked when it overtakes the command: then it is said again.
constexpr milliseconds again_min{5};
constexpr unsigned doublings_max = 5;
constexpr milliseconds answer_timeout{1000};

net::settings settings_like(const net::connection& shared, net::listener* told) {
  auto what = shared.configured();
  what.greeting.wants_id = true;
  what.greeting.tracking = false;
  what.patient = true;
  what.keeps_calls = false;
  what.listener = told;
  what.role = "lane";
  return what;
}

std::uint64_t never() { return deadline_after(0, milliseconds::max()); }

// It waits for what its own connection has written: on a lane, nothing yet.
bool waits_for_writes(std::span<const resp::command> commands) {
  const auto name = commands.front().name();
  return commands.front().flags().blocking && !name.empty() && (name[0] == 'W' || name[0] == 'w');
}

}  // namespace

class lane::carried final : public wire::request {
 public:
  carried(lane& on, std::span<const resp::command> commands, bool whole) : on_(on) {
    set_commands(commands);
    set_whole(whole);
    deadline_ms = never();
  }
  void on_reply(std::uint32_t index, const resp::reply_view& reply) noexcept override {
    on_.answered(index, reply, index + 1 == count());
  }
  void on_error(std::uint32_t index, error why) noexcept override {
    on_.failed(index, why, index + 1 == count());
  }

 private:
  lane& on_;
};

lane::lane(lanes& owner, const net::connection& like)
    : owner_(owner),
      link_(std::make_shared<net::connection>(like.strand(), settings_like(like, this))),
      timer_(like.strand()) {}

lane::~lane() = default;

void lane::open() {
  link_->open([](const result<void>&) {});
}

void lane::close(errc why) {
  if (phase_ == phase::gone) return;
  phase_ = phase::gone;
  timer_.cancel();
  using kept = std::pair<std::shared_ptr<lane>, std::shared_ptr<lanes>>;
  link_->close(why, std::make_shared<kept>(shared_from_this(), owner_.shared_from_this()));
}

// --- a ride --------------------------------------------------------------------------------------

void lane::ride(errand& e) {
  riding_ = &e;
  e.on = this;
  e.now = errand::phase::riding;
  phase_ = phase::riding;
  first_ = e.told;
  asked_ = 0;
  ++ride_;
  timer_.cancel();
  link_->allow_silence(e.what == errand::kind::blocking);

  const auto commands = e.commands().subspan(first_);
  carried_ = std::make_unique<carried>(*this, commands, e.who->whole());
  result<void> sent;
  link_->enter([&] {
    // The server counts the writes that a connection knows of up to its last command: this one
    // comes after all that the client's writes were answered.
    if (waits_for_writes(commands)) {
      question::ask(*link_, ping_question(), never(), [](const auto*, const auto*) {});
    }
    sent = link_->submit(*carried_);
  });
  if (!sent) could_not_ride(sent.error());
}

void lane::could_not_ride(const error& why) {
  carried_.reset();
  auto& e = *std::exchange(riding_, nullptr);
  e.on = nullptr;
  phase_ = phase::idle;
  owner_.refuse(e, why);
  if (phase_ == phase::idle) be_idle();
}

void lane::answered(std::uint32_t index, const resp::reply_view& reply, bool last) {
  auto& e = *riding_;
  const auto place = first_ + index;
  if (!last) return owner_.answered(e, place, reply);

  const auto done = std::move(carried_);
  riding_ = nullptr;
  e.on = nullptr;
  timer_.cancel();
  const bool watches = e.what == errand::kind::lease && !reply.is_error();
  if (watches && e.who != nullptr) {
    phase_ = phase::leased;
    e.borrower->where = shared_from_this();
  } else {
    tainted_ = tainted_ || watches;
    phase_ = asking_ || tainted_ ? phase::resting : phase::idle;
  }
  owner_.answered(e, place, reply);
  owner_.finish(e);
  if (phase_ == phase::resting) rest_over();
  if (phase_ == phase::idle) be_idle();
}

void lane::failed(std::uint32_t index, const error& why, bool last) {
  auto& e = *riding_;
  const auto done = last ? std::move(carried_) : nullptr;
  if (last && !aborting_) {
    riding_ = nullptr;
    e.on = nullptr;
    timer_.cancel();
  }
  owner_.failed(e, first_ + index, why);
  if (!last || aborting_) return;
  owner_.ride_failed(e);
  if (phase_ == phase::dialing) owner_.lane_lost(*this);
}

void lane::abandon(const errc* why) {
  link_->enter([&] {
    if (why != nullptr) {
      aborting_ = true;
      link_->abort(*carried_, *why);
      aborting_ = false;
    } else {
      link_->withdraw(*carried_);
      carried_.reset();
    }
  });
  phase_ = phase::resting;
  drain(ping_question());
}

void lane::drain(resp::command last) {
  draining_ = true;
  question::ask(*link_, std::move(last), never(),
                [self = shared_from_this(), keep = owner_.shared_from_this(), this](const auto*,
                                                                                    const auto*) {
                  draining_ = false;
                  if (auto* const e = std::exchange(riding_, nullptr)) {
                    e->on = nullptr;
                    owner_.finish(*e);
                  }
                  rest_over();
                });
}

void lane::rest_over() {
  if (asking_ || draining_) return;
  if (phase_ == phase::dialing) return owner_.lane_lost(*this);
  if (phase_ != phase::resting) return;
  if (tainted_) return owner_.drop(*this);
  phase_ = phase::idle;
  be_idle();
}

void lane::be_idle() {
  link_->allow_silence(false);
  timer_.expires_after(owner_.idle_timeout());
  timer_.async_wait([self = shared_from_this(), ride = ride_](const std::error_code& aborted) {
    if (aborted || self->phase_ != phase::idle || ride != self->ride_) return;
    self->owner_.drop(*self);
  });
  owner_.pump();
}

void lane::give_back(bool clean) {
  if (phase_ != phase::leased) return;
  if (!link_->ready()) return owner_.drop(*this);
  if (clean && link_->quiet()) {
    phase_ = phase::idle;
    return be_idle();
  }
  phase_ = phase::resting;
  drain(resp::command("UNWATCH", {.idempotent = true, .keyless = true}));
}

// --- unblocking ----------------------------------------------------------------------------------

void lane::unblock() {
  link_->allow_silence(false);
  keep_unblocking();
}

void lane::keep_unblocking() {
  if (riding_ == nullptr || !riding_->ending || phase_ != phase::riding) return;
  if (!asking_) ask_to_unblock();
  if (phase_ != phase::riding) return;
  owner_.see_grace(*riding_);
  timer_.expires_after(again_min * (1U << std::min(asked_, doublings_max)));
  timer_.async_wait([self = shared_from_this(), ride = ride_](const std::error_code& aborted) {
    if (!aborted && ride == self->ride_) self->keep_unblocking();
  });
}

void lane::ask_to_unblock() {
  const auto id = link_->connection_id();
  if (id == 0) return owner_.drop(*this);
  resp::command c("CLIENT", {.keyless = true});
  c.add("UNBLOCK").add(id).add("ERROR");
  asking_ = true;
  ++asked_;
  question::ask(owner_.shared(), std::move(c), deadline_after(coarse_now_ms(), answer_timeout),
                [self = shared_from_this(), keep = owner_.shared_from_this()](
                    const auto* reply, const auto* why) { self->told_of_unblocking(reply, why); });
}

void lane::told_of_unblocking(const resp::reply_view* reply, const error* why) {
  asking_ = false;
  tainted_ = tainted_ || (why != nullptr && why->fate() == fate::uncertain);
  if (phase_ == phase::gone) return;
  const bool forbidden = reply != nullptr && reply->is_error();
  if (forbidden && phase_ == phase::riding) return owner_.drop(*this);
  rest_over();
}

// --- the connection ------------------------------------------------------------------------------

void lane::on_ready() noexcept {
  trouble_.clear();
  if (phase_ != phase::dialing) return;
  tainted_ = false;
  phase_ = phase::idle;
  be_idle();
}

void lane::on_lost() noexcept {
  if (phase_ == phase::gone) return;
  if (phase_ == phase::leased) return owner_.drop(*this);
  trouble_ = "the connection was lost";
  const bool busy = riding_ != nullptr || draining_;
  phase_ = phase::dialing;
  timer_.cancel();
  if (!busy) owner_.lane_lost(*this);
}

void lane::on_failed_attempt(const error& why) noexcept {
  trouble_ = why.message();
  if (phase_ == phase::dialing) owner_.dial_failed(*this);
}

}  // namespace sandpiper

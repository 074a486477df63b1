#include "client/lanes.hpp"

#include <asio/post.hpp>

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

#include "client/question.hpp"
#include "sandpiper/base/clock.hpp"

namespace sandpiper {

lanes::lanes(std::shared_ptr<net::connection> shared, const options& o)
    : shared_(std::move(shared)),
      lanes_max_(o.lanes_max),
      line_max_(o.lanes_max + o.lanes_waiting_max),
      gated_max_(o.pending_max),
      large_bytes_min_(o.large_bytes_min),
      idle_timeout_(o.lane_idle_timeout),
      on_orphan_(o.on_orphan),
      deadlines_(coarse_now_ms()),
      deadline_timer_(shared_->strand()) {}

lanes::~lanes() = default;

// --- between threads -----------------------------------------------------------------------------

result<void> lanes::enter_line() {
  if (line_.fetch_add(1) < line_max_) return {};
  line_.fetch_sub(1);
  return error(errc::pipeline_full,
               "as many blocking commands as options::lanes_waiting_max wait for a lane already");
}

void lanes::leave_line() noexcept {
  line_.fetch_sub(1);
  if (waiting_for_room_.load() == 0) return;
  const std::scoped_lock lock(room_mutex_);
  room_.notify_all();
}

result<void> lanes::submit(wire::request& r, const route& way) {
  const bool for_a_lane = way.blocking || way.large;
  if (for_a_lane) {
    if (auto room = enter_line(); !room) return room;
  }
  const bool counted = !way.blocking;
  auto outcome = result<void>();
  if (counted && gated_.fetch_add(1) >= gated_max_) {
    outcome = errc::pipeline_full;
  } else {
    switch (gate_.push(r)) {
      case net::inbox::pushed::behind_others: return {};
      case net::inbox::pushed::first: wake(); return {};
      case net::inbox::pushed::refused: outcome = errc::closed; break;
    }
  }
  if (counted) gated_.fetch_sub(1);
  if (for_a_lane) leave_line();
  return outcome;
}

result<void> lanes::borrow(wire::request& watch, lease& into) {
  if (auto room = enter_line(); !room) return room;
  asio::post(shared_->strand(), [self = shared_from_this(), &watch, &into] {
    self->take_inbox();
    self->admit(watch, &into);
    self->arm_deadlines();
  });
  return {};
}

void lanes::wake() {
  asio::post(shared_->strand(), [self = shared_from_this()] { self->take_inbox(); });
}

void lanes::wait_for_room(std::uint64_t deadline_ms) {
  const auto now = coarse_now_ms();
  const auto span = std::chrono::milliseconds(deadline_ms > now ? deadline_ms - now : 0);
  waiting_for_room_.fetch_add(1);
  std::unique_lock lock(room_mutex_);
  room_.wait_for(lock, span, [&] { return line_.load() < line_max_; });
  waiting_for_room_.fetch_sub(1);
}

void lanes::close(errc why, std::shared_ptr<void> kept) {
  asio::post(shared_->strand(),
             [self = shared_from_this(), why, kept = std::move(kept)] { self->close_now(why); });
}

// --- on the way in -------------------------------------------------------------------------------

void lanes::take_inbox() {
  for (auto* r = gate_.take(); r != nullptr;) {
    auto* const next = r->next_in_inbox;
    admit(*r, nullptr);
    r = next;
  }
  arm_deadlines();
}

errand& lanes::take_in(wire::request& r, errand::kind what) {
  auto e = std::make_shared<errand>();
  e->who = &r;
  e->what = what;
  e->deadline_ms = r.deadline_ms;
  e->counted = what == errand::kind::passing || what == errand::kind::large;
  if (what == errand::kind::blocking || what == errand::kind::lease) {
    e->own.assign(r.commands().begin(), r.commands().end());
    for (auto& command : e->own) command.own();
  }
  e->place = errands_.insert(errands_.end(), e);
  by_request_.emplace(&r, e.get());
  deadlines_.add(r);
  return *e;
}

void lanes::admit(wire::request& r, lease* borrower) {
  const auto way = route_of(r, large_bytes_min_);
  auto what = errand::kind::passing;
  if (borrower != nullptr) {
    what = errand::kind::lease;
  } else if (way.blocking) {
    what = errand::kind::blocking;
  } else if (way.large) {
    what = errand::kind::large;
  }

  const bool held = must_wait(r);
  if (what == errand::kind::passing && !held && !closed_ && submit_shared(r)) {
    gated_.fetch_sub(1);
    return;
  }
  auto& e = take_in(r, what);
  e.borrower = borrower;
  if (held || e.holds()) note_keys(e);
  if (!held) go_on(e.shared_from_this());
}

result<void> lanes::submit_shared(wire::request& r) {
  result<void> sent;
  shared_->enter([&] { sent = shared_->submit(r); });
  return sent;
}

// --- who is held back ----------------------------------------------------------------------------

bool lanes::must_wait(const wire::request& r) const {
  if (holding_ == 0) return false;
  if (held_unknown_ > 0 || !keys_known(r)) return true;
  for (const auto& command : r.commands()) {
    for (std::uint32_t i = 0; i < command.key_count(); ++i) {
      if (held_keys_.contains(std::hash<std::string_view>{}(command.key(i)))) return true;
    }
  }
  return false;
}

bool lanes::held_back(const errand& e) const {
  if (holding_ == 0) return false;
  if (held_unknown_ > 0 || !e.keys_known) return true;
  return std::any_of(e.keys.begin(), e.keys.end(),
                     [this](std::size_t key) { return held_keys_.contains(key); });
}

void lanes::note_keys(errand& e) {
  if (e.keys.empty() && e.who != nullptr) {
    e.keys_known = keys_known(*e.who);
    for (const auto& command : e.who->commands()) {
      for (std::uint32_t i = 0; i < command.key_count(); ++i) {
        e.keys.push_back(std::hash<std::string_view>{}(command.key(i)));
      }
    }
  }
  e.noted = true;
  ++holding_;
  if (!e.keys_known) ++held_unknown_;
  held_keys_.insert(e.keys.begin(), e.keys.end());
}

// From the front, so that each waits for those before it only.
void lanes::release_held() {
  release_again_ = true;
  if (releasing_) return;
  releasing_ = true;
  while (std::exchange(release_again_, false)) {
    std::vector<owned_errand> free;
    held_keys_.clear();
    holding_ = held_unknown_ = 0;
    for (const auto& e : errands_) {
      if (!e->noted) continue;
      const bool held = e->now == errand::phase::held && held_back(*e);
      if (e->now == errand::phase::held && !held) free.push_back(e);
      e->noted = false;
      if (held || e->holds()) note_keys(*e);
    }
    for (const auto& e : free) {
      if (e->now == errand::phase::held) go_on(e);
    }
  }
  releasing_ = false;
}

void lanes::go_on(const owned_errand& e) {
  if (closed_) {
    tell_rest(*e, errc::closed);
    return finish(*e);
  }
  if (e->what == errand::kind::passing) return pass_on(*e);
  shared_->quiet() ? enqueue(e) : fence(e);
}

// What came before it must be answered before it may run elsewhere.
void lanes::fence(const owned_errand& e) {
  e->now = errand::phase::fencing;
  question::ask(
      *shared_, ping_question(), e->deadline_ms,
      [self = shared_from_this(), weak = std::weak_ptr(e)](const auto* reply, const auto* why) {
        const auto one = weak.lock();
        if (!one || one->now != errand::phase::fencing) return;
        if (reply != nullptr) return self->enqueue(one);
        if (*why == errc::pipeline_full) return self->refuse(*one, *why);
        if (*why == errc::maybe_executed) self->go_on(one);
      });
}

void lanes::enqueue(const owned_errand& e) {
  e->now = errand::phase::queued;
  queue_.push_back(e);
  pump();
}

void lanes::pass_on(errand& e) {
  auto& r = *e.who;
  net::deadlines::remove(r);
  if (auto sent = submit_shared(r); !sent) return refuse(e, sent.error());
  by_request_.erase(&r);
  e.who = nullptr;
  finish(e);
}

// --- the pool ------------------------------------------------------------------------------------

std::size_t lanes::count(lane::phase now) const noexcept {
  return static_cast<std::size_t>(std::count_if(
      lanes_.begin(), lanes_.end(), [now](const auto& one) { return one->now() == now; }));
}

std::size_t lanes::queued() noexcept {
  std::erase_if(queue_, [](const auto& e) { return e->now != errand::phase::queued; });
  return queue_.size();
}

lane* lanes::idle_lane() noexcept {
  for (const auto& one : lanes_) {
    if (one->now() == lane::phase::idle) return one.get();
  }
  return nullptr;
}

void lanes::pump() {
  if (pumping_ || closed_) return;
  pumping_ = true;
  while (queued() > 0) {
    auto* const free = idle_lane();
    if (free == nullptr) break;
    const auto e = std::move(queue_.front());
    queue_.pop_front();
    free->ride(*e);
  }
  pumping_ = false;
  dial();
}

void lanes::dial() {
  const auto waiting = queued();
  auto dialing = count(lane::phase::dialing);
  for (; dialing < waiting && lanes_.size() < lanes_max_; ++dialing) {
    lanes_.push_back(std::make_shared<lane>(*this, *shared_));
    lanes_.back()->open();
  }
  if (dialing < waiting) pass_large_on();
}

// Late is worse than in the way of others.
void lanes::pass_large_on() {
  const auto waiting = queue_;
  for (const auto& e : waiting) {
    const bool may = e->now == errand::phase::queued && e->holds() && e->told == 0;
    if (may && e->resent == 0) pass_on(*e);
  }
}

void lanes::drop(lane& one) {
  const auto kept = one.shared_from_this();
  std::erase(lanes_, kept);
  one.close(errc::closed);
  pump();
}

void lanes::lane_lost(lane& one) {
  if (count(lane::phase::dialing) > queued()) return drop(one);
  pump();
}

void lanes::dial_failed(lane& one) {
  pass_large_on();
  lane_lost(one);
}

void lanes::close_now(errc why) {
  if (closed_) return;
  closed_ = true;
  for (auto* late = gate_.close(); late != nullptr;) {
    auto* const next = late->next_in_inbox;
    admit(*late, nullptr);
    late = next;
  }
  const auto open = std::exchange(lanes_, {});
  for (const auto& one : open) one->close(why);
  const std::vector<owned_errand> all(errands_.begin(), errands_.end());
  for (const auto& e : all) {
    if (e->now == errand::phase::riding || e->now == errand::phase::over) continue;
    tell_rest(*e, error(why, e->resent > 0 ? fate::uncertain : fate::unsent));
    finish(*e);
  }
  deadline_timer_.cancel();
}

}  // namespace sandpiper

#include "sandpiper/wire/session.hpp"

#include <algorithm>
#include <cassert>
#include <string>

#include "wire/retry.hpp"

namespace sandpiper::wire {
namespace {

constexpr std::size_t flights_min = 256;

std::size_t bytes_from(const request& r, std::uint32_t index) {
  std::size_t bytes = 0;
  for (const auto& command : r.commands().subspan(index)) bytes += command.size_bytes();
  return bytes;
}

}  // namespace

session::session(session_limits limits)
    : limits_(limits), parser_(limits.resp), flights_(flights_min) {
  assert(limits.in_flight_max > 0);
}

void session::submit(request& r) {
  waiting_.push_back(r);
  waiting_bytes_ += bytes_from(r, r.staged_);
}

std::uint32_t session::withdraw(request& r) {
  if (r.waiting_) {
    waiting_.erase(r);
    waiting_bytes_ -= bytes_from(r, r.staged_);
  }
  const auto in_flight_from = std::max(r.completed_, r.first_staged_);
  for (auto index = in_flight_from; index < r.staged_; ++index) {
    const auto n = r.first_flight_ + index - r.first_staged_;
    flight_at(n).who = nullptr;
    if (!ended_) remember_orphan(n, r.first_[index]);
  }
  if (in_flight_from < r.staged_) out_.keep(&r);
  r.completed_ = r.count_;
  check();
  return std::max(r.staged_, r.maybe_run_);
}

void session::remember_orphan(std::uint64_t n, const resp::command& command) {
  if (command.flags().read_only) return;
  if (orphans_.size() > 2 * in_flight()) {
    std::erase_if(orphans_, [this](const orphan& one) { return one.flight < flights_head_; });
  }
  orphans_.push_back({n, command.keys_known(), retry_walk::key_hashes(command)});
}

bool session::stage() {
  assert(!ended_);
  while (!waiting_.empty() && fits_in_flight(*waiting_.front()) &&
         out_.size() < limits_.staged_bytes_max) {
    stage_front();
  }
  check();
  return out_.size() > 0;
}

bool session::fits_in_flight(const request& r) const noexcept {
  const std::size_t wanted = r.whole_ ? r.count_ : 1;
  return in_flight() + wanted <= limits_.in_flight_max;
}

void session::stage_front() {
  request& r = *waiting_.front();
  stage_next();
  while (r.whole_ && r.waiting_) stage_next();
}

void session::stage_next() {
  request& r = *waiting_.front();
  const auto& command = r.first_[r.staged_];
  if (in_flight() == flights_.size()) grow_flights();
  if (r.staged_ == std::max(r.completed_, r.first_staged_)) {  // none of it is in flight
    r.first_staged_ = r.staged_;
    r.first_flight_ = flights_tail_;
  }

  out_.append(command, &r);
  if (limits_.subscriber) confirmations_.expect(command);
  waiting_bytes_ -= command.size_bytes();
  flight_at(flights_tail_++) = {&r, out_.staged()};
  ++commands_staged_;
  if (++r.staged_ == r.count_) waiting_.erase(r);
}

void session::grow_flights() {
  std::vector<flight> larger(flights_.size() * 2);
  for (auto n = flights_head_; n < flights_tail_; ++n) {
    larger[n & (larger.size() - 1)] = flight_at(n);
  }
  flights_ = std::move(larger);
}

void session::received(std::size_t n) {
  in_.commit(n);
  parser_.parse(in_.data());
  parsed_ = true;
}

bool session::next_value(resp::reply_view& reply) {
  while (parsed_) {
    if (parser_.next(reply)) return true;
    parsed_ = false;
    if (const auto* why = parser_.failure()) {
      if (!failure_) failure_ = *why;
      return false;
    }
    in_.consume(parser_.consume());
  }
  return false;
}

confirmations::sort session::sort_of(const resp::reply_view& value) const noexcept {
  if (limits_.subscriber) return confirmations_.sort_of(value);
  return value.type() == resp::kind::push ? confirmations::sort::message
                                          : confirmations::sort::answer;
}

bool session::next(event& e) {
  if (failure_ || !next_value(e.reply)) return false;

  const auto sort = sort_of(e.reply);
  e.push = sort == confirmations::sort::message;
  if (e.push) {
    e.who = nullptr;
    return true;
  }
  const bool asked = sort == confirmations::sort::answer && flights_head_ < flights_tail_ &&
                     answered_end_ < out_.sent();
  if (!asked) {
    failure_.emplace(errc::malformed, "the server sent a reply that nobody asked for");
    return false;
  }
  if (limits_.subscriber) confirmations_.answered();
  const auto answered = flight_at(flights_head_++);
  answered_end_ = answered.end;
  e.who = answered.who;
  if (e.who == nullptr) return true;

  e.index = e.who->completed_++;
  e.last = e.who->completed_ == e.who->count_;
  if (answered.end > out_.sent()) out_.keep(e.who);  // answered before it was wholly written
  return true;
}

// The first command of `r` whose last byte was not handed to the transport.
std::uint32_t session::handed_over(const request& r) {
  auto index = std::max(r.completed_, r.first_staged_);
  while (index < r.staged_ &&
         flight_at(r.first_flight_ + index - r.first_staged_).end <= out_.sent()) {
    ++index;
  }
  return index;
}

// From the last to the first, for what a command may do depends on what came after it.
std::vector<session::prospect> session::prospects() {
  std::sort(orphans_.begin(), orphans_.end(),
            [](const orphan& a, const orphan& b) { return a.flight < b.flight; });
  retry_walk walk;
  std::vector<prospect> found;
  for (auto n = flights_tail_; n-- > flights_head_;) {
    const auto& [who, end] = flight_at(n);
    if (who == nullptr) {
      while (!orphans_.empty() && orphans_.back().flight > n) orphans_.pop_back();
      const bool wrote = !orphans_.empty() && orphans_.back().flight == n;
      if (wrote && end <= out_.sent()) walk.add(orphans_.back().keys, orphans_.back().keys_known);
    } else if (found.empty() || found.back().who != who) {
      const auto handed = handed_over(*who);
      const auto maybe_run = who->commands().subspan(who->completed_, handed - who->completed_);
      const bool broken = who->whole() && who->completed() > 0;  // its beginning was answered
      const bool resend =
          walk.may_run_again(maybe_run) && who->resent_ < limits_.resends_max && !broken;
      found.push_back({who, handed, resend});
    }
  }
  std::reverse(found.begin(), found.end());
  return found;
}

void session::lose(std::string_view cause) {
  assert(!ended_);
  const auto in_flight = prospects();
  waiting_list behind = waiting_;  // what was never staged goes behind what was
  waiting_ = {};
  flights_head_ = flights_tail_ = 0;
  for (const auto& one : in_flight) {
    if (one.who->waiting_) behind.erase(*one.who);
    settle(one);
  }
  while (!behind.empty()) {
    request& r = *behind.front();
    behind.erase(r);
    r.first_staged_ = r.staged_ = r.completed_;
    waiting_.push_back(r);
  }
  ended_.emplace(errc::maybe_executed, std::string(cause));
  handed_tail_ = flights_tail_;
  forget_connection();
}

void session::settle(const prospect& p) {
  request& r = *p.who;
  r.first_staged_ = r.staged_ = r.completed_;
  if (r.whole_ && settle_whole(r, p.handed)) return;
  if (p.handed > r.completed_) {
    r.maybe_run_ = std::max(r.maybe_run_, p.handed);
    if (p.resend) {
      ++r.resent_;
      commands_resent_ += p.handed - r.completed_;
    } else {
      r.first_flight_ = flights_tail_;
      for (; r.staged_ < p.handed; ++r.staged_) flight_at(flights_tail_++) = {&r, 0};
    }
  }
  if (r.staged_ < r.count_) waiting_.push_back(r);
}

// True: it is settled.
bool session::settle_whole(request& r, std::uint32_t handed) {
  if (handed == r.count_) return false;
  if (r.completed_ == 0) {
    waiting_.push_back(r);
    return true;
  }
  r.nothing_ran_ = true;
  r.first_flight_ = flights_tail_;
  for (; r.staged_ < r.count_; ++r.staged_) flight_at(flights_tail_++) = {&r, 0};
  return true;
}

void session::close(const error& why) {
  assert(!ended_);
  handed_tail_ = flights_head_;
  while (handed_tail_ < flights_tail_ && flight_at(handed_tail_).end <= out_.sent()) {
    ++handed_tail_;
  }
  for (auto n = handed_tail_; n < flights_tail_; ++n) {
    if (auto* const who = flight_at(n).who) who->nothing_ran_ = who->whole_;
  }
  ended_.emplace(why);
  closed_ = true;
  forget_connection();
}

bool session::next_unanswered(unanswered& u) {
  if (!ended_) return false;
  while (flights_head_ < flights_tail_) {
    const auto n = flights_head_++;
    request* const who = flight_at(n).who;
    if (who == nullptr) continue;
    name(u, *who, n < handed_tail_);
    return true;
  }
  if (closed_ && !waiting_.empty()) {
    request& r = *waiting_.front();
    waiting_bytes_ -= r.first_[r.staged_++].size_bytes();
    if (r.staged_ == r.count_) waiting_.erase(r);
    name(u, r, false);
    return true;
  }
  ended_.reset();
  closed_ = false;
  flights_head_ = flights_tail_ = 0;
  check();
  return false;
}

void session::name(unanswered& u, request& r, bool maybe_run) {
  u.who = &r;
  u.index = r.completed_++;
  u.last = r.completed_ == r.count_;
  const bool uncertain = !r.nothing_ran_ && (maybe_run || u.index < r.maybe_run_);
  u.why = ended_->with(uncertain ? fate::uncertain : fate::unsent);
}

void session::forget_connection() {
  out_.clear();
  in_.clear();
  parser_.reset();
  parsed_ = false;
  answered_end_ = 0;
  orphans_.clear();
  confirmations_.clear();
  failure_.reset();

  waiting_bytes_ = 0;
  for (const request* r = waiting_.front(); r; r = r->place_.next) {
    waiting_bytes_ += bytes_from(*r, r->staged_);
  }
  check();
}

void session::check() const {
  assert(flights_head_ <= flights_tail_);
  assert(in_flight() <= limits_.in_flight_max);
  assert(ended_ || !closed_);
  assert(answered_end_ <= out_.staged());
  assert(waiting_.empty() == (waiting_bytes_ == 0));
  assert(ended_ || confirmations_.size() == (limits_.subscriber ? in_flight() : 0));
}

}  // namespace sandpiper::wire

#include "client/feed.hpp"

#include <algorithm>
#include <utility>

#include "sandpiper/base/clock.hpp"

namespace sandpiper {
namespace {

std::chrono::steady_clock::time_point in(std::chrono::milliseconds span) {
  return std::chrono::steady_clock::now() +
         std::clamp(span, std::chrono::milliseconds(0), options::time_max);
}

template <class Waiter>
Waiter* take_first(std::vector<Waiter*>& waiters) {
  auto* const first = waiters.front();
  waiters.erase(waiters.begin());
  return first;
}

}  // namespace

feed::feed(std::weak_ptr<hub> of, const subscription_options& o, std::chrono::milliseconds timeout,
           exception_handler on_exception)
    : of_(std::move(of)), timeout_(timeout), on_exception_(on_exception), queue_(o) {}

// --- readers -------------------------------------------------------------------------------------

result<message> feed::take() {
  if (readable()) return queue_.pop();
  return ended_ ? *ended_ : error(errc::deadline_exceeded);
}

result<message> feed::next(std::chrono::milliseconds timeout) {
  lock held(mutex_);
  if (handler_) return error(errc::bad_request, "a callback takes the messages of this stream");
  ++sleepers_;
  arrived_.wait_until(held, in(timeout), [this] { return readable() || over(); });
  --sleepers_;
  return take();
}

result<void> feed::confirmed(std::chrono::milliseconds timeout) {
  lock held(mutex_);
  if (changed_.wait_until(held, in(timeout), [this] { return settled(); })) {
    return take_confirmation();
  }
  return errc::deadline_exceeded;
}

bool feed::settled() const noexcept {
  return ended_ || refusal_ || (on_their_way_ == 0 && unconfirmed_ == 0);
}

result<void> feed::take_confirmation() {
  if (ended_) return *ended_;
  if (!refusal_) return {};
  auto why = *std::move(refusal_);
  refusal_.reset();
  return why;
}

bool feed::enlist(next_message& waiter) {
  const lock held(mutex_);
  if (handler_) {
    waiter.value_.emplace(error(errc::bad_request, "a callback takes the messages"));
    return false;
  }
  if (!readable() && !over()) {
    readers_.push_back(&waiter);
    return true;
  }
  waiter.value_.emplace(take());
  return false;
}

bool feed::enlist(all_confirmed& waiter) {
  const lock held(mutex_);
  if (!settled()) {
    confirming_.push_back(&waiter);
    return true;
  }
  waiter.value_.emplace(take_confirmation());
  return false;
}

void feed::forget(next_message& waiter) noexcept {
  const lock held(mutex_);
  std::erase(readers_, &waiter);
}

void feed::forget(all_confirmed& waiter) noexcept {
  const lock held(mutex_);
  std::erase(confirming_, &waiter);
}

void feed::set_handler(std::shared_ptr<message_handler> handler) {
  const lock held(mutex_);
  if (!abandoned_) handler_.swap(handler);
}

bool feed::live() const {
  const lock held(mutex_);
  return !ended_ && on_their_way_ == 0 && unconfirmed_ == 0;
}

bool feed::ended() const {
  const lock held(mutex_);
  return ended_.has_value();
}

subscription_counts feed::counts() const {
  const lock held(mutex_);
  return queue_.counts();
}

// --- its end -------------------------------------------------------------------------------------

void feed::end(const error& why) {
  const lock held(mutex_);
  if (ended_) return;
  ended_ = why;
  recovering_ = false;
  arrived_.notify_all();
  changed_.notify_all();
}

void feed::abandon() noexcept {
  std::shared_ptr<message_handler> handler;  // destroyed without the lock
  lock held(mutex_);
  if (!ended_) ended_ = errc::closed;
  abandoned_ = true;
  recovering_ = false;
  queue_.clear();
  handler.swap(handler_);
  arrived_.notify_all();
  changed_.notify_all();
  const auto me = std::this_thread::get_id();
  changed_.wait(held, [&] { return calling_ == std::thread::id() || calling_ == me; });
  held.unlock();
}

// --- the hub -------------------------------------------------------------------------------------

bool feed::due() const noexcept {
  const bool waited_for = handler_ || !readers_.empty();
  return (waited_for && (readable() || over())) || (!confirming_.empty() && settled());
}

bool feed::changed() noexcept {
  if (settled()) changed_.notify_all();
  if (sleepers_ > 0 && readable()) arrived_.notify_all();
  return due();
}

void feed::asked() {
  const lock held(mutex_);
  ++on_their_way_;
}

bool feed::applied(std::size_t unconfirmed) {
  const lock held(mutex_);
  --on_their_way_;
  unconfirmed_ += unconfirmed;
  return changed();
}

bool feed::topic_confirmed() {
  const lock held(mutex_);
  if (--unconfirmed_ == 0) recovering_ = false;
  return changed();
}

bool feed::topic_refused(message event, const error& why) {
  const lock held(mutex_);
  if (ended_) return false;
  if (!refusal_) refusal_ = why;
  queue_.push_event(std::move(event));
  if (--unconfirmed_ == 0) recovering_ = false;
  return changed();
}

void feed::topic_lost(std::chrono::system_clock::time_point since, std::string_view why) {
  const lock held(mutex_);
  ++unconfirmed_;
  if (ended_) return;
  recovering_ = true;
  message gap;
  gap.type = message::kind::gap;
  gap.payload = why;
  gap.since = since;
  queue_.push_event(std::move(gap));
}

bool feed::topic_left(bool was_confirmed) {
  const lock held(mutex_);
  if (!was_confirmed && --unconfirmed_ == 0) recovering_ = false;
  return changed();
}

bool feed::offer(message one) {
  const lock held(mutex_);
  if (ended_) return false;
  if (!queue_.push(std::move(one))) {
    ended_.emplace(errc::over_limit,
                   "the queue of this subscription is full: read it faster, or "
                   "raise queue_max or queue_bytes_max");
    recovering_ = false;
    arrived_.notify_all();
    changed_.notify_all();
    return true;
  }
  if (sleepers_ > 0) arrived_.notify_one();
  return due();
}

std::uint64_t feed::next_deadline_ms() const {
  const lock held(mutex_);
  std::uint64_t next = UINT64_MAX;
  for (const auto* each : confirming_) next = std::min(next, each->deadline_ms_);
  return next;
}

void feed::run(std::uint64_t now_ms) {
  lock held(mutex_);
  if (std::exchange(running_, true)) return;  // called from a callback: the outer one goes on
  while (settle_one(held, now_ms) || run_one(held)) {
  }
  running_ = false;
}

// False: there is nothing to do.
bool feed::run_one(lock& held) {
  if (!readable() && !over()) return false;
  if (handler_) {
    call_handler(held);
    return true;
  }
  if (readers_.empty()) return false;
  auto* const reader = take_first(readers_);
  reader->value_.emplace(take());
  const auto waiter = reader->waiter_;
  reader->waiter_ = nullptr;
  held.unlock();
  waiter.resume();
  held.lock();
  return true;
}

bool feed::settle_one(lock& held, std::uint64_t now_ms) {
  const auto found = std::find_if(confirming_.begin(), confirming_.end(), [&](auto* each) {
    return settled() || each->deadline_ms_ <= now_ms;
  });
  if (found == confirming_.end()) return false;
  auto* const one = *found;
  confirming_.erase(found);
  one->value_.emplace(settled() ? take_confirmation() : result<void>(errc::deadline_exceeded));
  const auto waiter = one->waiter_;
  one->waiter_ = nullptr;
  held.unlock();
  waiter.resume();
  held.lock();
  return true;
}

// The last word of a stream is said once. The handler is let go before abandon() may return.
void feed::call_handler(lock& held) {
  auto handler = over() ? std::exchange(handler_, nullptr) : handler_;
  auto value = take();
  calling_ = std::this_thread::get_id();
  held.unlock();
  try {
    handler->on_message(std::move(value));
  } catch (...) {
    if (on_exception_) on_exception_(std::current_exception());
  }
  handler.reset();
  held.lock();
  calling_ = {};
  changed_.notify_all();
}

}  // namespace sandpiper

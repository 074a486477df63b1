#include "sandpiper/client/subscription.hpp"

#include "client/hub.hpp"
#include "client/parts.hpp"
#include "sandpiper/base/clock.hpp"

namespace sandpiper {
namespace {

result<void> check(const topics& what) {
  for (const auto* names : {&what.channels, &what.patterns, &what.shards}) {
    for (const auto& name : *names) {
      if (name.size() <= topics::name_bytes_max) continue;
      return error(errc::bad_request, "the name of a channel has " + std::to_string(name.size()) +
                                          " bytes; give " + std::to_string(topics::name_bytes_max) +
                                          " at most");
    }
  }
  return {};
}

result<void> check(const subscription_options& o) {
  if (o.queue_max > 0 && o.queue_bytes_max > 0) return {};
  return error(errc::bad_request,
               "queue_max or queue_bytes_max is 0, so no message could ever be read; give at "
               "least 1");
}

// What a thread must not wait for here is not waited for.
bool would_deadlock(const std::shared_ptr<hub>& h) { return h && h->would_deadlock(); }

error no_waiting_here() {
  return {errc::would_deadlock, "use each() or co_await here, or wait on another thread"};
}

}  // namespace

std::string_view to_string(message::kind k) noexcept {
  switch (k) {
    case message::kind::channel: return "channel";
    case message::kind::pattern: return "pattern";
    case message::kind::shard: return "shard";
    case message::kind::gap: return "gap";
    case message::kind::refused: return "refused";
  }
  return "?";
}

result<subscription> client::listen(std::vector<std::string> channels) const {
  return listen(std::move(channels), {});
}

result<subscription> client::listen(std::vector<std::string> channels,
                                    subscription_options o) const {
  if (auto sane = check(o); !sane) return std::move(sane).error();
  auto opened = home_->client_core().inside().subscriptions->open(o, timeout_);
  if (!opened) return std::move(opened).error();
  subscription one(*std::move(opened));
  auto added = one.add({.channels = std::move(channels),
                        .patterns = std::move(o.patterns),
                        .shards = std::move(o.shards)});
  if (!added) return std::move(added).error();
  return one;
}

result<subscription> client::subscribe(std::vector<std::string> channels) const {
  return subscribe(std::move(channels), {});
}

result<subscription> client::subscribe(std::vector<std::string> channels,
                                       subscription_options o) const {
  if (home_->client_core().inside().subscriptions->would_deadlock()) {
    return error(errc::would_deadlock, "use listen() here, or wait on another thread");
  }
  auto one = listen(std::move(channels), std::move(o));
  if (!one) return one;
  if (auto done = one->confirmed(timeout_); !done) return std::move(done).error();
  return one;
}

subscription& subscription::operator=(subscription&& other) noexcept {
  if (this == &other) return *this;
  close();
  feed_ = std::move(other.feed_);
  return *this;
}

void subscription::close() noexcept {
  if (!feed_) return;
  feed_->abandon();
  if (const auto at = feed_->of().lock()) at->leave(feed_);
}

result<message> subscription::next(std::chrono::milliseconds timeout) {
  const auto from = feed_;  // this object may go meanwhile
  if (!would_deadlock(from->of().lock())) return from->next(timeout);
  auto one = from->next(std::chrono::milliseconds(0));
  if (!one && one.error() == errc::deadline_exceeded) return no_waiting_here();
  return one;
}

result<void> subscription::confirmed(std::chrono::milliseconds timeout) {
  const auto from = feed_;
  const auto at = from->of().lock();
  const bool here = would_deadlock(at);
  auto done = from->confirmed(here ? std::chrono::milliseconds(0) : timeout);
  if (done || done.error() != errc::deadline_exceeded) return done;
  if (here) return no_waiting_here();
  return error(errc::deadline_exceeded, at ? at->trouble() : std::string());
}

result<void> subscription::add(topics what) {
  if (auto sane = check(what); !sane) return sane;
  const auto at = feed_->of().lock();
  if (!at || feed_->ended()) return errc::closed;
  at->add(feed_, std::move(what));
  return {};
}

result<void> subscription::remove(topics what) {
  const auto at = feed_->of().lock();
  if (!at || feed_->ended()) return errc::closed;
  at->remove(feed_, std::move(what));
  return {};
}

bool subscription::live() const { return feed_->live(); }

subscription_counts subscription::counts() const { return feed_->counts(); }

void subscription::set_handler(std::shared_ptr<message_handler> handler) {
  feed_->set_handler(std::move(handler));
  if (const auto at = feed_->of().lock()) at->wake(feed_);
}

// --- coroutines ----------------------------------------------------------------------------------

bool next_message::await_suspend(std::coroutine_handle<> waiter) {
  waiter_ = waiter;
  const auto keep = feed_;  // once it is enlisted, this may be resumed, even gone
  return keep->enlist(*this);
}

next_message::~next_message() { feed_->forget(*this); }

bool all_confirmed::await_suspend(std::coroutine_handle<> waiter) {
  waiter_ = waiter;
  deadline_ms_ = deadline_after(coarse_now_ms(), feed_->timeout());
  const auto keep = feed_;
  if (!keep->enlist(*this)) return false;
  if (const auto at = keep->of().lock()) at->watch(keep);
  return true;
}

all_confirmed::~all_confirmed() { feed_->forget(*this); }

}  // namespace sandpiper

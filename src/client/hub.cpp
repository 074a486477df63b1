#include "client/hub.hpp"

#include <asio/post.hpp>

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#include "net/loop_of.hpp"
#include "sandpiper/base/clock.hpp"

namespace sandpiper {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

constexpr milliseconds tick_max{1000};

// What a server says of itself, not of the name: it passes.
bool passes(const error& why) {
  for (const auto each : {server_errc::busy, server_errc::loading, server_errc::tryagain,
                          server_errc::clusterdown, server_errc::masterdown}) {
    if (why == each) return true;
  }
  return false;
}

template <class Each>
void each_name(const topics& what, Each each) {
  for (const auto& name : what.channels) each(topic_kind::channel, name);
  for (const auto& name : what.patterns) each(topic_kind::pattern, name);
  for (const auto& name : what.shards) each(topic_kind::shard, name);
}

struct word {
  std::string_view text;
  topic_kind kind;
};
constexpr std::array<word, 3> endings = {{{"unsubscribe", topic_kind::channel},
                                          {"punsubscribe", topic_kind::pattern},
                                          {"sunsubscribe", topic_kind::shard}}};

std::string copy(const resp::reply_view& text) { return std::string(text.text()); }

}  // namespace

hub::hub(surroundings where)
    : where_(std::move(where)),
      tick_span_(std::clamp(where_.connecting.stall_timeout / 2, milliseconds(1), tick_max)),
      tick_timer_(where_.calls->strand()),
      deadline_timer_(where_.calls->strand()) {}

// --- any thread ----------------------------------------------------------------------------------

template <class Call>
void hub::on_strand(Call call) {
  where_.calls->on_strand_do([weak = weak_from_this(), call = std::move(call)] {
    const auto self = weak.lock();
    if (!self) return;
    call(*self);
    self->run_due();
  });
}

result<std::shared_ptr<feed>> hub::open(const subscription_options& o, milliseconds timeout) {
  auto one = std::make_shared<feed>(weak_from_this(), o, timeout, where_.on_exception);
  const std::scoped_lock lock(mutex_);
  if (closed_) return errc::closed;
  feeds_.insert(one);
  return one;
}

void hub::add(const std::shared_ptr<feed>& f, topics what) {
  f->asked();
  on_strand([f, what = std::move(what)](hub& self) { self.join(f, what); });
}

void hub::remove(const std::shared_ptr<feed>& f, topics what) {
  on_strand([f, what = std::move(what)](hub& self) {
    each_name(what, [&](topic_kind kind, const std::string& name) {
      auto* const one = self.find(kind, name);
      if (one == nullptr || f->joined.erase(one) == 0) return;
      self.part(*f, *one);
      self.due(f, true);
    });
    self.close_line_if_idle();
  });
}

void hub::leave(const std::shared_ptr<feed>& f) {
  on_strand([f](hub& self) {
    self.part_from_all(f);
    self.due(f, true);
  });
}

void hub::wake(const std::shared_ptr<feed>& f) {
  on_strand([f](hub& self) { self.due(f, true); });
}

void hub::watch(const std::shared_ptr<feed>&) {
  on_strand([](hub& self) { self.expire(); });
}

// Not from within: whoever destroys a client in a callback is not to meet other callbacks there.
void hub::close() {
  std::vector<std::shared_ptr<feed>> all;
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    all.assign(feeds_.begin(), feeds_.end());
  }
  for (const auto& each : all) each->end(errc::closed);
  asio::post(where_.calls->strand(), [self = shared_from_this()] {
    self->where_.calls->on_strand_do([self] { self->shut(); });
  });
}

bool hub::would_deadlock() const noexcept {
  if (where_.calls->on_its_thread()) return true;
  const auto* loop = net::loop_of(where_.executor);
  return loop != nullptr && loop->running_in_this_thread();
}

std::string hub::trouble() const {
  const std::scoped_lock lock(mutex_);
  return trouble_.empty() ? std::string() : "there is no connection: " + trouble_;
}

// --- topics --------------------------------------------------------------------------------------

topic* hub::find(topic_kind kind, std::string_view name) noexcept {
  auto& names = map_of(kind);
  const auto found = names.find(name);
  return found == names.end() ? nullptr : &found->second;
}

void hub::join(const std::shared_ptr<feed>& f, const topics& what) {
  if (shut_ || f->ended()) return due(f, f->applied(0));
  std::size_t unconfirmed = 0;
  std::vector<topic*> joined;
  each_name(what, [&](topic_kind kind, const std::string& name) {
    const auto [at, fresh] = map_of(kind).try_emplace(name);
    auto& one = at->second;
    one.kind = kind;
    one.name = &at->first;
    if (!f->joined.insert(&one).second) return;
    if (one.feeds.empty()) ++wanted_;
    one.feeds.push_back(f);
    joined.push_back(&one);
    if (one.at != topic::state::subscribed) ++unconfirmed;
  });
  due(f, f->applied(unconfirmed));
  if (!joined.empty() && !line_) open_line();
  for (auto* each : joined) reconcile(*each);
}

void hub::part(feed& f, topic& from) {
  const auto place = std::find_if(from.feeds.begin(), from.feeds.end(),
                                  [&f](const auto& each) { return each.get() == &f; });
  std::swap(*place, from.feeds.back());
  const auto keep = std::move(from.feeds.back());
  from.feeds.pop_back();
  if (from.feeds.empty()) --wanted_;
  due(keep, f.topic_left(from.at == topic::state::subscribed));
  reconcile(from);
}

void hub::part_from_all(const std::shared_ptr<feed>& f) {
  for (auto* each : std::exchange(f->joined, {})) part(*f, *each);
  {
    const std::scoped_lock lock(mutex_);
    feeds_.erase(f);
  }
  close_line_if_idle();
}

// May erase it.
void hub::reconcile(topic& one) {
  using enum topic::state;
  const bool wanted = !one.feeds.empty();
  const bool ready = line_ && line_->ready();
  if (!wanted && (one.at == idle || !ready)) {
    auto& names = map_of(one.kind);
    names.erase(names.find(*one.name));
    return;
  }
  const bool must_ask = wanted ? one.at == idle : one.at == subscribed;
  if (!ready || !must_ask) return;
  const auto asked = line_->ask(one.kind, *one.name, wanted);
  if (!asked) {
    retry_ = true;
    return;
  }
  one.at = wanted ? subscribing : unsubscribing;
}

void hub::reconcile_all() {
  std::vector<topic*> all;
  for (auto& names : topics_) {
    for (auto& each : names) all.push_back(&each.second);
  }
  for (auto* each : all) reconcile(*each);
}

void hub::open_line() {
  line_ = std::make_shared<subscriber_line>(where_.calls->strand(), where_.connecting, *this);
  line_->open();
  arm_tick();
}

void hub::close_line_if_idle() {
  if (!line_ || wanted_ > 0) return;
  for (auto& names : topics_) names.clear();
  std::exchange(line_, nullptr)->let_go();
  tick_timer_.cancel();
  retry_ = false;
}

// --- what the server says ------------------------------------------------------------------------

void hub::on_ready() noexcept {
  heard_ = system_clock::now();
  {
    const std::scoped_lock lock(mutex_);
    trouble_.clear();
  }
  reconcile_all();
}

void hub::on_trouble(const error& why) noexcept {
  const std::scoped_lock lock(mutex_);
  trouble_ = why.message();
}

void hub::on_lost(std::string_view why) noexcept {
  {
    const std::scoped_lock lock(mutex_);
    trouble_ = why;
  }
  for (auto& names : topics_) {
    for (auto& [name, each] : names) {
      const auto was = std::exchange(each.at, topic::state::idle);
      if (was != topic::state::subscribed) continue;
      for (const auto& f : each.feeds) f->topic_lost(heard_, why);
    }
  }
  reconcile_all();
}

void hub::on_answer(topic_kind kind, const std::string& name, bool begin,
                    const error* why) noexcept {
  using enum topic::state;
  auto* const one = find(kind, name);
  if (one == nullptr || one->at != (begin ? subscribing : unsubscribing)) return;
  heard_ = system_clock::now();
  if (why == nullptr) {
    one->at = begin ? subscribed : idle;
    if (begin) confirm(*one);
    reconcile(*one);
  } else if (why->fate() != fate::answered || passes(*why)) {
    retry_ = true;
    one->at = begin ? idle : subscribed;
    if (!begin) confirm(*one);  // whoever came meanwhile has what he wants
  } else if (begin) {
    refused(*one, *why);
  } else {
    one->at = idle;  // it will not be told of: what comes finds nobody
    reconcile(*one);
  }
  close_line_if_idle();
  run_due();
}

void hub::confirm(topic& one) {
  for (const auto& f : one.feeds) due(f, f->topic_confirmed());
}

void hub::refused(topic& one, const error& why) {
  message event;
  event.type = message::kind::refused;
  (one.kind == topic_kind::pattern ? event.pattern : event.channel) = *one.name;
  event.payload = why.message();
  const auto named = why.at(*one.name);
  one.at = topic::state::idle;
  if (!one.feeds.empty()) --wanted_;
  for (const auto& f : std::exchange(one.feeds, {})) {
    f->joined.erase(&one);
    due(f, f->topic_refused(event, named));
  }
  reconcile(one);
}

void hub::ended_by_server(topic& one) {
  if (one.at != topic::state::subscribed) return;
  one.at = topic::state::idle;
  for (const auto& f : one.feeds) f->topic_lost(heard_, "the server ended the subscription");
  reconcile(one);
}

void hub::on_push(const resp::reply_view& push) noexcept {
  heard_ = system_clock::now();
  if (push.size() < 3) return;
  const auto text = push[0].text();
  if (text == "message") {
    deliver(topic_kind::channel, push[1].text(),
            {.channel = copy(push[1]), .payload = copy(push[2])});
  } else if (text == "pmessage" && push.size() == 4) {
    deliver(topic_kind::pattern, push[1].text(),
            {.type = message::kind::pattern,
             .channel = copy(push[2]),
             .pattern = copy(push[1]),
             .payload = copy(push[3])});
  } else if (text == "smessage") {
    deliver(topic_kind::shard, push[1].text(),
            {.type = message::kind::shard, .channel = copy(push[1]), .payload = copy(push[2])});
  }
  for (const auto& [ending, kind] : endings) {
    auto* const one = ending == text ? find(kind, push[1].text()) : nullptr;
    if (one != nullptr) ended_by_server(*one);
  }
  run_due();
}

// The last of them gets what the others get a copy of.
void hub::deliver(topic_kind kind, std::string_view name, message what) {
  auto* const one = find(kind, name);
  if (one == nullptr || one->feeds.empty()) return;
  for (std::size_t i = 0; i + 1 < one->feeds.size(); ++i) {
    offer(one->feeds[i], what);
  }
  offer(one->feeds.back(), std::move(what));
}

// Of dropped messages the log hears each time their number has doubled.
void hub::offer(const std::shared_ptr<feed>& to, message what) {
  const auto& log = where_.connecting.log;
  const auto before = log.tell == nullptr ? 0 : to->counts().dropped;
  due(to, to->offer(std::move(what)));
  if (log.tell == nullptr) return;
  const auto after = to->counts().dropped;
  if (std::bit_width(after) == std::bit_width(before)) return;
  log.tell(log.context, severity::warning,
           "a subscription is read too slowly, its queue is full; messages dropped so far: " +
               std::to_string(after));
}

void hub::on_pong() noexcept { heard_ = system_clock::now(); }

// --- who is told ---------------------------------------------------------------------------------

void hub::due(const std::shared_ptr<feed>& f, bool is) {
  if (is && (due_.empty() || due_.back() != f)) due_.push_back(f);
}

void hub::run_due() {
  if (due_.empty()) return;
  where_.calls->on_strand_do([self = shared_from_this()] {
    while (!self->due_.empty()) {
      for (const auto& each : std::exchange(self->due_, {})) {
        if (each->ended()) self->part_from_all(each);
        each->run(coarse_now_ms());
      }
    }
  });
}

void hub::shut() {
  shut_ = true;
  tick_timer_.cancel();
  deadline_timer_.cancel();
  {
    const std::scoped_lock lock(mutex_);
    due_.assign(feeds_.begin(), feeds_.end());
    feeds_.clear();
  }
  for (const auto& each : due_) each->joined.clear();
  for (auto& names : topics_) names.clear();
  wanted_ = 0;
  if (line_) std::exchange(line_, nullptr)->let_go();
  run_due();
}

// --- time ----------------------------------------------------------------------------------------

void hub::arm_tick() {
  tick_timer_.expires_after(tick_span_);
  tick_timer_.async_wait([weak = weak_from_this()](const std::error_code& aborted) {
    const auto self = weak.lock();
    if (aborted || !self || !self->line_) return;
    self->tick();
    self->arm_tick();
  });
}

void hub::tick() {
  line_->ping_if_silent();
  if (std::exchange(retry_, false)) reconcile_all();
}

void hub::expire() {
  if (shut_) return;
  std::vector<std::shared_ptr<feed>> all;
  {
    const std::scoped_lock lock(mutex_);
    all.assign(feeds_.begin(), feeds_.end());
  }
  const auto now = coarse_now_ms();
  std::uint64_t next = UINT64_MAX;
  for (const auto& each : all) {
    const auto deadline = each->next_deadline_ms();
    deadline <= now ? due(each, true) : void(next = std::min(next, deadline));
  }
  if (next == UINT64_MAX) return;
  deadline_timer_.expires_after(
      std::min(milliseconds(next - now), std::chrono::milliseconds(options::time_max)));
  deadline_timer_.async_wait([weak = weak_from_this()](const std::error_code& aborted) {
    const auto self = weak.lock();
    if (aborted || !self) return;
    self->expire();
    self->run_due();
  });
}

}  // namespace sandpiper

#include "sandpiper/client/core.hpp"

#include <asio/strand.hpp>

#include <semaphore>
#include <string>

#include "client/own_timeout.hpp"
#include "client/parts.hpp"
#include "client/routing.hpp"
#include "net/loop_of.hpp"
#include "net/watchers.hpp"
#include "sandpiper/base/clock.hpp"

namespace sandpiper {
namespace {

net::settings settings_of(const options& o, bool patient) {
  net::settings s;
  s.place = o.endpoints.front();
  s.tls = o.tls;
  s.greeting = {.user = o.user,
                .password = o.password,
                .name = o.name,
                .database = o.database,
                .protocol = o.protocol};
  s.session.resp = o.limits;
  s.session.in_flight_max = o.in_flight_max;
  s.connect_timeout = o.connect_timeout;
  s.stall_timeout = o.stall_timeout;
  s.reconnect_delay_min = o.reconnect_delay_min;
  s.reconnect_delay_max = o.reconnect_delay_max;
  s.keep_alive = o.keep_alive;
  s.tcp_user_timeout = o.tcp_user_timeout;
  s.pending_max = o.pending_max;
  s.pending_bytes_max = o.pending_bytes_max;
  s.patient = patient;
  s.observer = o.observer;
  s.log = o.log;
  s.watchers = std::make_shared<net::watchers>();
  return s;
}

std::shared_ptr<hub> hub_of(const core::parts& p, const options& o) {
  return std::make_shared<hub>(hub::surroundings{
      .context = p.thread ? p.thread->context() : nullptr,
      .executor = p.executor,
      .calls = p.connection,
      .connecting = p.connection->configured(),
      .timeout = o.command_timeout,
      .on_exception = o.on_exception,
  });
}

std::chrono::milliseconds longer(std::chrono::milliseconds a, std::chrono::milliseconds b) {
  return a > std::chrono::milliseconds::max() - b ? std::chrono::milliseconds::max() : a + b;
}

}  // namespace

core::parts::parts(const options& o)
    : what(o),
      thread(std::in_place),
      executor(thread->executor()),
      connection(std::make_shared<net::connection>(executor, settings_of(o, false))),
      lanes(std::make_shared<sandpiper::lanes>(connection, o)),
      subscriptions(hub_of(*this, o)) {}

core::parts::parts(const options& o, asio::any_io_executor outer, bool patient)
    : what(o),
      executor(std::move(outer)),
      connection(
          std::make_shared<net::connection>(asio::make_strand(executor), settings_of(o, patient))),
      lanes(std::make_shared<sandpiper::lanes>(connection, o)),
      subscriptions(hub_of(*this, o)) {}

bool core::parts::would_deadlock() const noexcept {
  if (connection->on_its_thread()) return true;
  const auto* loop = net::loop_of(executor);
  return loop != nullptr && loop->running_in_this_thread();
}

result<route> core::parts::admit(wire::request& r, std::chrono::milliseconds timeout) const {
  const auto way = route_of(r, what.large_bytes_min);
  if (way.refused != nullptr) return refusal(*way.refused);
  if (r.whole() && r.count() > what.in_flight_max) {
    return error(errc::bad_request,
                 "a transaction of " + std::to_string(r.count() - 2) +
                     " commands is over options::in_flight_max; split it, or raise that");
  }
  if (way.blocking) timeout = longer(timeout, own_timeout(r));
  r.deadline_ms = deadline_after(coarse_now_ms(), timeout);
  return way;
}

result<void> core::parts::submit(wire::request& r, const route& way) const {
  return lanes->takes(way) ? lanes->submit(r, way) : connection->submit(r);
}

core::core(std::unique_ptr<parts> p) noexcept : parts_(std::move(p)) {}

core::~core() = default;

struct core::owner {
  explicit owner(std::shared_ptr<core> c) noexcept : shared(std::move(c)) {}
  owner(const owner&) = delete;
  owner& operator=(const owner&) = delete;
  ~owner() { shared->shut_down(); }

  std::shared_ptr<core> shared;
};

std::shared_ptr<core> core::own(std::unique_ptr<parts> p) {
  auto* const one = new core(std::move(p));
  auto owned = std::make_shared<owner>(std::shared_ptr<core>(one));
  return {std::move(owned), one};
}

void core::shut_down() {
  parts_->subscriptions->close();
  parts_->lanes->close(errc::closed, shared_from_this());
  parts_->connection->close(errc::closed, shared_from_this());
  if (parts_->thread) parts_->thread->finish();
}

result<void> core::start(wire::request& r, std::chrono::milliseconds timeout) {
  const auto way = parts_->admit(r, timeout);
  return way ? parts_->submit(r, *way) : way.error();
}

result<void> core::start_waiting(wire::request& r, std::chrono::milliseconds timeout) {
  if (parts_->would_deadlock()) {
    return error(errc::would_deadlock,
                 "use a callback or co_await here, or wait on another thread");
  }
  const auto way = parts_->admit(r, timeout);
  if (!way) return way.error();
  if (!parts_->lanes->takes(*way) && parts_->connection->drive(r)) return {};
  const auto deadline_ms = r.deadline_ms;
  for (;;) {
    auto started = parts_->submit(r, *way);
    const bool full = !started && started.error() == errc::pipeline_full;
    if (!full || parts_->what.when_full != when_full::wait) return started;
    if (coarse_now_ms() >= deadline_ms) return errc::deadline_exceeded;
    if (way->blocking || way->large) {
      parts_->lanes->wait_for_room(deadline_ms);
    } else {
      parts_->connection->wait_for_room(r, deadline_ms);
    }
  }
}

void core::withdraw(wire::request& r) {
  auto& connection = *parts_->connection;
  const auto remove = [&] {
    if (!parts_->lanes->withdraw(r)) connection.withdraw(r);
  };
  if (connection.on_strand()) return remove();
  std::binary_semaphore removed(0);
  connection.on_strand_do([&] {
    remove();
    removed.release();
  });
  removed.acquire();
}

void core::abort(wire::request& r, errc why) {
  if (!parts_->lanes->abort(r, why)) parts_->connection->abort(r, why);
}

void core::cancel(void* context, wire::request* (*which)(void* context)) {
  parts_->connection->on_strand_do([this, kept = shared_from_this(), context, which] {
    if (auto* const r = which(context)) abort(*r, errc::cancelled);
  });
}

void* core::take_block(std::size_t bytes) { return parts_->blocks->take(bytes); }

void core::give_block(void* block, std::size_t bytes) noexcept {
  parts_->blocks->give(block, bytes);
}

exception_handler core::on_exception() const noexcept { return parts_->what.on_exception; }

counters core::totals() const noexcept {
  auto all = parts_->connection->totals();
  all.orphaned = parts_->lanes->orphaned();
  return all;
}

}  // namespace sandpiper

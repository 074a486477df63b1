#include "sandpiper/client/core.hpp"

#include <asio/strand.hpp>

#include "client/parts.hpp"
#include "net/loop_of.hpp"
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
  return s;
}

std::shared_ptr<hub> hub_of(const core::parts& p, const options& o) {
  return std::make_shared<hub>(hub::surroundings{
      .context = p.thread ? p.thread->context() : nullptr,
      .executor = p.executor,
      .calls = p.connection,
      .connecting = settings_of(o, true),
      .timeout = o.command_timeout,
      .on_exception = o.on_exception,
  });
}

result<void> check_allowed(const wire::request& r) {
  for (const auto& command : r.commands()) {
    if (command.misused() != resp::misuse::none) {
      return error(errc::bad_request,
                   std::string(command.name()) + ": " + std::string(to_string(command.misused())));
    }
    if (!command.flags().refused) continue;
    return error(errc::bad_request,
                 std::string(command.name()) +
                     " would change the connection that all callers share; set the user, the "
                     "database and the protocol in sandpiper::options");
  }
  return {};
}

}  // namespace

core::parts::parts(const options& o)
    : what(o),
      thread(std::in_place),
      executor(thread->executor()),
      connection(std::make_shared<net::connection>(executor, settings_of(o, false))),
      subscriptions(hub_of(*this, o)) {}

core::parts::parts(const options& o, asio::any_io_executor outer, bool patient)
    : what(o),
      executor(std::move(outer)),
      connection(
          std::make_shared<net::connection>(asio::make_strand(executor), settings_of(o, patient))),
      subscriptions(hub_of(*this, o)) {}

bool core::parts::would_deadlock() const noexcept {
  if (connection->on_its_thread()) return true;
  const auto* loop = net::loop_of(executor);
  return loop != nullptr && loop->running_in_this_thread();
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
  parts_->connection->close(errc::closed, shared_from_this());
  if (parts_->thread) parts_->thread->finish();
}

result<void> core::start(wire::request& r, std::chrono::milliseconds timeout) {
  if (auto allowed = check_allowed(r); !allowed) return allowed;
  r.deadline_ms = deadline_after(coarse_now_ms(), timeout);
  return parts_->connection->submit(r);
}

result<void> core::start_waiting(wire::request& r, std::chrono::milliseconds timeout) {
  if (parts_->would_deadlock()) {
    return error(errc::would_deadlock,
                 "use a callback or co_await here, or wait on another thread");
  }
  const auto deadline_ms = deadline_after(coarse_now_ms(), timeout);
  for (;;) {
    auto started = start(r, timeout);
    const bool full = !started && started.error() == errc::pipeline_full;
    if (!full || parts_->what.when_full != when_full::wait) return started;
    if (coarse_now_ms() >= deadline_ms) return errc::deadline_exceeded;
    parts_->connection->wait_for_room(r, deadline_ms);
  }
}

void core::withdraw(wire::request& r) { parts_->connection->withdraw(r); }

void* core::take_block(std::size_t bytes) { return parts_->blocks->take(bytes); }

void core::give_block(void* block, std::size_t bytes) noexcept {
  parts_->blocks->give(block, bytes);
}

exception_handler core::on_exception() const noexcept { return parts_->what.on_exception; }

void core::cancel(void* context, wire::request* (*which)(void* context)) {
  auto& connection = *parts_->connection;
  connection.on_strand_do([context, which, &connection] {
    if (auto* const r = which(context)) connection.abort(*r, errc::cancelled);
  });
}

counters core::totals() const noexcept { return parts_->connection->totals(); }

}  // namespace sandpiper

#include "cache/carrier.hpp"

#include <new>
#include <utility>

#include "client/parts.hpp"

namespace sandpiper::cache {
namespace {

bool writes(const resp::command& command) noexcept {
  const auto flags = command.flags();
  return !flags.read_only && !flags.keyless && local::find(command) == nullptr;
}

}  // namespace

carrier::carrier(std::shared_ptr<front> by, wire::request& of) : by_(std::move(by)), of_(of) {
  set_commands(of.commands());
  set_whole(of.whole());
}

result<void> carrier::send(std::shared_ptr<front> by, wire::request& of,
                           std::chrono::milliseconds timeout, bool waiting) {
  core& below = by->client_core();
  auto* const one = new (below.take_block(sizeof(carrier))) carrier(std::move(by), of);
  for (const auto& command : one->commands()) {
    if (writes(command)) one->by_->writes().begin_write(command);
  }
  of.held_by = static_cast<holder*>(one);
  auto sent = waiting ? below.start_waiting(*one, timeout) : below.start(*one, timeout);
  if (!sent) {
    of.held_by = nullptr;
    one->end_writes(0);
    one->destroy();
  }
  return sent;
}

void carrier::end_writes(std::uint32_t from) {
  for (const auto& command : commands().subspan(from)) {
    if (writes(command)) by_->writes().end_write(command);
  }
}

void carrier::destroy() noexcept {
  const auto by = std::move(by_);
  this->~carrier();
  by->client_core().give_block(this, sizeof(carrier));
}

wire::request& carrier::release_at(std::uint32_t index) noexcept {
  const bool last = index + 1 == count();
  if (!whole()) {
    const auto& command = commands()[index];
    if (writes(command)) by_->writes().end_write(command);
    told_ = index + 1;
  } else if (last) {  // not before EXEC is answered
    end_writes(0);
  }
  auto& of = of_;
  if (last) {
    of.held_by = nullptr;
    destroy();
  }
  return of;
}

void carrier::on_reply(std::uint32_t index, const resp::reply_view& reply) noexcept {
  release_at(index).on_reply(index, reply);
}

void carrier::on_error(std::uint32_t index, error why) noexcept {
  release_at(index).on_error(index, std::move(why));
}

void carrier::let_go(wire::request& r) {
  by_->client_core().withdraw(*this);
  end_writes(told_);
  r.held_by = nullptr;
  destroy();
}

void carrier::abort(wire::request&, errc why) { by_->client_core().abort(*this, why); }

}  // namespace sandpiper::cache

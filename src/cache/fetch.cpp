#include "cache/fetch.hpp"

#include <utility>

namespace sandpiper::cache {
namespace {

constexpr resp::command_flags reading_flags{.read_only = true, .idempotent = true};

resp::command expiry_of(std::string_view key) {
  resp::command one("PTTL", reading_flags);
  one.add_key(key);
  return one;
}

resp::command owned(const resp::command& command) {
  auto copy = command;
  copy.own();
  return copy;
}

}  // namespace

fetch::fetch(fetch_owner& owner, const resp::command& command, const local::reading& how,
             bool ask_expiry)
    : owner_(owner),
      how_(how),
      commands_{expiry_of(command.argument(1)), owned(command)},
      key_(command.argument(1)) {
  commands_[0].own();
  set_commands(std::span(commands_).subspan(ask_expiry ? 0 : 1));
}

void fetch::on_reply(std::uint32_t index, const resp::reply_view& reply) noexcept {
  if (index + 1 == count()) return owner_.on_answer(*this, reply);
  ttl_unknown_ = reply.type() != resp::kind::integer;
  if (!ttl_unknown_) ttl_ms_ = reply.integer();
}

// Both commands fail, or the second alone.
void fetch::on_error(std::uint32_t index, error why) noexcept {
  if (index + 1 == count()) owner_.on_failure(*this, std::move(why));
}

}  // namespace sandpiper::cache

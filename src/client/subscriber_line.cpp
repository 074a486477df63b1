#include "client/subscriber_line.hpp"

#include <array>
#include <utility>

#include "sandpiper/base/clock.hpp"
#include "sandpiper/client/options.hpp"

namespace sandpiper {
namespace {

net::settings for_subscribing(net::settings what, net::listener& listener) {
  what.session.subscriber = true;
  what.patient = true;
  what.keeps_calls = false;  // the hub knows better what the next connection is to be asked
  what.listener = &listener;
  what.role = "subscriptions";
  // One question for each name at most, which is the memory of those who listen.
  what.pending_max = 1 << 23;
  what.pending_bytes_max = std::size_t{1} << 38;
  return what;
}

constexpr std::string_view verb(topic_kind kind, bool begin) {
  constexpr std::array<std::array<std::string_view, 2>, 3> verbs = {
      {{"UNSUBSCRIBE", "SUBSCRIBE"},
       {"PUNSUBSCRIBE", "PSUBSCRIBE"},
       {"SUNSUBSCRIBE", "SSUBSCRIBE"}}};
  return verbs[static_cast<std::size_t>(kind)][begin ? 1 : 0];
}

}  // namespace

class subscriber_line::question final : public wire::request {
 public:
  question(subscriber_line& of, resp::command&& command, std::function<void(const error*)> told)
      : line_(of), command_(std::move(command)), told_(std::move(told)) {
    command_.own();
    set_commands({&command_, 1});
    deadline_ms =
        deadline_after(coarse_now_ms(), options::time_max);  // its connection ends it before
  }

  void on_reply(std::uint32_t, const resp::reply_view& reply) noexcept override {
    if (!reply.is_error()) return line_.answered(*this, nullptr);
    const auto why = error::from_server(reply.text());
    line_.answered(*this, &why);
  }
  void on_error(std::uint32_t, error why) noexcept override { line_.answered(*this, &why); }

  void tell(const error* why) const { told_(why); }

  std::list<question>::iterator place;  // in the line's list

 private:
  subscriber_line& line_;
  resp::command command_;
  std::function<void(const error*)> told_;
};

subscriber_line::subscriber_line(const asio::any_io_executor& strand, net::settings what,
                                 line_user& user)
    : user_(&user),
      connection_(
          std::make_shared<net::connection>(strand, for_subscribing(std::move(what), *this))) {}

subscriber_line::~subscriber_line() = default;

void subscriber_line::open() {
  connection_->open([](const result<void>&) {});
}

void subscriber_line::let_go() {
  user_ = nullptr;
  ready_ = false;
  connection_->close(errc::closed, shared_from_this());
}

result<void> subscriber_line::submit(resp::command command,
                                     std::function<void(const error*)> answered) {
  questions_.emplace_front(*this, std::move(command), std::move(answered));
  auto& one = questions_.front();
  one.place = questions_.begin();
  auto taken = connection_->submit(one);
  if (!taken) questions_.pop_front();
  return taken;
}

void subscriber_line::answered(question& one, const error* why) {
  std::list<question> ended;  // it lives until the end of this
  ended.splice(ended.begin(), questions_, one.place);
  one.tell(why);
}

result<void> subscriber_line::ask(topic_kind kind, const std::string& name, bool begin) {
  resp::command command(verb(kind, begin), {.idempotent = true, .keyless = true});
  command.add(std::string_view(name));
  return submit(std::move(command), [this, kind, name, begin](const error* why) {
    if (user_) user_->on_answer(kind, name, begin, why);
  });
}

void subscriber_line::ping_if_silent() {
  const auto bytes = connection_->totals().read_bytes;
  if (std::exchange(heard_bytes_, bytes) != bytes || !ready_ || pinging_) return;
  pinging_ = true;
  const resp::command ping("PING", {.read_only = true, .idempotent = true, .keyless = true});
  const auto sent = submit(ping, [this](const error* why) {
    pinging_ = false;
    if (user_ && !why) user_->on_pong();
  });
  if (!sent) pinging_ = false;
}

void subscriber_line::on_ready() noexcept {
  if (!user_) return;
  ready_ = true;
  user_->on_ready();
}

void subscriber_line::on_lost() noexcept {
  ready_ = false;
  if (user_) user_->on_lost(connection_->trouble());
}

void subscriber_line::on_failed_attempt(const error& why) noexcept {
  if (user_) user_->on_trouble(why);
}

void subscriber_line::on_push(const resp::reply_view& push) noexcept {
  if (user_) user_->on_push(push);
}

}  // namespace sandpiper

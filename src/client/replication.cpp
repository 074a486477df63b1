#include "sandpiper/client/replication.hpp"

#include <asio/io_context.hpp>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "client/replica_framing.hpp"
#include "net/dialer.hpp"
#include "net/settings.hpp"
#include "net/stream.hpp"
#include "sandpiper/resp/command.hpp"
#include "sandpiper/resp/parser.hpp"
#include "sandpiper/wire/handshake.hpp"

namespace sandpiper {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t room_bytes = 256 << 10;  // a read; more than a line or a mark
constexpr milliseconds between_questions{100};
constexpr milliseconds between_words{1000};

net::settings settings_of(const options& o) {
  net::settings s;
  s.place = o.endpoints.front();
  s.tls = o.tls;
  // What follows is no RESP3, and no command that a database matters to.
  s.greeting = {.user = o.user, .password = o.password, .name = o.name, .protocol = 2};
  s.connect_timeout = o.connect_timeout;
  s.keep_alive = o.keep_alive;
  s.tcp_user_timeout = o.tcp_user_timeout;
  return s;
}

// What we can do, as commands that each have an answer.
std::vector<std::string> introduction(const replication_options& how) {
  std::vector<std::string> commands;
  const auto say = [&](std::initializer_list<std::string_view> words) {
    resp::command command("REPLCONF");
    for (const auto word : words) command.add(word);
    commands.push_back(command.to_string());
  };
  if (how.announced_port != 0) say({"listening-port", std::to_string(how.announced_port)});
  say({"capa", "eof", "capa", "psync2"});
  if (how.snapshot_only) say({"rdb-only", "1"});
  return commands;
}

error too_late(std::string text) {
  return {errc::deadline_exceeded, std::move(text), fate::unsent};
}

}  // namespace

// The members are destroyed from the last to the first: nothing of the loop outlives what it uses.
class replication::inside {
 public:
  inside(const options& server, const replication_options& how)
      : what_(settings_of(server)),
        how_(how),
        framing_(0),
        begun_(clock::now()),
        room_(std::make_unique<char[]>(room_bytes)) {}

  result<void> start();
  result<std::string_view> snapshot();
  result<std::string_view> stream();
  result<void> acknowledge(std::uint64_t offset);

  [[nodiscard]] const replica_framing& framing() const noexcept { return framing_; }

 private:
  enum class direction : std::uint8_t { readable, writable };

  result<void> dial(clock::time_point deadline);
  result<void> greet(clock::time_point deadline);
  result<bool> greeted(resp::parser& parser, wire::handshake& handshake);
  result<void> ask();
  result<void> take_word();
  result<std::string_view> take_snapshot();
  result<void> wait_for_stream();

  result<std::size_t> read(clock::time_point deadline);
  result<std::size_t> read_more();
  result<void> write(std::string_view bytes, clock::time_point deadline);
  result<void> wait(direction what, clock::time_point deadline);
  result<void> run_until(clock::time_point deadline, const bool& over);
  [[nodiscard]] clock::time_point silence_ends() const { return clock::now() + how_.silence_max; }
  [[nodiscard]] error silent() const;
  [[nodiscard]] error lost(std::string_view cause) const;
  [[nodiscard]] error placed(const error& why) const { return why.at(to_string(what_.place)); }

  // Bytes received and not taken.
  [[nodiscard]] std::string_view unread() const noexcept { return {room_.get() + at_, end_ - at_}; }

  const net::settings what_;
  const replication_options how_;
  bool readable_ = true;  // false: somebody waits for it to be
  bool writable_ = true;
  asio::io_context loop_{1};
  std::optional<net::stream> stream_;
  replica_framing framing_;
  const clock::time_point begun_;
  std::optional<std::uint64_t> acknowledged_;
  clock::time_point said_;  // when it was acknowledged last
  std::unique_ptr<char[]> room_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::optional<error> broken_;
};

// --- waiting -------------------------------------------------------------------------------------

// Until a handler of the loop has set `over`.
result<void> replication::inside::run_until(clock::time_point deadline, const bool& over) {
  loop_.restart();
  while (!over) {
    const auto now = clock::now();
    if (now >= deadline) return errc::deadline_exceeded;
    if (how_.cancelled != nullptr && how_.cancelled()) return errc::cancelled;
    loop_.run_one_until(how_.cancelled == nullptr ? deadline
                                                  : std::min(deadline, now + between_questions));
  }
  return {};
}

// A wait that came to nothing goes on, and is taken up by the next one for the same.
result<void> replication::inside::wait(direction what, clock::time_point deadline) {
  auto& ready = what == direction::readable ? readable_ : writable_;
  if (ready) {
    ready = false;
    const auto woken = [&ready](const std::error_code&) { ready = true; };
    what == direction::readable ? stream_->wait_readable(woken) : stream_->wait_writable(woken);
  }
  return run_until(deadline, ready);
}

result<std::size_t> replication::inside::read(clock::time_point deadline) {
  if (at_ > 0) {
    std::memmove(room_.get(), room_.get() + at_, end_ - at_);
    end_ -= std::exchange(at_, 0);
  }
  assert(end_ < room_bytes);
  for (;;) {
    const auto [status, bytes] = stream_->read({room_.get() + end_, room_bytes - end_});
    switch (status) {
      case net::io::done: end_ += bytes; return bytes;
      case net::io::ended: return std::size_t{0};
      case net::io::failed: return lost(stream_->cause());
      case net::io::want_readable:
      case net::io::want_writable: break;
    }
    const auto what = status == net::io::want_readable ? direction::readable : direction::writable;
    if (auto waited = wait(what, deadline); !waited) return waited.error();
  }
}

result<void> replication::inside::write(std::string_view bytes, clock::time_point deadline) {
  while (!bytes.empty()) {
    const auto [status, written] = stream_->write({&bytes, 1});
    if (status == net::io::failed) return lost(stream_->cause());
    if (status == net::io::ended) return lost("the server closed the connection");
    bytes.remove_prefix(status == net::io::done ? written : 0);
    if (status == net::io::done) continue;
    const auto what = status == net::io::want_readable ? direction::readable : direction::writable;
    if (auto waited = wait(what, deadline); !waited) return waited.error();
  }
  return {};
}

error replication::inside::lost(std::string_view cause) const {
  std::string text(cause);
  if (framing_.received_bytes() > 0) {
    text += " after " + std::to_string(framing_.received_bytes()) + " bytes of the snapshot";
    if (const auto size = framing_.size_bytes()) text += " of " + std::to_string(*size);
    text += ": see the server's log, and its \"client-output-buffer-limit replica\"";
  }
  return {errc::connect_failed, std::move(text), fate::unsent};
}

// --- the beginning -------------------------------------------------------------------------------

result<void> replication::inside::start() {
  const auto deadline = clock::now() + what_.connect_timeout;
  auto done = dial(deadline);
  if (done) done = greet(deadline);
  if (done) done = ask();
  return done ? done : placed(done.error());
}

result<void> replication::inside::dial(clock::time_point deadline) {
  bool over = false;
  result<net::stream> outcome = error(errc::connect_failed);
  auto dialer = std::make_shared<net::dialer>(loop_.get_executor(), what_);
  dialer->start([&](result<net::stream> got) {
    outcome = std::move(got);
    over = true;
  });
  if (auto waited = run_until(deadline, over); !waited) {
    const auto doing = std::string(net::to_string(dialer->doing()));
    dialer->cancel();
    if (waited.error() != errc::deadline_exceeded) return waited;
    return too_late("no answer within " + std::to_string(what_.connect_timeout.count()) +
                    " ms while " + doing + ": check that a server is there");
  }
  if (!outcome) return outcome.error();
  stream_ = *std::move(outcome);
  return {};
}

result<void> replication::inside::greet(clock::time_point deadline) {
  wire::handshake handshake(what_.greeting);
  resp::parser parser;
  if (auto sent = write(handshake.bytes(), deadline); !sent) return sent;
  for (;;) {
    const auto bytes = read(deadline);
    if (!bytes && bytes.error() == errc::deadline_exceeded) {
      return too_late("no answer within " + std::to_string(what_.connect_timeout.count()) +
                      " ms while greeting the server: check that it is a Redis server and not "
                      "overloaded");
    }
    if (!bytes) return bytes.error();
    if (*bytes == 0) return lost("the server closed the connection");
    const auto done = greeted(parser, handshake);
    if (!done) return done.error();
    if (*done) return {};
    if (at_ == 0 && end_ == room_bytes) return errc::over_limit;
  }
}

// Every answer that is there. Nothing may come behind the last.
result<bool> replication::inside::greeted(resp::parser& parser, wire::handshake& handshake) {
  parser.parse({room_.get(), end_});
  bool done = false;
  bool again = false;
  for (resp::reply_view reply; parser.next(reply);) {
    if (done) return error(errc::malformed, "more answers than questions");
    const auto step = handshake.on_reply(reply);
    if (!step) return step.error();
    done = *step == wire::handshake::step::done;
    again = *step == wire::handshake::step::again;
  }
  if (const auto* broken = parser.failure()) {
    return error(errc::malformed,
                 std::string(broken->text()) + ": is this a Redis server, and the right port?");
  }
  at_ = parser.consume();
  if (again) {
    if (auto sent = write(handshake.bytes(), clock::now() + what_.connect_timeout); !sent) {
      return sent.error();
    }
  }
  return done;
}

// PSYNC waits for the answers to what stands before it: a server refuses it while it has any left
// to send.
result<void> replication::inside::ask() {
  const auto commands = introduction(how_);
  framing_ = replica_framing(commands.size());
  for (const auto& one : commands) {
    if (auto sent = write(one, silence_ends()); !sent) return sent;
  }
  while (framing_.answers_due() > 0) {
    if (auto taken = take_word(); !taken) return taken;
  }
  const auto psync = resp::command("PSYNC").add("?").add("-1").to_string();
  if (auto sent = write(psync, silence_ends()); !sent) return sent;
  while (!framing_.granted()) {
    if (auto taken = take_word(); !taken) return taken;
  }
  return {};
}

// One step of what comes before the snapshot.
result<void> replication::inside::take_word() {
  const auto taken = framing_.take(unread());
  if (!taken) return taken.error();
  at_ += taken->input_bytes;
  if (taken->input_bytes > 0) return {};
  const auto more = read_more();
  if (!more) return more.error();
  return {};
}

// --- the snapshot and what follows it ------------------------------------------------------------

result<std::size_t> replication::inside::read_more() {
  auto deadline = silence_ends();
  if (how_.snapshot_max.count() > 0) deadline = std::min(deadline, begun_ + how_.snapshot_max);
  auto bytes = read(deadline);
  if (bytes && *bytes == 0) return lost("the server closed the connection");
  if (bytes || bytes.error() != errc::deadline_exceeded) return bytes;
  if (how_.snapshot_max.count() == 0 || clock::now() < begun_ + how_.snapshot_max) return silent();
  return too_late("the snapshot took longer than " + std::to_string(how_.snapshot_max.count()) +
                  " ms; " + std::to_string(framing_.received_bytes()) + " bytes had come");
}

error replication::inside::silent() const {
  return too_late("not a byte for " + std::to_string(how_.silence_max.count()) +
                  " ms: see the server's log, or allow a longer silence");
}

result<std::string_view> replication::inside::take_snapshot() {
  while (!framing_.over()) {
    const auto taken = framing_.take(unread());
    if (!taken) return taken.error();
    at_ += taken->input_bytes;
    if (!taken->snapshot.empty()) return taken->snapshot;
    if (taken->input_bytes > 0) continue;
    if (const auto more = read_more(); !more) return more.error();
  }
  return std::string_view();
}

result<std::string_view> replication::inside::snapshot() {
  if (broken_) return *broken_;
  auto bytes = take_snapshot();
  if (bytes) return bytes;
  broken_ = placed(bytes.error());
  return *broken_;
}

result<std::string_view> replication::inside::stream() {
  assert(framing_.over());
  if (broken_) return *broken_;
  if (acknowledged_ && clock::now() - said_ >= between_words) {
    if (auto said = acknowledge(*acknowledged_); !said) return said.error();
  }
  if (unread().empty()) {
    if (auto come = wait_for_stream(); !come) {
      broken_ = placed(come.error());
      return *broken_;
    }
  }
  const auto bytes = unread();
  at_ = end_;
  return bytes;
}

// What was acknowledged is said again each second, whether or not anything comes. A server that is
// not done with the snapshot does not hear it, and one that hears nothing for long gives its
// replica up.
result<void> replication::inside::wait_for_stream() {
  const auto silence_end = silence_ends();
  for (;;) {
    const auto bytes =
        read(acknowledged_ ? std::min(silence_end, clock::now() + between_words) : silence_end);
    if (bytes) return {};
    if (bytes.error() != errc::deadline_exceeded) return bytes.error();
    if (clock::now() >= silence_end) return silent();
    if (auto said = acknowledge(*acknowledged_); !said) return said;
  }
}

result<void> replication::inside::acknowledge(std::uint64_t offset) {
  if (broken_) return *broken_;
  acknowledged_ = offset;
  said_ = clock::now();
  const auto number = std::to_string(offset);
  const auto bytes = resp::command("REPLCONF").add("ACK").add(std::string_view(number)).to_string();
  auto said = write(bytes, silence_ends());
  if (!said) broken_ = placed(said.error());
  return said;
}

// --- the public face -----------------------------------------------------------------------------

result<replication> replication::start(const options& server, const replication_options& how) {
  if (auto sane = server.check(); !sane) return sane.error();
  if (how.silence_max.count() <= 0 || how.snapshot_max.count() < 0 ||
      how.silence_max > options::time_max || how.snapshot_max > options::time_max) {
    return error(errc::bad_request,
                 "silence_max must be from 1 ms to a day, snapshot_max from 0 to a day");
  }
  auto made = std::make_unique<inside>(server, how);
  if (auto begun = made->start(); !begun) return begun.error();
  return replication(std::move(made));
}

replication::replication(std::unique_ptr<inside> i) noexcept : inside_(std::move(i)) {}
replication::replication(replication&&) noexcept = default;
replication& replication::operator=(replication&&) noexcept = default;
replication::~replication() = default;

const replication_start& replication::begun() const noexcept { return inside_->framing().begun(); }

result<std::string_view> replication::snapshot() { return inside_->snapshot(); }

std::optional<std::uint64_t> replication::size_bytes() const noexcept {
  return inside_->framing().size_bytes();
}

std::uint64_t replication::received_bytes() const noexcept {
  return inside_->framing().received_bytes();
}

result<std::string_view> replication::stream() { return inside_->stream(); }

result<void> replication::acknowledge(std::uint64_t offset) { return inside_->acknowledge(offset); }

}  // namespace sandpiper

#include "cache/gathering.hpp"

#include <algorithm>
#include <utility>

#include "cache/carrier.hpp"
#include "cache/scratch.hpp"
#include "client/parts.hpp"

namespace sandpiper::cache {
namespace {

constexpr resp::command_flags get_flags{.read_only = true, .idempotent = true, .cacheable = true};

resp::command get_of(std::string_view key) {
  resp::command one("GET", get_flags);
  one.add_key(key);
  return one;
}

}  // namespace

class gathering::part final : public wire::request {
 public:
  part(gathering& of, resp::command&& command) : gathering_(of), command_(std::move(command)) {
    command_.own();
    set_commands({&command_, 1});
  }

  [[nodiscard]] const resp::command& command() const noexcept { return command_; }

  void on_reply(std::uint32_t, const resp::reply_view& reply) noexcept override {
    gathering_.take(*this, resp::reply(reply));
  }
  void on_error(std::uint32_t, error why) noexcept override {
    gathering_.take(*this, std::move(why));
  }

  outcome what;

 private:
  gathering& gathering_;
  resp::command command_;
};

gathering::gathering(std::shared_ptr<front> by, wire::request& of, bool mget)
    : by_(std::move(by)), of_(&of), mget_(mget) {
  const auto commands = of.commands();
  if (mget) {
    auto words = commands.front().walk();
    words.next();
    while (words.left() > 0) parts_.push_back(std::make_unique<part>(*this, get_of(words.next())));
  } else {
    for (const auto& one : commands) {
      parts_.push_back(std::make_unique<part>(*this, resp::command(one)));
    }
  }
  left_ = parts_.size() + 1;
  in_order_ = std::any_of(parts_.begin(), parts_.end(), [](const auto& one) {
    return local::find(one->command()) == nullptr && !one->command().flags().read_only;
  });
}

gathering::~gathering() = default;

void gathering::start_all(std::shared_ptr<front> by, wire::request& of,
                          std::chrono::milliseconds timeout, bool waiting) {
  (new gathering(std::move(by), of, false))->start(timeout, waiting);
}

void gathering::start_mget(std::shared_ptr<front> by, wire::request& of,
                           std::chrono::milliseconds timeout, bool waiting) {
  (new gathering(std::move(by), of, true))->start(timeout, waiting);
}

// Never completes from within: if all is here already, the strand is asked to tell.
void gathering::start(std::chrono::milliseconds timeout, bool waiting) {
  of_->held_by = static_cast<holder*>(this);
  for (const auto& one : parts_) begin(*one, timeout, waiting);
  begun_.store(true);
  if (!last_of_all()) return;
  by_->client_core().inside().connection->on_strand_later([this, by = by_] { deliver(); });
}

void gathering::begin(part& one, std::chrono::milliseconds timeout, bool waiting) {
  const auto tell = [&](const resp::reply_view& reply, origin, std::chrono::milliseconds) {
    one.what = resp::reply(reply);
  };
  if (by_->look(one.command(), tell)) {
    left_.fetch_sub(1);
    return;
  }
  auto started =
      in_order_ ? carrier::send(by_, one, timeout, waiting) : by_->start_one(one, timeout, waiting);
  if (started) return;
  one.what = std::move(started).error();
  left_.fetch_sub(1);
}

void gathering::take(part& one, outcome what) noexcept {
  one.what = std::move(what);
  if (last_of_all()) deliver();
}

void gathering::deliver() noexcept {
  if (of_ != nullptr) mget_ ? deliver_array() : deliver_each();
  delete this;
}

void gathering::deliver_each() noexcept {
  for (const auto& one : parts_) {
    if (of_ == nullptr) return;  // let go by whoever was told last
    auto& of = *of_;
    const auto index = told_++;
    if (one == parts_.back()) of.held_by = of_ = nullptr;
    if (const auto* reply = std::get_if<resp::reply>(&one->what)) {
      of.on_reply(index, reply->view());
    } else {
      of.on_error(index, std::move(std::get<error>(one->what)));
    }
  }
}

void gathering::deliver_array() noexcept {
  auto& of = *std::exchange(of_, nullptr);
  of.held_by = nullptr;
  for (const auto& one : parts_) {
    if (auto* why = std::get_if<error>(&one->what)) return of.on_error(0, std::move(*why));
    const auto& reply = std::get<resp::reply>(one->what);
    if (!reply.is_error() || reply.text().starts_with("WRONGTYPE")) continue;
    return of.on_reply(0, reply.view());
  }
  tell_written(
      [&](resp::encoder& out) {
        out.array(parts_.size());
        for (const auto& one : parts_) {
          const auto& reply = std::get<resp::reply>(one->what);
          reply.is_error() ? out.null() : out.value(reply.view());
        }
      },
      [&](const resp::reply_view& array) { of.on_reply(0, array); });
}

// Parts that are still being begun by another thread run to their end unheard. True if nothing is
// under way any more, and nobody else will end this object.
bool gathering::drop_parts() {
  if (!begun_.load()) return false;
  std::size_t dropped = 0;
  for (const auto& one : parts_) {
    if (one->held_by == nullptr) continue;
    holder_of(*one)->let_go(*one);
    ++dropped;
  }
  return dropped > 0 && left_.fetch_sub(dropped) == dropped;
}

void gathering::let_go(wire::request& r) {
  r.held_by = nullptr;
  of_ = nullptr;
  if (drop_parts()) delete this;
}

// Whoever is told may let go of `r`.
void gathering::abort(wire::request& r, errc why) {
  const bool over = drop_parts();
  const auto count = r.count();
  while (of_ != nullptr) {
    auto& of = *of_;
    const auto index = told_++;
    if (index + 1 == count) of.held_by = of_ = nullptr;
    of.on_error(index, error(why, fate::uncertain));
  }
  if (over) delete this;
}

}  // namespace sandpiper::cache

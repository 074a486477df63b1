#include "sandpiper/client/transaction.hpp"

#include <algorithm>
#include <string>

#include "client/transaction_attempt.hpp"
#include "sandpiper/base/clock.hpp"

namespace sandpiper {
namespace {

constexpr int tries_max = 4;

resp::command bracket(std::string_view name) { return resp::command(name, {.keyless = true}); }

// Between MULTI and EXEC nothing blocks.
resp::command inside(const resp::command& one) {
  auto copy = one;
  auto flags = copy.flags();
  flags.blocking = false;
  copy.set_flags(flags);
  return copy;
}

}  // namespace

transaction_call::transaction_call(std::span<const resp::command> inner) {
  commands_.reserve(inner.size() + 2);
  commands_.push_back(bracket("MULTI"));
  std::transform(inner.begin(), inner.end(), std::back_inserter(commands_), inside);
  commands_.push_back(bracket("EXEC"));
}

result<void> transaction_call::run(const client& db) {
  const auto deadline_ms = deadline_after(coarse_now_ms(), db.timeout());
  auto left = db.timeout();
  for (int tries = 1;; ++tries) {
    auto outcome = try_once([&](wire::request& r) { return db.shared().start_waiting(r, left); });
    const auto now = coarse_now_ms();
    const bool lost = !outcome && outcome.error() == errc::lost;
    if (!lost || tries == tries_max || now >= deadline_ms) {
      settle(outcome);
      return outcome;
    }
    left = std::chrono::milliseconds(static_cast<std::int64_t>(deadline_ms - now));
  }
}

// Those who have no reply of their own hear what befell all.
void transaction_call::settle(const result<void>& outcome) {
  if (filled_ || outcome) return;
  filled_ = true;
  for (std::size_t i = 0; i + 2 < commands_.size(); ++i) {
    fail(i, refusal_ && refused_ == i + 1 ? *refusal_ : outcome.error());
  }
}

// "command 2 of the transaction, INCR: ERR ..."
std::string transaction_call::told(std::size_t index, std::string_view words) const {
  std::string text = "command " + std::to_string(index) + " of the transaction, ";
  return text.append(commands_[index].name()).append(": ").append(words);
}

void transaction_call::on_reply(std::uint32_t index, const resp::reply_view& reply) {
  if (index + 1 == commands_.size()) return on_exec(reply);
  if (!reply.is_error() || refusal_) return;
  refusal_ = error::from_server(reply.text());
  refused_ = index;
}

void transaction_call::on_error(std::uint32_t index, const error& why) {
  if (index + 1 < commands_.size()) return;
  const bool unsent = why == errc::maybe_executed && why.fate() == fate::unsent;
  outcome_ = unsent ? error(errc::lost, std::string(why.text())) : why;
}

void transaction_call::on_exec(const resp::reply_view& reply) {
  if (refusal_ && refused_ == 0) {  // what was meant to be queued ran on its own, or was refused
    outcome_ = error::from_server(std::string(refusal_->text()) +
                                  " (the server refused MULTI; what followed ran one by one)")
                   .with(fate::uncertain);
  } else if (reply.is_error()) {
    auto text = std::string(reply.text());
    if (refusal_) text += " (" + told(refused_, refusal_->text()) + ")";
    outcome_ = error::from_server(text);
  } else if (reply.is_null()) {
    outcome_ = error(errc::conflict, fate::answered);
  } else if (!reply.is_aggregate() || reply.size() + 2 != commands_.size()) {
    outcome_ = resp::wrong_type(reply, "an array of a reply for each command");
  } else {
    on_results(reply);
  }
}

void transaction_call::on_results(const resp::reply_view& reply) {
  filled_ = true;
  std::size_t index = 0;
  for (const auto each : reply) {
    if (each.is_error() && outcome_) {
      outcome_ = error(errc::partly_failed, told(index + 1, each.text()), fate::answered);
    }
    fill(index++, each);
  }
}

// --- gathered at run time ------------------------------------------------------------------------

result<void> transaction::run() {
  if (commands_.empty()) return {};
  call all(commands_, answers_->first);
  auto outcome = all.run(db_);
  commands_.clear();
  answers_.reset();
  if (!outcome && outcome.error() == errc::partly_failed) return {};
  return outcome;
}

transaction client::transaction() const { return sandpiper::transaction(*this); }

}  // namespace sandpiper

#include <asio/post.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/parts.hpp"
#include "client/transaction_attempt.hpp"
#include "sandpiper/base/clock.hpp"
#include "sandpiper/client/transaction.hpp"

namespace sandpiper {
namespace {

void tell_all(wire::request& r, const error& why) {
  const auto count = r.count();
  for (std::uint32_t i = 0; i < count; ++i) r.on_error(i, why);
}

error lane_is_gone(const lane& one) {
  return {errc::lost,
          one.trouble().empty() ? std::string("the connection was closed") : one.trouble()};
}

resp::command watch_command(std::initializer_list<std::string_view> keys) {
  resp::command watch("WATCH", {.idempotent = true});
  for (const auto key : keys) watch.add_key(std::string(key));
  return watch;
}

}  // namespace

struct watching::parts {
  client db;
  core& shared;
  resp::command watch;
  int left;  // attempts
  std::uint64_t deadline_ms;
  lease on = {};
  std::optional<watched> tx = std::nullopt;
};

watching::watching(const client& db, std::initializer_list<std::string_view> keys,
                   optimistic_options how)
    : parts_(new parts{.db = db,
                       .shared = db.shared().client_core(),
                       .watch = watch_command(keys),
                       .left = how.attempts,
                       .deadline_ms = deadline_after(coarse_now_ms(), db.timeout())}) {
  if (keys.size() == 0) {
    outcome_ = error(errc::bad_request, "no key is watched; use client::transaction()");
  } else if (how.attempts < 1) {
    outcome_ = error(errc::bad_request, "attempts is below 1, so nothing could ever be done");
  } else if (parts_->shared.inside().would_deadlock()) {
    outcome_ = error(errc::would_deadlock, "wait on another thread");
  } else {
    return;
  }
  parts_->left = 0;
}

watching::~watching() { give_back(false); }

// --- an attempt ----------------------------------------------------------------------------------

watched* watching::next() {
  while (parts_->left > 0) {
    --parts_->left;
    auto watches = watch();
    if (watches) {
      parts_->tx.emplace(watched(parts_->db, *this));
      return &*parts_->tx;
    }
    give_back(false);
    const bool again = watches.error() == errc::lost || watches.error() == errc::maybe_executed;
    outcome_ = again ? error(errc::lost, std::string(watches.error().text())) : watches.error();
    if (!again) parts_->left = 0;
  }
  return nullptr;
}

result<void> watching::watch() {
  waiting_call<void> call({&parts_->watch, 1});
  result<void> sent;
  if (parts_->on.where) {
    sent = submit(call);
  } else {
    call.deadline_ms = parts_->deadline_ms;
    sent = parts_->shared.inside().lanes->borrow(call, parts_->on);
  }
  if (!sent) return sent;
  return std::get<0>(call.wait());
}

result<void> watching::submit(wire::request& r) {
  const auto way = route_of(r, SIZE_MAX);
  if (way.refused != nullptr) return refusal(*way.refused);
  if (way.blocking) {
    return error(errc::bad_request, "a command that blocks would keep the watched keys waiting");
  }
  r.deadline_ms = parts_->deadline_ms;
  asio::post(parts_->shared.inside().connection->strand(), [one = parts_->on.where, &r] {
    if (one->now() != lane::phase::leased) return tell_all(r, lane_is_gone(*one));
    result<void> sent;
    one->link().enter([&] { sent = one->link().submit(r); });
    if (!sent) tell_all(r, sent.error());
  });
  return {};
}

void watching::give_back(bool clean) {
  auto one = std::exchange(parts_->on.where, nullptr);
  if (!one) return;
  const auto& strand = parts_->shared.inside().connection->strand();
  asio::post(strand, [one = std::move(one), clean] { one->give_back(clean); });
}

void watching::note_loss(const error& why) {
  give_back(false);
  outcome_ = why;
}

bool watching::commit() {
  auto& queued = parts_->tx->queued_;
  transaction::call all(queued.commands_, queued.answers_ ? queued.answers_->first : nullptr);
  outcome_ = all.try_once([this](wire::request& r) { return submit(r); });
  all.settle(outcome_);
  if (outcome_) {
    give_back(true);
    return true;
  }
  if (outcome_.error() == errc::conflict) return false;  // nothing is watched; the lane stays
  if (outcome_.error() == errc::lost) {
    give_back(false);
    return false;
  }
  give_back(outcome_.error().fate() == fate::answered);
  return true;
}

// --- what the function sees ----------------------------------------------------------------------

result<void> watched::submit(wire::request& r) { return on_.submit(r); }

error watched::as_lost(const error& why, const resp::command& read) {
  const bool harmless = why == errc::maybe_executed && read.flags().read_only;
  return harmless ? error(errc::lost, std::string(why.text())) : why;
}

}  // namespace sandpiper

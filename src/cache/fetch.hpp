#pragma once
// One question to the server about one key, and everybody who waits for its answer.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "cache/knowledge.hpp"
#include "sandpiper/resp/command.hpp"
#include "sandpiper/wire/request.hpp"

namespace sandpiper::cache {

/// Whatever carries somebody's request elsewhere than in a session: request::held_by points to it.
/// Strand-bound.
class holder {
 public:
  /// Nothing of `r` is called any more.
  virtual void let_go(wire::request& r) = 0;
  /// The same, once `r` is told `why`.
  virtual void abort(wire::request& r, errc why) = 0;

 protected:
  ~holder() = default;
};

/// Who carries `r`; null: nobody.
[[nodiscard]] inline holder* holder_of(const wire::request& r) noexcept {
  return static_cast<holder*>(r.held_by);
}

class fetch;

/// Who is told what became of a fetch, and looks after those who wait for it.
class fetch_owner {
 public:
  virtual void on_answer(fetch& f, const resp::reply_view& reply) noexcept = 0;
  virtual void on_failure(fetch& f, error why) noexcept = 0;
  virtual void let_go(fetch& f, wire::request& r) = 0;
  virtual void abort(fetch& f, wire::request& r, errc why) = 0;

 protected:
  ~fetch_owner() = default;
};

/// Belongs to the cache, not to the caller who happened to be first: PTTL and the command, or the
/// command alone, in one write. What its fields say who guards is said in ledger.hpp.
class fetch final : public wire::request, public holder {
 public:
  /// `command` is copied, for its caller may go away.
  fetch(fetch_owner& owner, const resp::command& command, const local::reading& how,
        bool ask_expiry);

  [[nodiscard]] const resp::command& command() const noexcept { return commands_[1]; }
  [[nodiscard]] const local::reading& how() const noexcept { return how_; }
  [[nodiscard]] std::string_view key() const noexcept { return key_; }

  /// What PTTL answered; -1 where the key does not expire, or was not asked about.
  [[nodiscard]] std::int64_t ttl_ms() const noexcept { return ttl_ms_; }
  /// PTTL was refused: nothing is known of the expiry.
  [[nodiscard]] bool ttl_unknown() const noexcept { return ttl_unknown_; }

  void on_reply(std::uint32_t index, const resp::reply_view& reply) noexcept override;
  void on_error(std::uint32_t index, error why) noexcept override;
  void let_go(wire::request& r) override { owner_.let_go(*this, r); }
  void abort(wire::request& r, errc why) override { owner_.abort(*this, r, why); }

  std::uint32_t generation = 0;  // in which it was begun
  std::uint64_t sent_ms = 0;     // not later than it was sent
  bool doomed = false;           // a change overtook it: those who wait get the answer, no others
  fetch* next = nullptr;         // of the same key
  wire::waiting_list waiters;

 private:
  fetch_owner& owner_;
  const local::reading& how_;
  std::array<resp::command, 2> commands_;
  const std::string key_;
  std::int64_t ttl_ms_ = -1;
  bool ttl_unknown_ = false;
};

}  // namespace sandpiper::cache

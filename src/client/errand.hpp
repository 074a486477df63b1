#pragma once
// A request on its way to a lane, on it, or held back behind one that is.
//
//     held -> fencing -> queued -> riding -> over
//       |        `--------^ when nothing of the shared connection is unanswered
//       `-> over: handed to the shared connection

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sandpiper/base/error.hpp"
#include "sandpiper/wire/request.hpp"

namespace sandpiper {

class lane;

/// A lane of which WATCH was answered, for the one who asked for it. Strand-bound, but for `where`,
/// which its owner reads once it was told.
struct lease {
  std::shared_ptr<lane> where;
};

/// What lanes know of one request. Strand-bound.
struct errand : std::enable_shared_from_this<errand> {
  enum class kind : std::uint8_t {
    passing,   // for the shared connection, once what holds it back is answered
    large,     // holds back what comes later on its keys
    blocking,  // may wait on the server; `own` are its commands
    lease,     // WATCH: the lane stays with its caller
  };
  enum class phase : std::uint8_t { held, fencing, queued, riding, over };

  wire::request* who = nullptr;  // null once nobody waits
  kind what = kind::passing;
  phase now = phase::held;
  std::uint64_t deadline_ms = 0;
  std::vector<std::size_t> keys;  // hashes; of those that hold back or may be held back
  bool keys_known = true;
  std::vector<resp::command> own;  // so that its caller may go away
  std::uint32_t told = 0;          // commands that are complete
  bool counted = false;            // among those that make others pass the gate
  bool noted = false;              // its keys are among those that hold others back
  std::list<std::shared_ptr<errand>>::iterator place;

  // On a lane.
  lane* on = nullptr;
  sandpiper::lease* borrower = nullptr;
  std::optional<errc> ending;      // why it is being unblocked
  std::uint64_t grace_end_ms = 0;  // until when its reply is waited for then
  std::uint32_t lost_from = 0;     // after a loss: the first command without a reply
  std::uint32_t maybe_run_to = 0;  // ... those before this one may have run
  std::optional<error> loss = std::nullopt;
  std::uint32_t resent = 0;

  [[nodiscard]] std::span<const resp::command> commands() const noexcept {
    return own.empty() ? who->commands() : std::span<const resp::command>(own);
  }
  [[nodiscard]] bool holds() const noexcept { return what == kind::large; }
};

}  // namespace sandpiper

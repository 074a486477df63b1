#pragma once
// What a cached client asks of its cache: a home that answers some calls at once.

#include <chrono>
#include <string_view>

#include "sandpiper/cache/answer.hpp"
#include "sandpiper/client/home.hpp"
#include "sandpiper/resp/command.hpp"
#include "sandpiper/resp/reply_view.hpp"
#include "sandpiper/store/function_ref.hpp"

namespace sandpiper::cache {

/// Told an answer; the reply lasts for the call.
using teller = store::function_ref<void(const resp::reply_view& reply, origin from,
                                        std::chrono::milliseconds age)>;

/// Made by cached_client. Shared: thread-safe.
class near_cache : public home {
 public:
  /// Answers `command` from here if it can; never waits, and allocates nothing in the long run.
  virtual bool look(const resp::command& command, teller tell) = 0;

  [[nodiscard]] virtual status state() const = 0;
  [[nodiscard]] virtual statistics stats() const = 0;

  /// What is known of the key goes, and what is being fetched of it is not kept.
  virtual void forget(std::string_view key) = 0;
  virtual void forget_all() = 0;

 protected:
  ~near_cache() = default;
};

}  // namespace sandpiper::cache

#pragma once
// A command of the client's own, answered to a function.

#include <asio/post.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <utility>

#include "net/connection.hpp"
#include "sandpiper/wire/request.hpp"

namespace sandpiper {

/// Lives on its own and ends itself. Strand-bound.
class question final : public wire::request {
 public:
  /// Told once, on the strand: a reply, or else an error.
  using answer = std::function<void(const resp::reply_view* reply, const error* why)>;

  /// Asks on `to`, until `deadline_ms` of base/clock.hpp. Never answers from within.
  static void ask(net::connection& to, resp::command what, std::uint64_t deadline_ms, answer told) {
    auto* const one = new question(std::move(what), std::move(told));
    one->deadline_ms = deadline_ms;
    to.enter([&] {
      auto sent = to.submit(*one);
      if (sent) return;
      asio::post(to.strand(), [one, why = std::move(sent).error()] { one->on_error(0, why); });
    });
  }

  void on_reply(std::uint32_t, const resp::reply_view& reply) noexcept override {
    const auto told = std::move(told_);
    delete this;
    told(&reply, nullptr);
  }
  void on_error(std::uint32_t, error why) noexcept override {
    const auto told = std::move(told_);
    delete this;
    told(nullptr, &why);
  }

 private:
  question(resp::command&& what, answer&& told) : what_(std::move(what)), told_(std::move(told)) {
    set_commands({&what_, 1});
  }

  resp::command what_;
  answer told_;
};

/// PING: its reply shows that all before it on its connection was answered.
[[nodiscard]] inline resp::command ping_question() {
  return resp::command("PING", {.read_only = true, .idempotent = true, .keyless = true});
}

}  // namespace sandpiper

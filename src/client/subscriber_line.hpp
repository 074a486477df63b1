#pragma once
// The connection that a client subscribes on.

#include <asio/any_io_executor.hpp>

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/connection.hpp"
#include "net/settings.hpp"

namespace sandpiper {

enum class topic_kind : std::uint8_t { channel, pattern, shard };

/// Who stands behind a line. Told on its strand.
class line_user {
 public:
  virtual void on_ready() noexcept = 0;
  virtual void on_lost(std::string_view why) noexcept = 0;
  virtual void on_trouble(const error& why) noexcept = 0;
  virtual void on_push(const resp::reply_view& push) noexcept = 0;
  /// The end of ask(). No error: the server confirmed it.
  virtual void on_answer(topic_kind kind, const std::string& name, bool begin,
                         const error* why) noexcept = 0;
  virtual void on_pong() noexcept = 0;

 protected:
  ~line_user() = default;
};

/// One connection for life; it ends with let_go(), after which its user hears nothing.
/// Strand-bound.
class subscriber_line final : public net::listener,
                              public std::enable_shared_from_this<subscriber_line> {
 public:
  subscriber_line(const asio::any_io_executor& strand, net::settings what, line_user& user);
  ~subscriber_line();

  void open();
  void let_go();

  /// SUBSCRIBE or UNSUBSCRIBE. Requires ready(). Never answers from within.
  /// Errors    as net::connection::submit()
  result<void> ask(topic_kind kind, const std::string& name, bool begin);

  /// PING, unless nothing is to be proved: bytes came since the last call, or one is on its way.
  void ping_if_silent();

  [[nodiscard]] bool ready() const noexcept { return ready_; }

  void on_ready() noexcept override;
  void on_lost() noexcept override;
  void on_failed_attempt(const error& why) noexcept override;
  void on_push(const resp::reply_view& push) noexcept override;

 private:
  class question;

  result<void> submit(resp::command command, std::function<void(const error*)> answered);
  void answered(question& one, const error* why);

  line_user* user_;  // null once it was let go
  std::shared_ptr<net::connection> connection_;
  std::list<question> questions_;  // those without an answer
  std::uint64_t heard_bytes_ = 0;
  bool pinging_ = false;
  bool ready_ = false;
};

}  // namespace sandpiper

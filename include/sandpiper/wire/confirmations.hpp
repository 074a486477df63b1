#pragma once
// A connection that subscribes: which of what the server says is an answer, and which is a message.
//
//     RESP3   >3 message news hello                 RESP2   *3 message news hello
//             >3 subscribe news 1                           *3 subscribe news 1
//             +PONG                                         +PONG, or *2 pong "" while subscribed
//
// Commands that subscribe have no reply, but a confirmation that looks like a message; in RESP2
// messages look like replies besides. Words and positions tell them apart, since nothing but these
// commands and PING is sent on such a connection.
//
// Source    https://redis.io/docs/latest/develop/pubsub/

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "sandpiper/resp/command.hpp"
#include "sandpiper/resp/reply_view.hpp"

namespace sandpiper::wire {

/// Remembers what was asked, in order. Strand-bound.
class confirmations {
 public:
  enum class sort : std::uint8_t {
    answer,    // to the oldest command without one
    message,   // out of turn: of a channel, or word that the server ended a subscription
    stranger,  // neither: the stream is out of step
  };

  /// `command` was handed to the stream. One that subscribes names exactly one channel.
  void expect(const resp::command& command);

  [[nodiscard]] sort sort_of(const resp::reply_view& value) const noexcept;

  /// The oldest command has its answer. Requires one.
  void answered() { expected_.pop_front(); }

  void clear() noexcept { expected_.clear(); }
  [[nodiscard]] std::size_t size() const noexcept { return expected_.size(); }

 private:
  struct expected {
    std::string word;  // "subscribe", in the confirmation; empty: any other command
    std::string channel;
  };

  [[nodiscard]] sort sort_of_words(const resp::reply_view& value) const noexcept;
  [[nodiscard]] sort sort_of_reply(const resp::reply_view& value) const noexcept;

  std::deque<expected> expected_;
};

}  // namespace sandpiper::wire

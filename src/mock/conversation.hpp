#pragma once
// What is said on one connection: commands in, bytes out, without a socket.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "mock/rulebook.hpp"
#include "sandpiper/mock/answer.hpp"

namespace sandpiper::mock {

/// Answers leave in the order of their commands, so one that is held back holds back those behind
/// it. What a client says on its own account (HELLO, AUTH, CLIENT ..., PING; on a tracking
/// connection PTTL and COMMAND) and what makes a transaction is answered here, unless a rule names
/// it.
///
/// Strand-bound.
class conversation {
 public:
  /// `number`: of the connection, as CLIENT ID tells it.
  conversation(rulebook& book, std::uint64_t number) noexcept : book_(book), number_(number) {}

  void hear(const words& command);

  /// Says `message` at once, in front of answers that are held back. Only where RESP3 is spoken.
  void push(const answer& message);

  /// Appends what may be said; false: behind it the connection ends.
  [[nodiscard]] bool speak(std::string& out);

  [[nodiscard]] int protocol() const noexcept { return protocol_; }
  [[nodiscard]] bool tracks() const noexcept { return tracks_; }
  [[nodiscard]] std::size_t pending() const noexcept { return pending_.size(); }

 private:
  struct utterance {
    std::string bytes;
    std::vector<gate> gates;
    bool lost;
    bool silent;
  };
  struct verdict {
    answer what;
    bool expected;
  };

  [[nodiscard]] verdict answer_to(const words& command);
  [[nodiscard]] std::optional<answer> by_itself(std::string_view name, const words& command);
  [[nodiscard]] answer hello(const words& command);
  [[nodiscard]] answer about_client(const words& command);
  void queue(const words& command);
  [[nodiscard]] answer exec();
  void say(const answer& what);
  [[nodiscard]] std::string bytes_of(const answer& what) const;

  rulebook& book_;
  const std::uint64_t number_;
  int protocol_ = 2;
  bool tracks_ = false;
  bool in_transaction_ = false;
  bool refused_ = false;  // a command of the transaction
  std::vector<answer> queued_;
  std::string pushed_;
  std::deque<utterance> pending_;
};

}  // namespace sandpiper::mock

#pragma once
// One client's socket, and the conversation on it.

#include <cstdint>
#include <string>

#include "mock/conversation.hpp"
#include "sandpiper/resp/parser.hpp"

namespace sandpiper::mock {

/// Strand-bound.
class link {
 public:
  /// Takes over `socket`, which does not block.
  link(int socket, rulebook& book, std::uint64_t number);
  link(const link&) = delete;
  link& operator=(const link&) = delete;
  ~link();

  [[nodiscard]] int socket() const noexcept { return socket_; }
  [[nodiscard]] conversation& talk() noexcept { return talk_; }

  /// What to wait for, as poll() wants it. Nothing is read from a client that does not read.
  [[nodiscard]] short awaited() const noexcept;

  /// Nothing more is read or written; go_on() says that it is over.
  void end() noexcept { ended_ = true; }

  /// Reads, answers and writes as far as that goes. False: the connection is over.
  [[nodiscard]] bool go_on();

 private:
  [[nodiscard]] bool receive();
  [[nodiscard]] bool hear();
  [[nodiscard]] bool send();

  const int socket_;
  conversation talk_;
  resp::parser parser_;
  std::string in_;
  std::string out_;
  bool ending_ = false;  // once all is written
  bool ended_ = false;
};

}  // namespace sandpiper::mock

#pragma once
// A server that misbehaves as it is told: for what a real one does too seldom to wait for.
//
//     scripted_server server({script().greet().read("INCR").write(":1").close(),
//                             script().greet().hang()});
//
// The n-th connection plays the n-th script; later ones play the last again.

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace sandpiper::test {

/// What happens on one connection, step by step. Behind the last step the server closes it.
/// A value.
class script {
 public:
  /// Takes commands up to and with one that has `bytes` in its name or an argument.
  script&& read(std::string bytes) && { return add({step::read, std::move(bytes)}); }
  script&& write(std::string bytes) && { return add({step::write, std::move(bytes)}); }
  /// `bytes` so many times, reading nothing meanwhile.
  script&& write(std::string bytes, std::size_t times) && {
    return add({step::write, std::move(bytes), times});
  }
  /// Waits until somebody calls scripted_server::go(); what comes meanwhile is not read.
  script&& wait() && { return add({step::wait, {}}); }
  /// Reads and says nothing until the client goes away.
  script&& hang() && { return add({step::hang, {}}); }
  /// Answers "+OK" to every command until the client goes away, `n` at most.
  script&& serve(std::size_t n = SIZE_MAX) && { return add({step::serve, {}, n}); }
  /// The connection ends with an error for the client, not in order.
  script&& reset() && { return add({step::reset, {}}); }

  /// A server of today takes the whole handshake.
  script&& greet() && {
    return std::move(*this).read("LIB-VER").write("%1\r\n$5\r\nproto\r\n:3\r\n+OK\r\n+OK\r\n");
  }

 private:
  friend class scripted_server;
  enum class step : std::uint8_t { read, write, wait, hang, serve, reset };
  struct line {
    step what;
    std::string bytes;
    std::size_t n = 1;
  };

  script&& add(line one) {
    lines_.push_back(std::move(one));
    return std::move(*this);
  }

  std::vector<line> lines_;
};

/// Listens on a loopback port from the moment it is made; one connection at a time. Its functions
/// from any thread.
class scripted_server {
 public:
  /// Throws std::system_error.
  explicit scripted_server(std::vector<script> scripts);
  ~scripted_server();
  scripted_server(const scripted_server&) = delete;
  scripted_server& operator=(const scripted_server&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  /// Lets one wait() pass, that has begun or is still to come.
  void go();

  /// Connections so far.
  [[nodiscard]] std::size_t accepted() const noexcept { return accepted_; }

  /// Connections that are over.
  [[nodiscard]] std::size_t ended() const noexcept { return ended_; }

  /// How often `bytes` was received, on all connections.
  [[nodiscard]] std::size_t received(std::string_view bytes) const;

 private:
  class connection;

  void run();
  void play(int socket, const script& s);
  bool wait_for_go();

  std::vector<script> scripts_;
  int listener_ = -1;
  int stop_ = -1;  // readable once this object goes away
  std::uint16_t port_ = 0;
  std::atomic<std::size_t> accepted_ = 0;
  std::atomic<std::size_t> ended_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable gone_on_;
  std::size_t passes_ = 0;  // guarded by mutex_, as are the next two
  bool stopping_ = false;
  std::string received_;

  std::thread thread_;
};

}  // namespace sandpiper::test

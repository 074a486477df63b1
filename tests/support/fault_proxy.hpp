#pragma once
// Stands between a client and a real server, and does harm to what passes, as it is told.
//
//     fault_proxy proxy(server.socket_path());
//     const auto db = client::connect(proxy.url()).value();
//     proxy.set({.delay = 20ms});              // to what is open and to what will be
//     proxy.cut_after(toward::client, 3);      // three bytes more, then the end
//     proxy.set({});                           // all well again

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace sandpiper::test {

enum class toward : std::uint8_t { server, client };

/// What happens to all that passes, until it is told otherwise. A value.
struct harm {
  std::chrono::milliseconds delay{0};  // each piece arrives so much later, in order
  std::size_t slice_bytes = 0;         // pieces of at most so many bytes; 0: as they come
  bool black_hole = false;             // everything is taken, nothing arrives; a connection that
                                       // lost bytes by it stays dead in that direction
  std::optional<toward> stall = {};    // nothing is taken in this direction
  bool refuse = false;                 // new connections are closed at once
};

/// Listens on a loopback port from the moment it is made. Its functions from any thread; what they
/// ask for has happened when they return.
class fault_proxy {
 public:
  /// `server_path`: of a Unix socket. Throws std::system_error.
  explicit fault_proxy(std::string server_path);
  ~fault_proxy();
  fault_proxy(const fault_proxy&) = delete;
  fault_proxy& operator=(const fault_proxy&) = delete;

  [[nodiscard]] std::string url() const;

  void set(const harm& what);

  // --- once, to every connection that is open; later ones are not touched

  /// After `bytes` more in this direction both sides are closed, in order.
  void cut_after(toward where, std::size_t bytes);
  /// The byte after `bytes` more in this direction arrives with its bits turned over.
  void corrupt_after(toward where, std::size_t bytes);
  /// The client finds the connection reset.
  void reset();
  /// In this direction nothing will come any more; the other goes on.
  void half_close(toward where);

  [[nodiscard]] std::size_t accepted() const noexcept { return accepted_; }
  [[nodiscard]] std::size_t open() const;

 private:
  class route;
  class pair;

  void work();
  void accept_one();
  void forget_ended();
  void nudge() const;

  const std::string server_path_;
  std::uint16_t port_ = 0;  // which making the listener tells
  int listener_ = -1;
  int wake_ = -1;
  std::atomic<std::size_t> accepted_ = 0;
  std::atomic<bool> stop_ = false;
  mutable std::mutex mutex_;  // guards what follows
  harm harm_;
  std::vector<std::unique_ptr<pair>> pairs_;
  std::thread thread_;
};

}  // namespace sandpiper::test

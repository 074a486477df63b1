#pragma once
// A redis-server of the demo's own, on a Unix socket in a temporary folder.

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace demo {

/// What it acknowledged survives kill(). Goes away with the object, and with the process.
class server {
 public:
  /// Throws std::runtime_error: redis-server is missing, or did not come up.
  server();
  ~server();
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  [[nodiscard]] std::string socket() const { return (folder_ / "redis.sock").string(); }
  [[nodiscard]] std::string url() const { return "unix://" + socket(); }

  void kill();
  void start();

 private:
  std::filesystem::path folder_;
  pid_t pid_ = 0;
};

}  // namespace demo

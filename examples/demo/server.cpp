#include "demo/server.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <vector>

#include "sandpiper/client/client.hpp"
#include "sandpiper/commands/connection.hpp"

namespace demo {
namespace {

using namespace std::chrono_literals;

std::filesystem::path make_folder() {
  const auto place = std::filesystem::temp_directory_path() / "sandpiper-demo-";
  auto name = place.string() + std::string(6, 'X');  // as mkdtemp() wants it
  if (::mkdtemp(name.data()) == nullptr)
    throw std::runtime_error("no temporary folder can be made");
  return name;
}

[[noreturn]] void become_redis(const std::string& folder) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setpgid(0, 0);  // an interrupt at the terminal is for the demo alone
  const int log = ::open((folder + "/log").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execlp("redis-server", "redis-server", "--port", "0", "--unixsocket",
           (folder + "/redis.sock").c_str(), "--dir", folder.c_str(), "--save", "", "--appendonly",
           "yes", "--appendfsync", "always", "--daemonize", "no", static_cast<char*>(nullptr));
  std::_Exit(127);
}

}  // namespace

server::server() : folder_(make_folder()) { start(); }

server::~server() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void server::start() {
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("no process can be started");
  if (pid_ == 0) become_redis(folder_.string());
  for (int tries = 0; tries < 500; ++tries) {
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = 0;
      throw std::runtime_error(
          "redis-server did not start; install it: apt-get install redis-server");
    }
    const auto db = sandpiper::client::connect(url());
    if (db && db->run(sandpiper::ping())) return;
    std::this_thread::sleep_for(10ms);
  }
  throw std::runtime_error("redis-server does not answer");
}

void server::kill() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

}  // namespace demo

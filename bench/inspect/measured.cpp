#include "inspect/measured.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

namespace inspect_bench {
namespace {

double seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

}  // namespace

measured run(const std::vector<std::string>& words, const std::string& input,
             const std::string& output) {
  std::vector<char*> pointers;
  for (const auto& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);

  const auto began = std::chrono::steady_clock::now();
  const pid_t child = ::vfork();  // a fork would count this program's memory as the child's
  if (child == 0) {
    const int in = ::open(input.c_str(), O_RDONLY);
    const int out = ::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(in, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    ::execvp(pointers[0], pointers.data());
    ::_exit(127);
  }
  measured made;
  int status = 0;
  rusage used{};
  if (child < 0 || ::wait4(child, &status, 0, &used) != child) return made;
  made.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  made.cpu_s = seconds(used.ru_utime) + seconds(used.ru_stime);
  made.memory_bytes = static_cast<std::uint64_t>(used.ru_maxrss) << 10;
  made.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return made;
}

}  // namespace inspect_bench

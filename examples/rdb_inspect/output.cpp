#include "rdb_inspect/output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace rdb_inspect {

output::output(const std::string& path) {
  if (path == "-") return;
  descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ >= 0) return;
  trouble_ = path + ": " + std::strerror(errno);
  over_ = true;
}

output::~output() {
  flush();
  if (descriptor_ > 1) ::close(descriptor_);
}

void output::flush() {
  std::string_view rest = buffer_;
  while (!over_ && !rest.empty()) {
    const auto written = ::write(descriptor_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      over_ = true;
      if (errno != EPIPE) trouble_ = std::string("the output: ") + std::strerror(errno);
    }
  }
  buffer_.clear();
}

bool output::is_terminal() const noexcept { return ::isatty(descriptor_) == 1; }

}  // namespace rdb_inspect

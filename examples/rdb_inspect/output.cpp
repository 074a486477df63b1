#include "rdb_inspect/output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace rdb_inspect {

output::output(const std::string& path, bool whole_or_nothing) : path_(path) {
  if (path == "-") return;
  if (whole_or_nothing) written_ = path + ".part";
  const auto& name = whole_or_nothing ? written_ : path_;
  descriptor_ = ::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ >= 0) return;
  written_.clear();
  trouble_ = path + ": " + std::strerror(errno);
  over_ = true;
}

output::~output() {
  flush();
  if (descriptor_ > 1) ::close(descriptor_);
  if (!written_.empty()) ::unlink(written_.c_str());
}

bool output::keep() {
  flush();
  if (over_ || written_.empty()) return !over_;
  if (::fsync(descriptor_) != 0 || std::rename(written_.c_str(), path_.c_str()) != 0) {
    trouble_ = path_ + ": " + std::strerror(errno);
    over_ = true;
    return false;
  }
  written_.clear();
  return true;
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

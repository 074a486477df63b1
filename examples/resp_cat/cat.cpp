#include "resp_cat/cat.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include "resp_cat/json.hpp"
#include "sandpiper/resp/parser.hpp"

namespace resp_cat {
namespace {

using sandpiper::resp::parser;
using sandpiper::resp::reply_view;

// A receive buffer: what is not consumed stands at its front.
class inbox {
 public:
  // Reads once, with room for at least the next thing the parser can use. False at the end, and
  // when nothing can be read.
  bool fill(int fd, std::size_t wanted_bytes) {
    constexpr std::size_t read_bytes_min = 64 << 10;
    const auto believed = std::min(wanted_bytes, 2 * used_ + read_bytes_min);
    bytes_.resize(std::max({bytes_.size(), used_ + read_bytes_min, believed}));
    ssize_t n;
    do {
      n = ::read(fd, bytes_.data() + used_, bytes_.size() - used_);
    } while (n < 0 && errno == EINTR);
    failed_ = n < 0;
    if (failed_) std::fprintf(stderr, "resp_cat: cannot read: %s\n", std::strerror(errno));
    if (n <= 0) return false;
    used_ += static_cast<std::size_t>(n);
    return true;
  }

  [[nodiscard]] bool failed() const { return failed_; }

  [[nodiscard]] std::span<char> data() { return {bytes_.data(), used_}; }

  void drop(std::size_t n) {
    used_ -= n;
    std::memmove(bytes_.data(), bytes_.data() + n, used_);
  }

 private:
  std::vector<char> bytes_;
  std::size_t used_ = 0;
  bool failed_ = false;
};

void print_values(parser& p, std::string& line, std::FILE* out) {
  for (reply_view value; p.next(value);) {
    line.clear();
    append_value(line, value);
    line += '\n';
    std::fwrite(line.data(), 1, line.size(), out);
  }
  std::fflush(out);
}

int digit_of(char c) noexcept {
  if ('0' <= c && c <= '9') return c - '0';
  if ('a' <= c && c <= 'f') return c - 'a' + 10;
  if ('A' <= c && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool read_line(std::FILE* in, std::string& line) {
  line.clear();
  int c;
  while ((c = std::fgetc(in)) != EOF && c != '\n') line += static_cast<char>(c);
  return c != EOF || !line.empty();
}

}  // namespace

status cat_stream(std::FILE* in, std::FILE* out) {
  parser p;
  inbox received;
  std::string line;
  std::size_t consumed_bytes = 0;
  while (received.fill(::fileno(in), p.wanted())) {
    p.parse(received.data());
    print_values(p, line, out);
    if (const auto* why = p.failure()) {
      std::fprintf(stderr, "resp_cat: %s\n", why->message().c_str());
      return malformed;
    }
    const auto done = p.consume();
    received.drop(done);
    consumed_bytes += done;
  }
  if (received.failed()) return malformed;
  if (!p.inside_value()) return all_read;
  std::fprintf(stderr, "resp_cat: the input ends inside the value that begins at byte %zu\n",
               consumed_bytes);
  return incomplete;
}

std::string line_of(std::string bytes) {
  parser p;
  p.parse(bytes);
  std::string values;
  std::size_t count = 0;
  for (reply_view value; p.next(value); ++count) {
    if (count > 0) values += ',';
    append_value(values, value);
  }
  if (p.failure() != nullptr) return "\"error\"";
  if (p.inside_value()) return "\"incomplete\"";
  return count == 1 ? values : R"({"seq":[)" + values + "]}";
}

bool read_hex(std::string_view digits, std::string& bytes) {
  bytes.clear();
  int high = -1;
  for (const char c : digits) {
    if (c == ' ' || c == '\t' || c == '\r') continue;
    const int value = digit_of(c);
    if (value < 0) return false;
    if (high < 0) {
      high = value;
    } else {
      bytes += static_cast<char>(high << 4 | value);
      high = -1;
    }
  }
  return high < 0;
}

status cat_hex_lines(std::FILE* in, std::FILE* out) {
  std::string digits;
  std::string bytes;
  for (std::size_t number = 1; read_line(in, digits); ++number) {
    if (!read_hex(digits, bytes)) {
      std::fflush(out);
      std::fprintf(stderr, "resp_cat: line %zu is not made of pairs of hex digits\n", number);
      return bad_usage;
    }
    const auto line = line_of(bytes) + '\n';
    std::fwrite(line.data(), 1, line.size(), out);
  }
  return all_read;
}

}  // namespace resp_cat

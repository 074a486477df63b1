#include "sandpiper/rdb/source.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace sandpiper::rdb {
namespace {

constexpr std::size_t map_piece_bytes = 4 << 20;

error last_error(const std::string& about) {
  return {errc::bad_request, about + ": " + std::generic_category().message(errno)};
}

class file_descriptor {
 public:
  explicit file_descriptor(const std::string& path)
      : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  file_descriptor(const file_descriptor&) = delete;
  file_descriptor& operator=(const file_descriptor&) = delete;
  ~file_descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

// Owns the file it reads, as descriptor_source does not.
class file_source final : public source {
 public:
  explicit file_source(const std::string& path) : file_(path), reads_(file_.number()) {}

  [[nodiscard]] bool is_open() const { return file_.number() >= 0; }
  result<std::string_view> next() override { return reads_.next(); }
  [[nodiscard]] std::optional<std::uint64_t> size_bytes() const override {
    struct stat about {};
    if (::fstat(file_.number(), &about) != 0 || !S_ISREG(about.st_mode)) return std::nullopt;
    return static_cast<std::uint64_t>(about.st_size);
  }

 private:
  file_descriptor file_;
  descriptor_source reads_;
};

class standard_input final : public source {
 public:
  result<std::string_view> next() override { return reads_.next(); }

 private:
  descriptor_source reads_{STDIN_FILENO};
};

}  // namespace

source::~source() = default;

result<std::string_view> memory_source::next() {
  const auto piece = rest_.substr(0, piece_bytes_max_);
  rest_.remove_prefix(piece.size());
  return piece;
}

descriptor_source::descriptor_source(int descriptor, std::size_t piece_bytes)
    : descriptor_(descriptor),
      piece_bytes_(piece_bytes),
      piece_(std::make_unique_for_overwrite<char[]>(piece_bytes)) {}

result<std::string_view> descriptor_source::next() {
  for (;;) {
    const auto got = ::read(descriptor_, piece_.get(), piece_bytes_);
    if (got >= 0) return std::string_view(piece_.get(), static_cast<std::size_t>(got));
    if (errno != EINTR) return last_error("reading");
  }
}

callback_source::callback_source(read_function read, void* context, std::size_t piece_bytes)
    : read_(read),
      context_(context),
      piece_bytes_(piece_bytes),
      piece_(std::make_unique_for_overwrite<char[]>(piece_bytes)) {}

result<std::string_view> callback_source::next() {
  const auto got = read_(context_, piece_.get(), piece_bytes_);
  if (got < 0) return error(errc::bad_request, "the read function failed");
  return std::string_view(piece_.get(), std::min(static_cast<std::size_t>(got), piece_bytes_));
}

result<std::unique_ptr<source>> mapped_source::open(const std::string& path) {
  const file_descriptor file(path);
  struct stat about {};
  if (file.number() < 0 || ::fstat(file.number(), &about) != 0) return last_error(path);

  const auto size_bytes = static_cast<std::size_t>(about.st_size);
  if (size_bytes == 0) return std::unique_ptr<source>(new mapped_source(nullptr, 0));
  void* const data = ::mmap(nullptr, size_bytes, PROT_READ, MAP_PRIVATE, file.number(), 0);
  if (data == MAP_FAILED) return last_error(path);
  ::madvise(data, size_bytes, MADV_SEQUENTIAL);
  return std::unique_ptr<source>(new mapped_source(static_cast<char*>(data), size_bytes));
}

mapped_source::~mapped_source() {
  if (data_ != nullptr) ::munmap(data_, size_bytes_);
}

// The piece before is done with, so its pages are given back.
result<std::string_view> mapped_source::next() {
  if (given_bytes_ != 0) {
    const auto before = (given_bytes_ - 1) / map_piece_bytes * map_piece_bytes;
    ::madvise(data_ + before, given_bytes_ - before, MADV_DONTNEED);
  }
  const auto bytes = std::min(map_piece_bytes, size_bytes_ - given_bytes_);
  const std::string_view piece(data_ + given_bytes_, bytes);
  given_bytes_ += bytes;
  return piece;
}

result<std::unique_ptr<source>> open_file(const std::string& path, bool map) {
  if (path == "-") return std::unique_ptr<source>(new standard_input);
  auto file = std::make_unique<file_source>(path);
  if (!file->is_open()) return last_error(path);
  if (map && file->size_bytes().value_or(0) != 0) return mapped_source::open(path);
  return std::unique_ptr<source>(std::move(file));
}

progress pump(source& from, reader& to) {
  while (to.state() == progress::more) {
    const auto piece = from.next();
    if (!piece) {
      to.abandon("the source cannot be read");
    } else if (piece->empty()) {
      to.finish();
    } else {
      to.feed(*piece);
    }
  }
  return to.state();
}

}  // namespace sandpiper::rdb

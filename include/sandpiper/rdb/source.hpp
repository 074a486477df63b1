#pragma once
// Where a snapshot's bytes come from: a file, a pipe, a callback, memory.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sandpiper/base/result.hpp"
#include "sandpiper/rdb/reader.hpp"

namespace sandpiper::rdb {

/// Pieces of input, one after another. Bound to one thread at a time.
class source {
 public:
  virtual ~source();

  /// The next bytes; empty when there are no more. The view is valid until the next call.
  virtual result<std::string_view> next() = 0;

  /// How many bytes there are in all, when that is known: for progress, never for trust.
  [[nodiscard]] virtual std::optional<std::uint64_t> size_bytes() const { return std::nullopt; }
};

/// Bytes that are in memory already, in pieces of up to `piece_bytes_max`.
class memory_source final : public source {
 public:
  explicit memory_source(std::string_view bytes, std::size_t piece_bytes_max = SIZE_MAX)
      : rest_(bytes), size_bytes_(bytes.size()), piece_bytes_max_(piece_bytes_max) {}

  result<std::string_view> next() override;
  [[nodiscard]] std::optional<std::uint64_t> size_bytes() const override { return size_bytes_; }

 private:
  std::string_view rest_;
  std::uint64_t size_bytes_;
  std::size_t piece_bytes_max_;
};

/// A descriptor read with read(2) in large pieces: a pipe, a socket, a file. Not closed.
class descriptor_source final : public source {
 public:
  explicit descriptor_source(int descriptor, std::size_t piece_bytes = 1 << 20);

  result<std::string_view> next() override;

 private:
  int descriptor_;
  std::size_t piece_bytes_;
  std::unique_ptr<char[]> piece_;
};

/// A file, mapped. Pages that were read are given back, so it counts in resident memory with a few
/// megabytes whatever its size. A file that another process cuts short meanwhile ends this one with
/// SIGBUS: use open_file(path, false), which reads, where that can happen.
class mapped_source final : public source {
 public:
  /// Errors  errc::bad_request with the path and the system's words
  static result<std::unique_ptr<source>> open(const std::string& path);
  mapped_source(const mapped_source&) = delete;
  mapped_source& operator=(const mapped_source&) = delete;
  ~mapped_source() override;

  result<std::string_view> next() override;
  [[nodiscard]] std::optional<std::uint64_t> size_bytes() const override { return size_bytes_; }

 private:
  mapped_source(char* data, std::size_t size_bytes) : data_(data), size_bytes_(size_bytes) {}

  char* data_;
  std::size_t size_bytes_;
  std::size_t given_bytes_ = 0;
};

/// A function that fills a buffer and says how much it filled: 0 at the end, below 0 on failure.
class callback_source final : public source {
 public:
  using read_function = std::ptrdiff_t (*)(void* context, char* room, std::size_t room_bytes);

  callback_source(read_function read, void* context, std::size_t piece_bytes = 1 << 18);

  result<std::string_view> next() override;

 private:
  read_function read_;
  void* context_;
  std::size_t piece_bytes_;
  std::unique_ptr<char[]> piece_;
};

/// A path, or "-" for standard input. Regular files are mapped if `map`, everything else is read.
result<std::unique_ptr<source>> open_file(const std::string& path, bool map = true);

/// Feeds all of `from` to `to`, until the snapshot is complete, faulty or stopped, or until
/// `from` ends, which for an incomplete snapshot is a fault.
progress pump(source& from, reader& to);

}  // namespace sandpiper::rdb

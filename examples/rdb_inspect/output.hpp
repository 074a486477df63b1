#pragma once
// Where the data go: standard output or a file, through one buffer.

#include <string>
#include <string_view>

namespace rdb_inspect {

class output {
 public:
  /// "-" is standard output. A file that is `whole_or_nothing` has another name until keep(), and
  /// is gone without it.
  explicit output(const std::string& path, bool whole_or_nothing = false);
  ~output();
  output(const output&) = delete;
  output& operator=(const output&) = delete;

  /// To append to; then call settle().
  [[nodiscard]] std::string& buffer() noexcept { return buffer_; }
  void settle() {
    if (buffer_.size() >= flush_bytes) flush();
  }
  output& operator<<(std::string_view bytes) {
    buffer_ += bytes;
    settle();
    return *this;
  }
  void flush();
  /// It is complete: what was written gets its name. False with trouble().
  bool keep();

  /// Nobody takes it any more: the reader of the pipe has gone (quietly), or writing failed.
  [[nodiscard]] bool over() const noexcept { return over_; }
  /// Why it cannot be written; empty when it can, and when the pipe's reader has gone.
  [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }
  [[nodiscard]] bool is_terminal() const noexcept;

 private:
  static constexpr std::size_t flush_bytes = 1 << 16;

  std::string buffer_;
  std::string trouble_;
  std::string path_;     // as asked for
  std::string written_;  // where it is until keep(); empty: there already
  int descriptor_ = 1;
  bool over_ = false;
};

}  // namespace rdb_inspect

#pragma once
// A folder of a test's own that is gone when the test is.

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

namespace sandpiper::test {

/// Only its owner may look inside. Throws std::system_error when it cannot be made.
class temporary_folder {
 public:
  temporary_folder() {
    path_ = (std::filesystem::temp_directory_path() / "sandpiper-").string() +
            std::string(6, 'X');  // as mkdtemp() wants it
    if (::mkdtemp(path_.data()) == nullptr) {
      throw std::system_error(errno, std::generic_category(), "mkdtemp " + path_);
    }
  }
  ~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string path(std::string_view name) const {
    return path_ + "/" + std::string(name);
  }

  /// The path of a file `name` that holds `content`.
  std::string write(std::string_view name, std::string_view content) const {
    std::ofstream out(path(name), std::ios::binary);
    out << content;
    if (!out.flush()) throw std::system_error(errno, std::generic_category(), path(name));
    return path(name);
  }

 private:
  std::string path_;
};

}  // namespace sandpiper::test

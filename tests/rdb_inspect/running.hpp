#pragma once
// rdb_inspect from outside: what it prints, what it complains of, and what it ends with.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "support/redis_server.hpp"
#include "support/temporary_folder.hpp"

namespace sandpiper::test {

inline std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

struct ended {
  int status;
  std::string out;
  std::string err;
  std::uint64_t memory_bytes = 0;  // resident at most; of inspect_alone()
};

/// `arguments` as a shell takes them, with pipes and redirections of its input if it likes.
inline ended inspect(const std::string& arguments, const std::string& before = "") {
  const temporary_folder f;
  const auto line = before + std::string(RDB_INSPECT) + ' ' + arguments + " > " + f.path("out") +
                    " 2> " + f.path("err");
  const int status = std::system(line.c_str());
  EXPECT_TRUE(WIFEXITED(status)) << line;
  return {WEXITSTATUS(status), content_of(f.path("out")), content_of(f.path("err"))};
}

/// The program and nothing else, so that its memory can be told: `arguments` as it gets them.
inline ended inspect_alone(const std::vector<std::string>& arguments) {
  const temporary_folder f;
  std::vector<std::string> words{RDB_INSPECT};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const auto out = f.write("out", ""), err = f.write("err", "");
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
    ::dup2(::open(out.c_str(), O_WRONLY), STDOUT_FILENO);
    ::dup2(::open(err.c_str(), O_WRONLY), STDERR_FILENO);
    ::execv(pointers[0], pointers.data());
    ::_exit(127);
  }
  int status = 0;
  rusage used{};
  EXPECT_EQ(::wait4(child, &status, 0, &used), child);
  EXPECT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status);
  return {WEXITSTATUS(status), content_of(out), content_of(err),
          static_cast<std::uint64_t>(used.ru_maxrss) << 10};
}

inline std::filesystem::path rdb_samples(const std::string& folder) {
  return std::filesystem::path(SANDPIPER_TEST_ROOT) / "rdb" / folder;
}
inline std::string fixture(const std::string& name) {
  return (rdb_samples("fixtures") / (name + ".rdb")).string();
}

/// Files of a folder beside the reader's tests; never none.
inline std::vector<std::string> rdb_files(const std::string& folder) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(rdb_samples(folder))) {
    if (entry.path().extension() == ".rdb") found.push_back(entry.path().string());
  }
  std::sort(found.begin(), found.end());
  EXPECT_FALSE(found.empty()) << folder;
  return found;
}

/// The path of a snapshot that the server writes of what it holds.
inline std::string save(const redis_server& server) {
  EXPECT_EQ(server.ask("SAVE"), "+OK");
  return server.folder() + "/dump.rdb";
}

}  // namespace sandpiper::test

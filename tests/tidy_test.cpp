// Rules about the code itself. A rule nobody runs is a wish, so these run with every `ctest`.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;
const fs::path root = SANDPIPER_ROOT;

std::string read(const fs::path& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in) << path << " cannot be read";
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> lines_of(const fs::path& path) {
  std::istringstream text(read(path));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

template <class Each>
void for_each_match(const std::string& text, const std::regex& pattern, Each each) {
  for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it) each(*it);
}

std::string shown(const fs::path& path) { return path.lexically_relative(root).generic_string(); }

// Files under the folders named whose extension is one of `extensions`, in order.
std::vector<fs::path> files(const std::vector<std::string>& folders,
                            const std::set<std::string>& extensions) {
  std::vector<fs::path> found;
  for (const auto& folder : folders) {
    if (!fs::exists(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      if (!entry.is_regular_file()) continue;
      if (extensions.contains(entry.path().extension().string())) found.push_back(entry.path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<fs::path> code() {
  return files({"include", "src", "tests", "bench", "examples", "conan"}, {".hpp", ".cpp"});
}

std::vector<fs::path> pages() {
  auto found = files({"docs"}, {".md"});
  for (const auto& entry : fs::directory_iterator(root)) {
    if (entry.path().extension() == ".md") found.push_back(entry.path());
  }
  return found;
}

// The second name of a path below include/sandpiper or src: the part the file belongs to.
std::string part_of(const fs::path& path) {
  for (const auto* folder : {"include/sandpiper", "src"}) {
    const auto below = path.lexically_relative(root / folder);
    if (!below.empty() && *below.begin() != "..") return below.begin()->string();
  }
  return {};
}

// part -> the parts it may include, itself among them: what src/CMakeLists.txt declares, and what
// those may include in turn.
std::map<std::string, std::set<std::string>> declared_parts() {
  std::map<std::string, std::set<std::string>> parts;
  static const std::regex line(R"(\nsandpiper_part\((\w+)(?:\s+USES((?:\s+[a-z]+)+))?)");
  for_each_match(read(root / "src/CMakeLists.txt"), line, [&](const std::smatch& m) {
    auto& allowed = parts[m.str(1)];
    allowed.insert(m.str(1));
    for_each_match(m.str(2), std::regex("[a-z]+"), [&](const std::smatch& used) {
      EXPECT_TRUE(parts.contains(used.str())) << m.str(1) << " uses a later part: " << used.str();
      allowed.merge(std::set<std::string>(parts[used.str()]));  // what it uses may use, in turn
    });
  });
  EXPECT_FALSE(parts.empty());
  return parts;
}

const std::regex own_include(R"re(#include ["<](?:sandpiper/)?((\w+)/[\w/.]+)[">])re");

TEST(Tidy, PartsIncludeOnlyThePartsTheyUse) {
  const auto parts = declared_parts();
  for (const auto& path : files({"include/sandpiper", "src"}, {".hpp", ".cpp"})) {
    const auto part = part_of(path);
    ASSERT_TRUE(parts.contains(part)) << shown(path) << " belongs to no declared part";
    for_each_match(read(path), own_include, [&](const std::smatch& m) {
      if (!parts.contains(m.str(2))) return;  // a header of somebody else
      EXPECT_TRUE(parts.at(part).contains(m.str(2))) << shown(path) << " includes " << m.str(1);
    });
  }
}

TEST(Tidy, PublicHeadersIncludePublicHeadersOnly) {
  const auto parts = declared_parts();
  static const std::regex internal(R"re(#include "(\w+)/)re");
  for (const auto& path : files({"include"}, {".hpp"})) {
    for_each_match(read(path), internal, [&](const std::smatch& m) {
      EXPECT_FALSE(parts.contains(m.str(1))) << shown(path) << " includes src/" << m.str(1);
    });
  }
}

// Asio and OpenSSL enter at net, and of what is public only client/asio.hpp speaks of them.
TEST(Tidy, OutsidePackagesEnterAtTheirDoor) {
  static const std::regex outside(R"re(#include <(asio|openssl)[/.])re");
  const auto parts = declared_parts();
  for (const auto& path : files({"include/sandpiper", "src"}, {".hpp", ".cpp"})) {
    const bool is_public = shown(path).starts_with("include/");
    const auto part = parts.find(part_of(path));
    const bool above_the_door = part != parts.end() && part->second.contains("net");
    if (is_public ? shown(path) == "include/sandpiper/client/asio.hpp" : above_the_door) continue;
    for_each_match(read(path), outside, [&](const std::smatch& m) {
      ADD_FAILURE() << shown(path) << " includes <" << m.str(1) << ">";
    });
  }
}

// What client.hpp costs a user's unit is a promise: nothing heavy, directly or through our headers.
TEST(Tidy, TheClientHeaderStaysLight) {
  static const std::regex include(R"re(#include ["<]([^">]+)[">])re");
  const std::set<std::string> heavy{"asio.hpp", "future", "functional", "iostream", "regex"};
  std::vector<std::string> todo{"sandpiper/client/client.hpp"};
  std::set<std::string> seen;
  ASSERT_TRUE(fs::exists(root / "include" / todo.front()));
  while (!todo.empty()) {
    const auto header = todo.back();
    todo.pop_back();
    if (!seen.insert(header).second) continue;
    for_each_match(read(root / "include" / header), include, [&](const std::smatch& m) {
      EXPECT_FALSE(heavy.contains(m.str(1)) || m.str(1).starts_with("asio/"))
          << header << " includes " << m.str(1);
      if (m.str(1).starts_with("sandpiper/")) todo.push_back(m.str(1));
    });
  }
}

bool is_generated(const fs::path& path) {
  return lines_of(path).front().starts_with("// Generated by ");
}

TEST(Tidy, NoFileOutgrowsAReadingAndNoLineAScreen) {
  constexpr std::size_t lines_max = 500;
  constexpr std::size_t columns_max = 100;
  for (const auto& path : code()) {
    const auto lines = lines_of(path);
    ASSERT_FALSE(lines.empty()) << shown(path);
    EXPECT_TRUE(lines.size() <= lines_max || is_generated(path))
        << shown(path) << " has " << lines.size() << " lines";
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].find("https://") != std::string::npos) continue;  // an address cannot be wrapped
      EXPECT_LE(lines[i].size(), columns_max) << shown(path) << ':' << i + 1;
    }
  }
}

TEST(Tidy, NumberedExamplesFitOnOneScreen) {
  constexpr std::size_t lines_max = 59;
  for (const auto& path : files({"examples"}, {".cpp"})) {
    if (path.parent_path() != root / "examples") continue;
    EXPECT_TRUE(std::regex_match(path.stem().string(), std::regex(R"(\d\d_\w+)"))) << shown(path);
    EXPECT_LE(lines_of(path).size(), lines_max) << shown(path);
  }
}

TEST(Tidy, EverySourceHasItsTest) {
  const auto parts = declared_parts();
  for (const auto& [part, allowed] : parts) {
    for (const auto& path : files({"src/" + part}, {".cpp"})) {
      const auto test = root / "tests" / part / (path.stem().string() + "_test.cpp");
      EXPECT_TRUE(fs::exists(test)) << shown(path) << " has no " << shown(test);
    }
  }
}

TEST(Tidy, EveryPartHasItsPage) {
  for (const auto& [part, allowed] : declared_parts()) {
    EXPECT_TRUE(fs::exists(root / "docs/parts" / (part + ".md"))) << part;
  }
}

// A macro in a public header lands in every user's program; one that returns hides a way out.
TEST(Tidy, NoMacrosInPublicHeadersAndNoneThatReturn) {
  static const std::regex definition(R"(\n\s*#\s*define\s+(\w+)((?:[^\n]*\\\n)*[^\n]*))");
  for (const auto& path : code()) {
    const bool is_public = shown(path).starts_with("include/");
    for_each_match("\n" + read(path), definition, [&](const std::smatch& m) {
      EXPECT_FALSE(is_public) << shown(path) << " defines " << m.str(1);
      EXPECT_FALSE(std::regex_search(m.str(2), std::regex(R"(\breturn\b)")))
          << shown(path) << ": " << m.str(1) << " returns";
    });
  }
}

TEST(Tidy, EveryHeaderGuardsItself) {
  for (const auto& path : code()) {
    if (path.extension() != ".hpp") continue;
    const auto lines = lines_of(path);
    const auto first = std::find_if(lines.begin(), lines.end(), [](const std::string& line) {
      return !line.empty() && !line.starts_with("//");
    });
    EXPECT_TRUE(first != lines.end() && *first == "#pragma once") << shown(path);
  }
}

// Work that was put off, and tests that do not run, are not left in the tree. The words are put
// together here, or this file would be the first to break its rule.
TEST(Tidy, NothingIsPutOffOrSwitchedOff) {
  const std::vector<std::string> words{std::string("TO") + "DO", std::string("FIX") + "ME",
                                       std::string("XX") + "X", std::string("GTEST_") + "SKIP",
                                       std::string("DISABLED") + "_"};
  auto all = code();
  const auto build =
      files({"src", "tests", "bench", "examples", "conan"}, {".txt", ".cmake", ".py"});
  all.insert(all.end(), build.begin(), build.end());
  for (const auto& path : pages()) all.push_back(path);
  for (const auto& path : all) {
    const auto text = read(path);
    for (const auto& word : words) {
      const std::regex whole("\\b" + word);
      EXPECT_FALSE(std::regex_search(text, whole)) << shown(path) << " says " << word;
    }
  }
}

TEST(Tidy, TheTopLevelHoldsOnlyWhatBelongsThere) {
  const std::set<std::string> allowed{"CMakeLists.txt",
                                      "include",
                                      "src",
                                      "tests",
                                      "bench",
                                      "examples",
                                      "docs",
                                      "conan",
                                      "README.md",
                                      "CHANGELOG.md",
                                      "LICENSE",
                                      "CONTRIBUTING.md",
                                      "SECURITY.md",
                                      "dev",
                                      ".ci",
                                      ".git",
                                      ".gitignore",
                                      ".clang-format",
                                      ".clang-tidy",
                                      "build",
                                      "CMakePresets.json",
                                      "CMakeUserPresets.json"};
  for (const auto& entry : fs::directory_iterator(root)) {
    const auto name = entry.path().filename().string();
    EXPECT_TRUE(allowed.contains(name)) << name << " does not belong at the top";
  }
}

TEST(Tidy, TheCheckOfEveryChangeIsTheOneOfEveryDay) {
  const auto text = read(root / ".ci/run");
  EXPECT_TRUE(std::regex_search(text, std::regex(R"(\bdev test\b)"))) << text;
}

TEST(Tidy, EveryLinkInThePagesLeadsSomewhere) {
  static const std::regex link(R"(\]\(([^)#\s]+)(?:#[^)]*)?\))");
  for (const auto& page : pages()) {
    for_each_match(read(page), link, [&](const std::smatch& m) {
      if (m.str(1).find("://") != std::string::npos || m.str(1).starts_with("mailto:")) return;
      EXPECT_TRUE(fs::exists(page.parent_path() / m.str(1)))
          << shown(page) << " links to " << m.str(1);
    });
  }
}

}  // namespace

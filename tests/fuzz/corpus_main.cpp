// Stands in for libFuzzer where there is none: runs a fuzz target over the files of its corpus, and
// over every beginning of the small ones, since a cut is the commonest damage.
//
//     resp_parser_fuzz tests/fuzz/corpus/resp_parser

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t cut_bytes_max = 512;

// A copy of its own for each run, so that a sanitizer sees a read beyond its last byte.
void run(const std::string& input, std::size_t size_bytes) {
  const std::vector<std::uint8_t> exact(input.begin(),
                                        input.begin() + static_cast<std::ptrdiff_t>(size_bytes));
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

std::size_t run_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string input{std::istreambuf_iterator<char>(in), {}};
  const std::size_t first = input.size() <= cut_bytes_max ? 0 : input.size();
  for (std::size_t size_bytes = first; size_bytes <= input.size(); ++size_bytes) {
    run(input, size_bytes);
  }
  return input.size() - first + 1;
}

std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || !std::filesystem::is_directory(argv[1])) {
    std::fprintf(stderr, "usage: %s CORPUS_FOLDER\n", argv[0]);
    return 2;
  }
  const auto files = files_of(argv[1]);
  if (files.empty()) {
    std::fprintf(stderr, "%s holds no input, so nothing was tried\n", argv[1]);
    return 1;
  }

  std::size_t runs = 0;
  for (const auto& file : files) runs += run_file(file);
  std::printf("%zu files, %zu runs\n", files.size(), runs);
  return 0;
}

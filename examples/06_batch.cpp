// A batch: as many commands as the moment needs, in one write, each with an answer of its own.

#include <iostream>
#include <string>
#include <vector>

#include "sandpiper/client/batch.hpp"
#include "sandpiper/commands/string.hpp"

namespace sp = sandpiper;

int main(int argc, char** argv) {
  const auto db = sp::client::connect(argc > 1 ? argv[1] : "redis://localhost:6379").value();

  const std::vector<std::string> words = {"one", "two", "three", "not-a-number"};
  auto writes = db.batch();
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool last = i + 1 == words.size();
    writes.add(sp::set("word:" + words[i], last ? words[i] : std::to_string(i + 1)));
  }
  writes.run().value();

  auto reads = db.batch();
  std::vector<sp::batch::answer<std::int64_t>> counts;
  for (const auto& word : words) counts.push_back(reads.add(sp::incr("word:" + word)));
  reads.run().value();  // whether it was sent

  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto& count = counts[i].result();  // what became of each
    std::cout << words[i] << ": ";
    count ? std::cout << *count << '\n' : std::cout << count.error().message() << '\n';
  }
}

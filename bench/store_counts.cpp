// Question   how many instructions does a read or a write of the store take?
// Why        times differ with the machine and its other work; these do not, so they can be guarded
// Expect     a hit and a miss in one or two hundred, a third of them the hash; a set in less than
//            four times that. None allocates: a set takes the block of an earlier value
//
// How many entries lie behind their home differs with the hash, which each process draws anew: the
// limits are a tenth above what was seen. Erasing looks through signs, and differs most.
// The atomic exchange of a read and the two of a lock are one instruction each, and some 6 ns.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sandpiper/store/store.hpp"
#include "support/counted.hpp"
#include "support/keep.hpp"

namespace {

using sandpiper::local_store;

constexpr std::size_t keys_count = 1000;

// Keys in turn, each of 20 bytes.
struct filled {
  explicit filled(std::size_t value_bytes) : text(value_bytes, 'v') {
    for (std::size_t i = 0; i < keys_count; ++i) {
      keys.push_back("key:" + std::to_string(1'000'000'000'000'000 + i));
      absent.push_back("abs:" + std::to_string(1'000'000'000'000'000 + i));
      store.set(keys.back(), text);
    }
  }
  const std::string& next() { return next_of(keys); }
  const std::string& next_of(const std::vector<std::string>& all) {
    at = at + 1 == keys_count ? 0 : at + 1;
    return all[at];
  }

  std::string text;
  std::vector<std::string> keys{};
  std::vector<std::string> absent{};
  std::size_t at = 0;
  local_store store{{.budget_bytes = std::size_t{64} << 20}};
};

struct hit {
  std::unique_ptr<filled> all = std::make_unique<filled>(16);
  std::string into = std::string(16, ' ');

  void operator()() { bench::keep(all->store.copy(all->next(), into)); }
  [[nodiscard]] bool is_right() const { return into == all->text; }
};

struct miss {
  std::unique_ptr<filled> all = std::make_unique<filled>(16);
  std::string into{};

  void operator()() { bench::keep(all->store.copy(all->next_of(all->absent), into)); }
  [[nodiscard]] bool is_right() const { return all->store.stats().misses > 0 && into.empty(); }
};

struct set_over {
  explicit set_over(std::size_t value_bytes) : all(std::make_unique<filled>(value_bytes)) {}
  std::unique_ptr<filled> all;

  void operator()() { bench::keep(all->store.set(all->next(), all->text)); }
  [[nodiscard]] bool is_right() const { return all->store.size() == keys_count; }
};

struct set_and_erase {
  std::unique_ptr<filled> all = std::make_unique<filled>(16);

  void operator()() {
    const auto& fresh = all->next_of(all->absent);
    all->store.set(fresh, all->text);
    bench::keep(all->store.erase(fresh));
  }
  [[nodiscard]] bool is_right() const { return all->store.size() == keys_count; }
};

}  // namespace

int main() {
  constexpr int warm = 2000;
  constexpr int times = 1000;
  bench::counted_cases cases;
  cases.count("hit", 1, 270, hit{}, warm, times);
  cases.count("miss", 1, 200, miss{}, warm, times);
  cases.count("set over 16 B", 1, 600, set_over(16), warm, times);
  cases.count("set over 1 KB", 1, 750, set_over(1024), warm, times);
  cases.count("set and erase", 1, 1350, set_and_erase{}, warm, times);
  return cases.all_right() ? 0 : 1;
}

#pragma once
// Calls of every factory, made by src/commands/generate.py: what each must send, which of that are
// keys, and how its reply is read.

#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commands/expected.hpp"
#include "sandpiper/resp/decode.hpp"

namespace sandpiper::test {

enum class sample_kind {
  asked,    // a server answers it without harm
  offline,  // a server that answers it is no good to anybody else
  newer,    // from the documentation of a server that came later
};
inline constexpr auto asked = sample_kind::asked;
inline constexpr auto offline = sample_kind::offline;
inline constexpr auto newer = sample_kind::newer;

struct sample {
  resp::command command;
  words sent;
  words keys;
  sample_kind kind;
  result<void> (*decode)(const resp::reply_view&);

  [[nodiscard]] std::string shown() const {
    std::string text;
    for (const auto& word : sent) text += (text.empty() ? "" : " ") + word;
    return text;
  }
};

/// The words of a line; '' is an empty one.
inline words split(std::string_view line) {
  std::istringstream text{std::string(line)};
  words found;
  for (std::string word; text >> word;) found.push_back(word == "''" ? "" : word);
  return found;
}

class samples {
 public:
  template <class T>
  void add(command<T>&& c, std::string_view sent, std::string_view keys, sample_kind kind) {
    all_.push_back({std::move(c), split(sent), split(keys), kind, &decode_as<T>});
  }

  [[nodiscard]] auto begin() const { return all_.begin(); }
  [[nodiscard]] auto end() const { return all_.end(); }
  [[nodiscard]] std::size_t size() const { return all_.size(); }

 private:
  template <class T>
  static result<void> decode_as(const resp::reply_view& view) {
    const auto value = resp::decode<T>(view);
    if (!value) return value.error();
    return {};
  }

  std::vector<sample> all_;
};

inline void expect_encoded(void (*add)(samples&)) {
  samples all;
  add(all);
  EXPECT_GT(all.size(), 0u);
  for (const auto& one : all) {
    std::string wire = "*" + std::to_string(one.sent.size()) + "\r\n";
    for (const auto& word : one.sent) {
      wire += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
    }
    EXPECT_EQ(one.command.to_string(), wire);
    EXPECT_EQ(keys_of(one.command), one.keys) << one.shown();
    EXPECT_EQ(one.command.misused(), resp::misuse::none) << one.shown();
  }
}

// What samples are made of.
using namespace std::chrono_literals;
inline constexpr std::chrono::system_clock::time_point year_2100(4102444800s);
using word_pairs = std::vector<std::pair<std::string, std::string>>;
using scored = std::vector<std::pair<double, std::string>>;

}  // namespace sandpiper::test

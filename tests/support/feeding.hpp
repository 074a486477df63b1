#pragma once
// Feeds bytes to a RESP parser in pieces, as a network does, and notes what came of it.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sandpiper/resp/parser.hpp"
#include "support/reply_text.hpp"

namespace sandpiper::test {

/// What a parser made of a stream, its end included.
struct outcome {
  std::vector<std::string> values;  // replies and pushes in the order in which they were given
  std::string end;                  // "complete", "incomplete", "malformed at 17", ...
  std::size_t consumed_bytes = 0;

  [[nodiscard]] bool broken() const { return end != "complete" && end != "incomplete"; }

  friend bool operator==(const outcome&, const outcome&) = default;

  /// In the coding of tests/resp/cases.jsonl.
  [[nodiscard]] std::string text() const {
    auto all = values;
    if (broken()) all.emplace_back("\"error\"");
    if (end == "incomplete") all.emplace_back("\"incomplete\"");
    if (all.size() == 1) return all.front();
    std::string line = "{\"seq\":[";
    for (const auto& one : all) line.append(line.back() == '[' ? "" : ",").append(one);
    return line + "]}";
  }
};

/// When consume() is called: after every piece, or only when all is there.
enum class consuming { each_time, at_the_end };

/// A receive buffer and a parser over it. The buffer is exactly as large as its content and moves
/// with every piece, so that a sanitizer sees what looks beyond it or holds on to it.
class feeder {
 public:
  explicit feeder(resp::limits l = {}, consuming when = consuming::each_time)
      : parser_(l), when_(when) {}

  void feed(std::string_view piece) {
    auto larger = std::make_unique<char[]>(size_ + piece.size());
    if (size_ > 0) std::memcpy(larger.get(), bytes_.get(), size_);
    if (!piece.empty()) std::memcpy(larger.get() + size_, piece.data(), piece.size());
    bytes_ = std::move(larger);
    size_ += piece.size();

    parser_.parse({bytes_.get(), size_});
    for (resp::reply_view reply; parser_.next(reply);) seen_.values.push_back(told(reply));
    if (when_ == consuming::each_time) consume();
  }

  outcome finish() {
    if (when_ == consuming::at_the_end) consume();
    seen_.end = parser_.inside_value() ? "incomplete" : "complete";
    if (const auto* why = parser_.failure()) {
      const bool limit = *why == errc::over_limit;
      const auto place = why->text().substr(0, why->text().find(':'));
      seen_.end = std::string(limit ? "over limit, " : "malformed, ").append(place);
    }
    return seen_;
  }

  [[nodiscard]] const resp::parser& parser() const { return parser_; }

 private:
  void consume() {
    const auto done = parser_.consume();
    seen_.consumed_bytes += done;
    size_ -= done;
    std::memmove(bytes_.get(), bytes_.get() + done, size_);
  }

  resp::parser parser_;
  consuming when_;
  std::unique_ptr<char[]> bytes_ = std::make_unique<char[]>(0);
  std::size_t size_ = 0;
  outcome seen_;
};

/// `cuts`: places in `bytes`, in order.
inline outcome feed_cut(std::string_view bytes, const std::vector<std::size_t>& cuts,
                        resp::limits l = {}, consuming when = consuming::each_time) {
  feeder f(l, when);
  std::size_t from = 0;
  for (const auto cut : cuts) {
    f.feed(bytes.substr(from, cut - from));
    from = cut;
  }
  f.feed(bytes.substr(from));
  return f.finish();
}

inline outcome feed_whole(std::string_view bytes, resp::limits l = {}) {
  return feed_cut(bytes, {}, l);
}

/// Cuts that leave pieces of 1 to `piece_bytes_max` bytes.
inline std::vector<std::size_t> random_cuts(std::size_t size, std::size_t piece_bytes_max,
                                            std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::size_t> cuts;
  for (std::size_t at = 1 + random() % piece_bytes_max; at < size;
       at += 1 + random() % piece_bytes_max) {
    cuts.push_back(at);
  }
  return cuts;
}

}  // namespace sandpiper::test

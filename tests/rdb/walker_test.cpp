#include "rdb/walker.hpp"

#include <gtest/gtest.h>

#include "rdb/building.hpp"
#include "rdb/input.hpp"

namespace sandpiper::rdb {
namespace {

class deaf final : public visitor {};

struct walk {
  std::size_t taken_bytes = 0;
  bool complete = false;
  std::optional<fault> why;
};

// Walks over `entries` entries, the input coming in pieces of `step` bytes.
walk over(std::span<const field> shape, std::uint64_t entries, std::string_view bytes,
          std::size_t step, const options& how = {}) {
  deaf nobody;
  input in(nobody, how);
  in.restart();
  in.open({});
  in.walk(shape, entries).await_ready();
  walk seen;
  std::size_t at = 0;
  while (!seen.complete && !in.failed() && at < bytes.size()) {
    const auto piece = bytes.substr(at, step);
    in.open(piece);
    seen.complete = in.advance();
    at += piece.size() - in.left();
    if (!seen.complete) in.settle();
    if (in.left() != 0) break;
  }
  seen.taken_bytes = at;
  seen.why = in.why();
  return seen;
}

constexpr field one_text[] = {field::text};
constexpr field pair[] = {field::text, field::text};
constexpr field everything[] = {field::text, field::length, field::bytes8, field::bytes16,
                                field::score};

const std::string compressed = hex("c3 09 28 01 61 61 e0 1b 00 01 61 61");

void expect_walk(std::span<const field> shape, std::uint64_t entries, const std::string& bytes) {
  const auto input = bytes + "what follows";
  for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{5}, input.size()}) {
    const auto seen = over(shape, entries, input, step);
    EXPECT_TRUE(seen.complete) << step;
    EXPECT_EQ(seen.taken_bytes, bytes.size()) << step;
  }
}

TEST(Walker, TakesExactlyItsEntries) {
  expect_walk(one_text, 4, str("a") + str(std::string(100, 'x')) + hex("c1 00 00") + compressed);
  expect_walk(pair, 2, str("a") + str("b") + str(std::string(70, 'x')) + str(""));
  expect_walk(everything, 2,
              str("a") + len(1 << 20) + std::string(24, '\xff') + str("1.5") + compressed + len(0) +
                  std::string(24, '\0') + hex("fe"));
}

TEST(Walker, NoEntriesTakeNothing) { EXPECT_EQ(over(one_text, 0, "x", 1).taken_bytes, 0u); }

TEST(Walker, WaitsForWhatIsMissing) {
  for (const std::uint64_t entries : {std::uint64_t{2}, UINT64_MAX}) {
    const auto seen = over(one_text, entries, str("only one"), 3);
    EXPECT_FALSE(seen.complete);
    EXPECT_FALSE(seen.why);
    EXPECT_EQ(seen.taken_bytes, 9u);
  }
  EXPECT_FALSE(over(pair, UINT64_MAX, str("a") + str("b"), 4).complete)
      << "twice that is no number";
}

TEST(Walker, StopsAtTheFaultsOwnByte) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{100}}) {
    const auto seen = over(one_text, 2, str("a") + hex("c4 00"), step);
    ASSERT_TRUE(seen.why);
    EXPECT_EQ(seen.why->offset, 2u);
    EXPECT_EQ(seen.why->about, subject::string_encoding);
    const auto number = over(everything, 1, str("a") + hex("c0 00"), step);
    ASSERT_TRUE(number.why);
    EXPECT_EQ(number.why->about, subject::length);
  }
}

TEST(Walker, HoldsStringsToTheLimit) {
  const options how{.limits = {.string_bytes_max = 10}};
  EXPECT_TRUE(over(one_text, 1, str("0123456789"), 100, how).complete);
  EXPECT_EQ(over(one_text, 1, str("0123456789a"), 100, how).why->kind, fault_kind::over_limit);
  EXPECT_EQ(over(one_text, 1, compressed, 100, how).why->kind, fault_kind::over_limit);
}

}  // namespace
}  // namespace sandpiper::rdb

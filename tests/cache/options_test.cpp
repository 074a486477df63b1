#include "sandpiper/cache/options.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace sandpiper::cache {
namespace {

using namespace std::chrono_literals;

/// What check() says of the options that `change` leaves; empty if nothing.
std::string said(const std::function<void(options&)>& change) {
  options o;
  change(o);
  const auto outcome = o.check();
  if (outcome) return {};
  EXPECT_EQ(outcome.error(), errc::bad_request);
  return std::string(outcome.error().text());
}

TEST(Options, AsTheyComeMakeSense) {
  EXPECT_EQ(said([](options&) {}), "");
  EXPECT_EQ(options().past_the_lease.span(), 0ms);
}

TEST(Options, ATimeOutsideItsBoundsIsNamedWithThem) {
  EXPECT_EQ(said([](options& o) { o.ttl_max = 0ms; }), "ttl_max is 0 ms; give 1 to 86400000");
  EXPECT_EQ(said([](options& o) { o.ttl_max = 25h; }),
            "ttl_max is 90000000 ms; give 1 to 86400000");
  EXPECT_EQ(said([](options& o) { o.absent_ttl_max = -1ms; }),
            "absent_ttl_max is -1 ms; give 0 to 86400000");
  EXPECT_EQ(said([](options& o) { o.hash_ttl_max = -5ms; }),
            "hash_ttl_max is -5 ms; give 0 to 86400000");
  EXPECT_EQ(said([](options& o) { o.lease = 19ms; }), "lease is 19 ms; give 20 to 86400000");
  EXPECT_EQ(said([](options& o) { o.past_the_lease = staleness::serve_stale_for(-1ms); }),
            "past_the_lease is -1 ms; give 0 to 86400000");
}

// With a longer interval one lost question would be the end of the lease.
TEST(Options, TheProbeComesTwiceInALease) {
  EXPECT_EQ(said([](options& o) { o.lease = 100ms, o.probe_interval = 50ms; }), "");
  EXPECT_EQ(said([](options& o) { o.lease = 100ms, o.probe_interval = 51ms; }),
            "probe_interval is 51 ms; give 5 to 50");
  EXPECT_EQ(said([](options& o) { o.probe_interval = 4ms; }),
            "probe_interval is 4 ms; give 5 to 1000");
}

TEST(Options, BoundsThemselvesAreAllowed) {
  EXPECT_EQ(said([](options& o) {
              o.ttl_max = 1ms, o.absent_ttl_max = o.hash_ttl_max = 0ms;
              o.lease = 20ms, o.probe_interval = 5ms;
              o.past_the_lease = staleness::serve_stale_for(24h);
              o.budget_bytes = 1 << 20, o.shards = 256;
            }),
            "");
}

TEST(Options, ACountOutsideItsBoundsIsNamedWithThem) {
  EXPECT_EQ(said([](options& o) { o.shards = 0; }), "shards is 0; give 1 to 256");
  EXPECT_EQ(said([](options& o) { o.shards = 257; }), "shards is 257; give 1 to 256");
  EXPECT_EQ(said([](options& o) { o.budget_bytes = (1 << 20) - 1; }).substr(0, 37),
            "budget_bytes is 1048575; give 1048576");
}

TEST(Options, APrefixThatBeginsAnotherIsNamedWithIt) {
  const auto with = [](std::vector<std::string> prefixes) {
    return said([&](options& o) { o.broadcast_prefixes = std::move(prefixes); });
  };
  EXPECT_EQ(with({"a:", "b:"}), "");
  EXPECT_EQ(with({""}), "");
  const std::string text =
      "broadcast_prefixes has \"a\", with which \"ab\" begins, too; leave the longer one out";
  EXPECT_EQ(with({"ab", "a"}), text);
  EXPECT_EQ(with({"a", "ab"}), text);
  EXPECT_NE(with({"x", "x"}), "") << "the same twice";
  EXPECT_NE(with({"", "x"}), "") << "everything begins with nothing";
}

TEST(Options, PrefixesHaveABound) {
  std::vector<std::string> many;
  for (int i = 100; i < 164; ++i) many.push_back(std::to_string(i));
  const auto with = [&] { return said([&](options& o) { o.broadcast_prefixes = many; }); };
  EXPECT_EQ(with(), "");
  many.emplace_back("one more");
  EXPECT_EQ(with(), "broadcast_prefixes is 65; give 0 to 64");
}

}  // namespace
}  // namespace sandpiper::cache

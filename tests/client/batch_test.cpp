#include "sandpiper/client/batch.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "sandpiper/commands/connection.hpp"
#include "sandpiper/commands/string.hpp"
#include "support/redis_server.hpp"

namespace sandpiper {
namespace {

using test::redis_server;

TEST(Batch, SendsInOneWriteAndAnswersEachByItself) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  auto all = db.batch();
  const auto stored = all.add(set("k", "text"));
  const auto text = all.add(get("k"));
  const auto wrong = all.add(incr("k"));
  const auto pong = all.add(ping());
  EXPECT_EQ(all.size(), 4u);

  const auto writes = db.totals().writes;
  all.run().value();
  EXPECT_EQ(db.totals().writes, writes + 1);
  EXPECT_TRUE(stored.result());
  EXPECT_EQ(text.value(), "text");
  EXPECT_EQ(wrong.result().error(), server_errc::err);
  EXPECT_THROW(wrong.value(), failure);
  EXPECT_EQ(pong.value(), "PONG") << "an error in one is no error of the next";
}

TEST(Batch, AnEmptyOneIsDoneAtOnce) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  EXPECT_TRUE(db.batch().run());
}

TEST(Batch, CanBeFilledAgainAndItsAnswersOutliveIt) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  std::optional<batch> all = db.batch();
  const auto first = all->add(incr("n"));
  all->run().value();
  const auto second = all->add(incr("n"));
  EXPECT_EQ(all->size(), 1u);
  all->run().value();
  all.reset();
  EXPECT_EQ(first.value(), 1);
  EXPECT_EQ(second.value(), 2);
}

TEST(Batch, TakesManyAndLargeCommands) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  const std::string large(100'000, 'x');
  auto all = db.batch();
  std::vector<batch::answer<std::optional<std::string>>> read;
  constexpr int commands = 300;
  for (int i = 0; i < commands; ++i) {
    all.add(set("k" + std::to_string(i), i % 2 == 0 ? std::string_view(large) : "small"));
    read.push_back(all.add(get("k" + std::to_string(i))));
  }
  all.run().value();
  for (int i = 0; i < commands; ++i) {
    EXPECT_EQ(read[static_cast<std::size_t>(i)].value()->size(), i % 2 == 0 ? large.size() : 5u);
  }
}

TEST(Batch, OneThatCannotBeSentTellsSoInEachAnswer) {
  const redis_server server;
  options o = options::from_url(server.url()).value();
  o.pending_max = 2;
  const auto db = client::connect(o).value();
  auto all = db.batch();
  const auto one = all.add(ping());
  all.add(ping());
  const auto three = all.add(ping());
  EXPECT_EQ(all.run().error(), errc::pipeline_full);
  EXPECT_EQ(one.result().error(), errc::pipeline_full);
  EXPECT_EQ(three.result().error(), errc::pipeline_full);
  EXPECT_EQ(db.run(ping()).value(), "PONG");
}

}  // namespace
}  // namespace sandpiper

// The samples, said to a real server: every command it has is there, its keys are where it looks
// for them, and its replies are of the type that is promised.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commands/samples.hpp"
#include "support/blocking_link.hpp"
#include "support/redis_server.hpp"

namespace sandpiper::test {

using adder = void (*)(samples&);
void add_bitmap_samples(samples& to);
void add_cluster_samples(samples& to);
void add_connection_samples(samples& to);
void add_generic_samples(samples& to);
void add_geo_samples(samples& to);
void add_hash_samples(samples& to);
void add_hyperloglog_samples(samples& to);
void add_list_samples(samples& to);
void add_pubsub_samples(samples& to);
void add_scripting_samples(samples& to);
void add_server_samples(samples& to);
void add_set_samples(samples& to);
void add_sorted_set_samples(samples& to);
void add_stream_samples(samples& to);
void add_string_samples(samples& to);
void add_transactions_samples(samples& to);

namespace {

samples every_sample() {
  samples all;
  for (const adder add :
       {&add_bitmap_samples, &add_cluster_samples, &add_connection_samples, &add_generic_samples,
        &add_geo_samples, &add_hash_samples, &add_hyperloglog_samples, &add_list_samples,
        &add_pubsub_samples, &add_scripting_samples, &add_server_samples, &add_set_samples,
        &add_sorted_set_samples, &add_stream_samples, &add_string_samples,
        &add_transactions_samples}) {
    add(all);
  }
  return all;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

class LiveSamples : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    server = std::make_unique<redis_server>();
    node = node_of_a_cluster();
    all = std::make_unique<samples>(every_sample());
  }
  static void TearDownTestSuite() {
    server.reset();
    node.reset();
    all.reset();
  }

  void SetUp() override { connect(*server, 2); }

  void connect(const redis_server& to, int protocol) {
    link = std::make_unique<blocking_link>(to.socket_path());
    ASSERT_TRUE(link->run(command("HELLO", protocol).as<void>()));
  }

  // The bus of a cluster has a port 10,000 above the other, which there is not for every free one.
  static std::unique_ptr<redis_server> node_of_a_cluster() {
    for (int tries = 1;; ++tries) {
      try {
        return std::make_unique<redis_server>(
            redis_server_options{.tcp = true, .config = {"cluster-enabled yes"}});
      } catch (const std::runtime_error&) {
        if (tries == 50) throw;
      }
    }
  }

  // What the server tells of a command: its name, its flags, whether it knows of keys.
  struct told_command {
    std::string name;
    std::set<std::string> flags;
    bool is_routed_by_channel = false;  // what it knows as a key is the name of a shard channel
    bool has_subcommands = false;
  };

  std::vector<told_command> ask_for_all() {
    std::vector<told_command> found;
    const auto answer = link->run(command("COMMAND")).value();
    for (const auto one : answer) collect(one, found);
    return found;
  }

  static void collect(const resp::reply_view& one, std::vector<told_command>& found) {
    told_command it{.name = std::string(one[0].text()),
                    .flags = resp::decode<std::set<std::string>>(one[2]).value()};
    for (const auto spec : one[8]) {
      const auto flags = resp::decode<std::set<std::string>>(spec[1]);
      it.is_routed_by_channel = flags && flags->contains("not_key");
    }
    const auto inner = one[9];
    it.has_subcommands = inner.size() > 0;
    found.push_back(it);
    for (const auto sub : inner) collect(sub, found);
  }

  // "config|get" for CONFIG GET, "get" for GET, of those that `known` has.
  static const told_command* find(const std::vector<told_command>& known, const sample& one) {
    const auto named = [&](const std::string& name) {
      const auto at = std::find_if(known.begin(), known.end(),
                                   [&](const told_command& t) { return t.name == lower(name); });
      return at == known.end() ? nullptr : &*at;
    };
    const told_command* longer =
        one.sent.size() > 1 ? named(one.sent[0] + "|" + one.sent[1]) : nullptr;
    return longer != nullptr ? longer : named(one.sent[0]);
  }

  static inline std::unique_ptr<redis_server> server;
  static inline std::unique_ptr<redis_server> node;  // of a cluster of its own
  static inline std::unique_ptr<samples> all;
  std::unique_ptr<blocking_link> link;
};

TEST_F(LiveSamples, EveryCommandOfTheServerHasAFactory) {
  const auto known = ask_for_all();
  std::set<std::string> made;
  for (const auto& one : *all) {
    made.insert(lower(one.sent[0]));
    if (one.sent.size() > 1) made.insert(lower(one.sent[0] + "|" + one.sent[1]));
  }
  EXPECT_GT(known.size(), 300u);
  for (const auto& command : known) {
    EXPECT_TRUE(made.contains(command.name)) << command.name << " has no factory";
  }
}

TEST_F(LiveSamples, OnlyReadAndWaitAsTheServerSays) {
  const auto known = ask_for_all();
  for (const auto& one : *all) {
    if (one.kind == newer) continue;
    const auto* const told = find(known, one);
    ASSERT_NE(told, nullptr) << one.shown();
    const auto flags = one.command.flags();
    if (told->flags.contains("readonly")) {
      EXPECT_TRUE(flags.read_only) << one.shown();
    }
    if (told->flags.contains("write")) {
      EXPECT_FALSE(flags.read_only) << one.shown();
    }
    if (flags.blocking && one.sent[0] != "WAIT") {
      EXPECT_TRUE(told->flags.contains("blocking")) << one.shown();
    }
    if (one.sent[0] != "XREAD") {  // "$" asks another question each time
      EXPECT_TRUE(!flags.read_only || flags.idempotent) << one.shown();
    }
    EXPECT_TRUE(!flags.cacheable || (flags.read_only && !flags.blocking)) << one.shown();
    EXPECT_TRUE(!flags.keyless || one.command.key_count() == 0) << one.shown();
  }
}

TEST_F(LiveSamples, KeysAreWhereTheServerFindsThem) {
  const auto known = ask_for_all();
  std::size_t with_keys = 0;
  for (const auto& one : *all) {
    const auto* const told = one.kind == newer ? nullptr : find(known, one);
    if (told == nullptr || told->is_routed_by_channel) continue;
    command<words> question("COMMAND", "GETKEYS");
    for (const auto& word : one.sent) question.add(word);
    const auto keys = link->run(question);
    if (one.keys.empty()) {
      EXPECT_TRUE(!keys || keys->empty()) << one.shown();
      continue;
    }
    ASSERT_TRUE(keys.has_value()) << one.shown() << ": " << keys.error().message();
    EXPECT_EQ(keys_of(one.command), *keys) << one.shown();
    ++with_keys;
  }
  EXPECT_GT(with_keys, 500u);
}

// One key of each type, named after its group, and a second one.
constexpr std::array data = {"SET string 10",
                             "SET string2 12",
                             "SADD generic 1 2 3",
                             "SADD generic2 1",
                             "HSET hash f 1 g 2",
                             "RPUSH list a b c",
                             "RPUSH list2 a b",
                             "SADD set m n",
                             "SADD set2 n o",
                             "ZADD sorted_set 1 m 2 n",
                             "ZADD sorted_set2 1 n",
                             "XADD stream 0-1 f v",
                             "XADD stream 0-2 f w",
                             "XADD stream2 0-1 f v",
                             "XGROUP CREATE stream group 0",
                             "XGROUP CREATE stream2 group 0",
                             "XREADGROUP GROUP group consumer COUNT 1 STREAMS stream >",
                             "SET bitmap abc",
                             "SET bitmap2 abd",
                             "PFADD hyperloglog a b",
                             "PFADD hyperloglog2 b c",
                             "GEOADD geo 13.5 52.5 m 13.6 52.6 n",
                             "SADD transactions x"};

// What a server says to words that it cannot make sense of.
bool is_misunderstood(std::string_view text) {
  for (const auto* words : {"syntax", "wrong number of arg", "unknown", "Unsupported", "not valid",
                            "must be", "requires", "isn't supported", "Invalid", "invalid"}) {
    if (text.find(words) != std::string_view::npos) return true;
  }
  return false;
}

class LiveReplies : public LiveSamples, public testing::WithParamInterface<int> {
 protected:
  void prepare() {
    ASSERT_TRUE(link->run(command("FLUSHALL").as<void>()));
    for (const auto* line : data) {
      const auto parts = split(line);
      command<> c(parts[0]);
      for (std::size_t i = 1; i < parts.size(); ++i) c.add(parts[i]);
      ASSERT_TRUE(link->run(c.as<void>())) << line;
    }
  }

  // How many were answered with something other than an error.
  std::size_t try_all(bool in_cluster) {
    std::size_t answered = 0;
    for (const auto& one : *all) {
      if (one.kind != asked || one.command.flags().refused) continue;
      if (in_cluster != (one.sent[0] == "CLUSTER")) continue;
      if (!in_cluster) prepare();
      if (try_one(one)) ++answered;
    }
    return answered;
  }

  bool try_one(const sample& one) {
    const auto reply = link->run(command<resp::reply>(resp::command(one.command)));
    if (!reply) {
      EXPECT_FALSE(is_misunderstood(reply.error().text()))
          << one.shown() << ": " << reply.error().message();
      return false;
    }
    const auto read = one.decode(reply->view());
    EXPECT_TRUE(read.has_value()) << one.shown() << ": " << read.error().message();
    return true;
  }
};

INSTANTIATE_TEST_SUITE_P(Resp, LiveReplies, testing::Values(2, 3),
                         testing::PrintToStringParamName());

TEST_P(LiveReplies, AreOfTheTypeThatIsPromised) {
  connect(*server, GetParam());
  const auto answered = try_all(false);
  EXPECT_GT(answered, 700u);
}

TEST_P(LiveReplies, AreOfTheTypeThatIsPromisedInACluster) {
  connect(*node, GetParam());
  EXPECT_GT(try_all(true), 20u);
}

}  // namespace
}  // namespace sandpiper::test

#include "sandpiper/client/options.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace sandpiper {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

TEST(Options, TheDefaultsMakeSense) {
  const options o;
  EXPECT_TRUE(o.check());
  ASSERT_EQ(o.endpoints.size(), 1u);
  EXPECT_EQ(o.endpoints.front(), endpoint{});
  EXPECT_EQ(o.command_timeout, 5s);
  EXPECT_EQ(o.connect_timeout, 5s);
  EXPECT_EQ(o.stall_timeout, 10s);
  EXPECT_EQ(o.protocol, 3);
  EXPECT_EQ(o.when_full, when_full::refuse);
}

TEST(Options, AreWrittenAsAnAggregate) {
  const options o{.endpoints = {{.host = "db.example", .port = 7000}}, .database = 2};
  EXPECT_TRUE(o.check());
  EXPECT_EQ(to_string(o), "redis://db.example:7000/2");
}

// A value at each edge, one inside and one outside.
TEST(Options, TheEdgesAreAllowed) {
  const std::vector<std::function<void(options&)>> edges = {
      [](options& o) { o.endpoints[0].port = 1; },
      [](options& o) { o.endpoints[0].port = 65535; },
      [](options& o) { o.endpoints[0].host = std::string(253, 'h'); },
      [](options& o) { o.endpoints[0].host = "fe80::1%eth0"; },
      [](options& o) { o.endpoints[0].path = "/" + std::string(106, 'p'); },
      [](options& o) { o.user = std::string(1024, 'u'), o.password = "p"; },
      [](options& o) { o.password = std::string("any \0 byte \n", 12); },
      [](options& o) { o.name = "!~"; },
      [](options& o) { o.protocol = 2; },
      [](options& o) { o.tls = {.enabled = true, .verify_name = false}; },
      [](options& o) { o.tls = {.enabled = true, .verify_peer = false, .verify_name = false}; },
      [](options& o) { o.tls = {.enabled = true, .certificate_file = "c", .key_file = "k"}; },
      [](options& o) { o.tls = {.enabled = true, .server_name = "10.0.0.1"}; },
      [](options& o) { o.command_timeout = 1ms; },
      [](options& o) { o.command_timeout = options::time_max; },
      [](options& o) { o.reconnect_delay_min = o.reconnect_delay_max = 7ms; },
      [](options& o) { o.keep_alive = 0ms, o.tcp_user_timeout = 0ms; },
      [](options& o) { o.in_flight_max = o.pending_max = o.pending_bytes_max = 1; },
      [](options& o) { o.when_full = when_full::wait; },
  };
  for (std::size_t i = 0; i < edges.size(); ++i) {
    options o;
    edges[i](o);
    const auto sane = o.check();
    EXPECT_TRUE(sane) << i << ": " << sane.error().text();
  }
}

struct nonsense {
  std::string field;  // how the text begins
  std::string value;  // what else it must hold
  std::function<void(options&)> make;
};

void expect_refused(const std::vector<nonsense>& cases) {
  for (const auto& each : cases) {
    options o;
    o.password = "hunter2";
    each.make(o);
    const auto sane = o.check();
    ASSERT_FALSE(sane) << each.field << " " << each.value;
    EXPECT_EQ(sane.error(), errc::bad_request);
    const std::string text(sane.error().text());
    EXPECT_EQ(text.find(each.field + " "), 0u) << text;
    EXPECT_NE(text.find(each.value), text.npos) << text;
    EXPECT_EQ(text.find("hunter2"), text.npos) << text;
  }
}

TEST(Options, NonsenseAboutThePlaceIsRefusedByName) {
  expect_refused({
      {"endpoints", "0 places", [](options& o) { o.endpoints.clear(); }},
      {"endpoints", "one server", [](options& o) { o.endpoints.resize(2); }},
      {"endpoints[0].host", "neither", [](options& o) { o.endpoints[0].host = ""; }},
      {"endpoints[0].host", "neither", [](options& o) { o.endpoints[0].host = "a b"; }},
      {"endpoints[0].host", "neither", [](options& o) { o.endpoints[0].host = "[::1]"; }},
      {"endpoints[0].host", "neither", [](options& o) { o.endpoints[0].host = "h:6379"; }},
      {"endpoints[0].host", "neither", [](options& o) { o.endpoints[0].host = "fe80::1%"; }},
      {"endpoints[0].host", "neither",
       [](options& o) { o.endpoints[0].host = std::string("::1\0", 4); }},
      {"endpoints[0].host", "neither",
       [](options& o) { o.endpoints[0].host = std::string(254, 'h'); }},
      {"endpoints[0].port", "is 0", [](options& o) { o.endpoints[0].port = 0; }},
      {"endpoints[0].path", "absolute", [](options& o) { o.endpoints[0].path = "redis.sock"; }},
      {"endpoints[0].path", "108 bytes",
       [](options& o) { o.endpoints[0].path = "/" + std::string(107, 'p'); }},
      {"endpoints[0].path", "NUL",
       [](options& o) { o.endpoints[0].path = std::string("/a\0b", 4); }},
  });
}

TEST(Options, NonsenseAboutWhoWeAreIsRefusedByName) {
  expect_refused({
      {"user", "space", [](options& o) { o.user = "a b"; }},
      {"user", "control", [](options& o) { o.user = std::string("a\0", 2); }},
      {"user", "1024", [](options& o) { o.user = std::string(1025, 'u'); }},
      {"user", "no AUTH", [](options& o) { o.user = "ann", o.password.clear(); }},
      {"name", "offset 2", [](options& o) { o.name = "my name"; }},
      {"name", "offset 0", [](options& o) { o.name = "\xC3\xA9"; }},
      {"name", "1024", [](options& o) { o.name = std::string(1025, 'n'); }},
      {"database", "-1", [](options& o) { o.database = -1; }},
      {"protocol", "is 4", [](options& o) { o.protocol = 4; }},
      {"protocol", "is 1", [](options& o) { o.protocol = 1; }},
  });
}

TEST(Options, NonsenseAboutTlsIsRefusedByName) {
  const tls_options on{.enabled = true};
  const auto with = [&on](auto change) {
    return [on, change](options& o) { o.tls = on, change(o.tls); };
  };
  expect_refused({
      {"tls.enabled", "false", [](options& o) { o.tls.ca_file = "/ca.pem"; }},
      {"tls.enabled", "false", [](options& o) { o.tls.verify_peer = false; }},
      {"tls.enabled", "Unix", [](options& o) { o.tls.enabled = true, o.endpoints[0].path = "/s"; }},
      {"tls.server_name", "host name", with([](tls_options& t) { t.server_name = "a/b"; })},
      {"tls.verify_name", "verify_peer", with([](tls_options& t) { t.verify_peer = false; })},
      {"tls.certificate_file", "key_file",
       with([](tls_options& t) { t.certificate_file = "/c.pem"; })},
      {"tls.key_file", "certificate_file", with([](tls_options& t) { t.key_file = "/k.pem"; })},
      {"tls.ca_path", "NUL", with([](tls_options& t) { t.ca_path = std::string("\0", 1); })},
      {"tls.ca_file", "1024", with([](tls_options& t) { t.ca_file = std::string(1025, 'f'); })},
  });
}

TEST(Options, NonsenseAboutTimeIsRefusedByName) {
  const std::vector<std::pair<std::string, milliseconds options::*>> needed = {
      {"command_timeout", &options::command_timeout},
      {"connect_timeout", &options::connect_timeout},
      {"stall_timeout", &options::stall_timeout},
      {"reconnect_delay_min", &options::reconnect_delay_min},
      {"reconnect_delay_max", &options::reconnect_delay_max}};
  for (const auto& [field, time] : needed) {
    for (const auto span : {-1ms, 0ms, options::time_max + 1ms, milliseconds::max()}) {
      expect_refused({{field, std::to_string(span.count()),
                       [which = time, span](options& o) { o.*which = span; }}});
    }
  }
  expect_refused({
      {"keep_alive", "-1", [](options& o) { o.keep_alive = -1ms; }},
      {"keep_alive", "32768000", [](options& o) { o.keep_alive = 32768s; }},
      {"tcp_user_timeout", "-5", [](options& o) { o.tcp_user_timeout = -5ms; }},
      {"reconnect_delay_min", "2000", [](options& o) { o.reconnect_delay_min = 2s; }},
  });
}

TEST(Options, ABoundOfNothingIsRefusedByName) {
  expect_refused({
      {"lane_idle_timeout", "0", [](options& o) { o.lane_idle_timeout = 0ms; }},
      {"lanes_max", "0", [](options& o) { o.lanes_max = 0; }},
      {"large_bytes_min", "0", [](options& o) { o.large_bytes_min = 0; }},
      {"in_flight_max", "0", [](options& o) { o.in_flight_max = 0; }},
      {"pending_max", "0", [](options& o) { o.pending_max = 0; }},
      {"pending_bytes_max", "0", [](options& o) { o.pending_bytes_max = 0; }},
      {"limits.line_bytes_max", "0", [](options& o) { o.limits.line_bytes_max = 0; }},
      {"limits.bulk_bytes_max", "0", [](options& o) { o.limits.bulk_bytes_max = 0; }},
      {"limits.elements_max", "0", [](options& o) { o.limits.elements_max = 0; }},
      {"limits.depth_max", "0", [](options& o) { o.limits.depth_max = 0; }},
      {"when_full", "is 9", [](options& o) { o.when_full = static_cast<when_full>(9); }},
  });
}

TEST(Options, AreToldWithoutThePassword) {
  options o{.user = "a:n n", .password = "hunter2", .name = "billing"};
  o.endpoints.front() = {.host = "::1", .port = 7000};
  o.tls = {.enabled = true, .ca_file = "/etc/ca&1.pem", .server_name = "redis.example"};
  o.command_timeout = 250ms;
  o.stall_timeout = 1min;
  EXPECT_EQ(to_string(o),
            "rediss://a%3An%20n:***@[::1]:7000?timeout=250ms&stall_timeout=60s&client_name=billing"
            "&sni=redis.example&cafile=/etc/ca%261.pem");
}

TEST(Options, AreToldEvenWhenTheyMakeNoSense) {
  options o;
  o.endpoints.clear();
  EXPECT_EQ(to_string(o), "(no endpoint)");
}

}  // namespace
}  // namespace sandpiper

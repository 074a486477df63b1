#pragma once
// A server, a cached client of it, and somebody else who writes to it.

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

#include "sandpiper/cache/cached_client.hpp"
#include "sandpiper/commands/generic.hpp"
#include "sandpiper/commands/string.hpp"
#include "support/redis_server.hpp"

namespace sandpiper::test {

/// Waits until `holds`, a minute at most.
inline void until(const std::function<bool()>& holds) {
  for (int i = 0; i < 60'000; ++i) {
    if (holds()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  throw std::runtime_error("it never came true");
}

inline void until_caching(const cached_client& db) {
  until([&] { return db.status().now == cache::condition::caching; });
}

struct near {
  explicit near(const cache::options& o = {}, const redis_server_options& s = {})
      : server(s),
        other(client::connect(server.url()).value()),
        db(cached_client::connect(server.url(), o).value()) {
    until_caching(db);
  }

  /// What the server was asked, by the name of the command in small letters.
  [[nodiscard]] std::uint64_t calls_of(const std::string& name) const {
    const auto all = server.ask("INFO commandstats");
    const auto at = all.find("cmdstat_" + name + ":calls=");
    if (at == all.npos) return 0;
    return std::stoull(all.substr(all.find('=', at) + 1));
  }

  /// Somebody else's write, and that the cache has heard of it.
  void change(const std::string& key, const std::string& value) {
    const auto before = db.stats().invalidated;
    other.run(set(key, value)).value();
    until([&] { return db.stats().invalidated > before; });
  }

  redis_server server;
  client other;
  cached_client db;
};

using text = std::optional<std::string>;

}  // namespace sandpiper::test

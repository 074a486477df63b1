#pragma once
// A server for unit tests, within the test's own process: it answers what it was told, and keeps
// what it was asked.
//
//     auto server = sp::mock::server::start().value();
//     server.on(sp::get("greeting")).reply("hello");          // these very words
//     server.on("INCR").reply(1).reply(2);                    // any INCR; the last answer repeats
//     server.on("SET").call([](const sp::mock::words& w) { return sp::mock::ok(); });
//
//     sp::client db = server.connect().value();               // a client like any other
//     greet(db);                                              // the code that is tested
//     EXPECT_EQ(server.complaints(), "");                     // nothing else was asked
//
// The client is the real one, with its connection, its threads and its decoders: a Unix socket
// leads to the mock. docs/parts/mock.md tells what it does by itself.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandpiper/base/result.hpp"
#include "sandpiper/client/client.hpp"
#include "sandpiper/mock/answer.hpp"

namespace sandpiper::mock {

class rulebook;
struct rule;

/// What is answered to some commands. A handle, made by server::on(). Thread-safe.
class expectation {
 public:
  /// The next answer. There may be several: each is given once and in order, the last again and
  /// again, unless only() is said.
  expectation& reply(answer next);

  /// The next answer is worked out from the words. `how` runs on the mock's thread, which must not
  /// wait for a client. What it throws becomes a complaint, and an error for the caller.
  expectation& call(std::function<answer(const words&)> how);

  /// The answers so far and no more: then it is as if this expectation had never been.
  expectation& only();

  /// Nobody complains if it is never asked.
  expectation& optional();

  /// How many commands it has answered.
  [[nodiscard]] std::size_t asked() const;

  /// Waits until it has answered so many; false if that takes longer than `span`.
  [[nodiscard]] bool wait_until_asked(
      std::size_t times = 1, std::chrono::milliseconds span = std::chrono::seconds(10)) const;

 private:
  friend class server;
  expectation(std::shared_ptr<rulebook> b, std::shared_ptr<rule> r) noexcept
      : book_(std::move(b)), rule_(std::move(r)) {}

  std::shared_ptr<rulebook> book_;
  std::shared_ptr<rule> rule_;
};

/// Shared: thread-safe. It has a thread and a socket of its own, in a folder that goes with it;
/// clients that are still there then find their connection lost.
///
/// Of the expectations that fit a command the one that was made last answers it. A command that
/// none fits is answered with an error that shows it, and is a complaint.
class server {
 public:
  /// Errors    connect_failed    no socket could be made; the text says why
  [[nodiscard]] static result<server> start();

  server(server&&) noexcept;
  server& operator=(server&&) noexcept;
  ~server();

  // --- what it answers

  /// This command with these arguments. Upper and lower case of its name are the same.
  expectation on(const resp::command& exactly);
  template <class First, class... Rest>
  expectation on(std::string_view name, const First& first, const Rest&... rest) {
    resp::command exactly(name);
    exactly.add(first);
    (exactly.add(rest), ...);
    return on(exactly);
  }

  /// Any command of this name.
  expectation on(std::string_view name);

  /// Commands for which `fits` is true; it runs on the mock's thread. It is not asked about those
  /// that the mock answers by itself.
  expectation on_match(std::function<bool(const words&)> fits);

  /// For answer::behind().
  [[nodiscard]] gate make_gate();

  // --- who asks

  /// A client of this server, ready for use; or one made with other `options`, whose endpoint is
  /// set.
  [[nodiscard]] result<client> connect() const;
  [[nodiscard]] std::string url() const;  // unix:///...
  [[nodiscard]] sandpiper::options at(sandpiper::options o = {}) const;

  // --- what it was asked

  /// The commands it was asked on all connections, in the order in which they came; those that it
  /// answers by itself are not among them. The last asked_max are kept.
  [[nodiscard]] std::vector<words> asked() const;
  static constexpr std::size_t asked_max = 1 << 16;

  /// A line for each command that nobody expected, and for each expectation that was never
  /// asked; empty when all went as it was said.
  [[nodiscard]] std::string complaints() const;

  // --- what else happens to servers

  /// Every connection ends; new ones are taken.
  void lose_connections();

  /// The same, and nobody can connect until up().
  void down();
  /// Errors    connect_failed, as start()
  result<void> up();

  /// Sends `message`, a push(), on every connection that speaks RESP3. Returns how many there are.
  std::size_t push(const answer& message);

  /// Tells near caches that `key` changed, or that all keys did. Returns how many were told.
  std::size_t invalidate(std::string_view key);
  std::size_t invalidate_all();

 private:
  class inside;
  explicit server(std::shared_ptr<inside> i) noexcept;
  std::shared_ptr<inside> inside_;
};

}  // namespace sandpiper::mock

#pragma once
// A client with a near cache in front: reads are answered from this process as long as the server
// has not said that the key changed.
//
//     auto db = sandpiper::cached_client::connect("redis://localhost:6379").value();
//     db.run(sandpiper::get("greeting"));                        // asks the server
//     db.run(sandpiper::get("greeting"));                        // does not
//     auto greeting = db.ask(sandpiper::get("greeting")).value();  // .value .from .age
//
// A second connection is told by the server of every change to a key that was read on it
// (CLIENT TRACKING); what is kept is true until it says so, up to its delay. docs/parts/cache.md
// states the promises.

#include <chrono>
#include <coroutine>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "sandpiper/cache/answer.hpp"
#include "sandpiper/cache/near_cache.hpp"
#include "sandpiper/cache/options.hpp"
#include "sandpiper/client/client.hpp"

namespace sandpiper {

/// What co_await db.send(...) waits for: nothing at all if the answer is here.
template <class T>
class [[nodiscard]] cached_call {
 public:
  template <class C>
  cached_call(cache::near_cache& home, C&& command, std::chrono::milliseconds timeout) {
    if constexpr (!borrows_reply<T>) {
      home.look(command,
                [this](const resp::reply_view& reply, cache::origin, std::chrono::milliseconds) {
                  hit_.emplace(resp::decode<T>(reply));
                });
    }
    if (!hit_) miss_.emplace(home, std::forward<C>(command), timeout);
  }

  [[nodiscard]] bool await_ready() const noexcept { return hit_.has_value(); }
  bool await_suspend(std::coroutine_handle<> waiter) { return miss_->await_suspend(waiter); }
  result<T> await_resume() { return hit_ ? *std::move(hit_) : miss_->await_resume(); }

 private:
  std::optional<result<T>> hit_;
  std::optional<awaiting_call<T>> miss_;
};

/// Shared: thread-safe. A handle: copies are cheap and mean the same cache, which ends when the
/// last of them goes; the client that it stands in front of goes on if it has other handles.
///
/// Everything a client can do, it does; commands that are not reads of one key pass by. MGET and
/// batches ask for what is not known, and only for that.
///
/// Order: a read sees the writes that were submitted before it through this client. It may see one
/// that was submitted after it, while both are under way.
class cached_client {
 public:
  /// Connects a client of its own.
  /// Errors    as client::connect(); bad_request for options that make no sense
  [[nodiscard]] static result<cached_client> connect(std::string_view url,
                                                     const cache::options& o = {});

  /// In front of `db`, on its thread or executor, with a connection more. Caching begins once that
  /// is made; see status().
  /// Errors    bad_request    an option makes no sense
  [[nodiscard]] static result<cached_client> over(const client& db, const cache::options& o = {});

  /// As client::run(); on a hit it does not wait, and may be called anywhere.
  template <any_command C>
  result<reply_of<C>> run(const C& one) const {
    using T = reply_of<C>;
    std::optional<result<T>> hit;
    near_->look(one, [&](const resp::reply_view& reply, cache::origin, std::chrono::milliseconds) {
      hit.emplace(resp::decode<T>(reply));
    });
    if (hit) return *std::move(hit);
    return through_.run(one);
  }
  template <any_command C, any_command... Cs>
  requires(sizeof...(Cs) > 0) auto run(C&& first, Cs&&... others) const {
    return through_.run(std::forward<C>(first), std::forward<Cs>(others)...);
  }

  /// run(), and where the answer comes from and how old it is.
  template <any_command C>
  result<cache::answer<reply_of<C>>> ask(const C& one) const {
    using T = reply_of<C>;
    static_assert(!std::is_void_v<T>, "a command without an answer has none to ask about");
    std::optional<result<T>> hit;
    cache::answer<T> told{};
    near_->look(
        one, [&](const resp::reply_view& reply, cache::origin from, std::chrono::milliseconds age) {
          hit.emplace(resp::decode<T>(reply));
          told.from = from;
          told.age = age;
        });
    auto value = hit ? *std::move(hit) : through_.run(one);
    if (!value) return std::move(value).error();
    told.value = *std::move(value);
    return told;
  }

  /// For a coroutine, as client::send(); on a hit it does not suspend.
  template <any_command C>
  cached_call<reply_of<C>> send(C&& one) const {
    return {*near_, static_cast<plain<C>>(one), through_.timeout()};
  }

  /// With a callback or a token, as client::send(): it is told on the client's strand, on a hit
  /// too.
  template <any_command C, class Token>
  auto send(C&& one, Token&& token) const {
    return through_.send(std::forward<C>(one), std::forward<Token>(token));
  }

  [[nodiscard]] sandpiper::batch batch() const;

  /// This client, with another deadline for its calls.
  [[nodiscard]] cached_client within(std::chrono::milliseconds timeout) const {
    return cached_client(near_, through_.within(timeout));
  }

  /// The same calls, for code that takes a client; its hits are told by the client's strand.
  [[nodiscard]] const client& as_client() const noexcept { return through_; }

  // --- the cache

  [[nodiscard]] cache::status status() const { return near_->state(); }
  [[nodiscard]] cache::statistics stats() const { return near_->stats(); }

  /// As client::metrics(), the tracking connection among the others.
  [[nodiscard]] sandpiper::metrics metrics() const { return through_.metrics(); }

  /// Forgets one key, or all.
  void forget(std::string_view key) const { near_->forget(key); }
  void forget_all() const { near_->forget_all(); }

 private:
  template <class C>
  using plain =
      std::conditional_t<std::is_lvalue_reference_v<C>, const resp::command&, resp::command&&>;

  cached_client(std::shared_ptr<cache::near_cache> near, client through) noexcept
      : near_(std::move(near)), through_(std::move(through)) {}

  std::shared_ptr<cache::near_cache> near_;
  client through_;
};

}  // namespace sandpiper

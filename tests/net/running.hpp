#pragma once
// A connection with a thread of its own, and requests that count what they are told.

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "net/connection.hpp"
#include "sandpiper/base/clock.hpp"
#include "support/redis_server.hpp"
#include "wire/transcript.hpp"

namespace sandpiper::net {

using namespace std::chrono_literals;
constexpr auto patience = 60s;  // reached only when something is wrong

template <class Condition>
[[nodiscard]] bool eventually(Condition condition) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

/// Holds every command to being told of once, in order. Any thread may wait for it.
class counting_request final : public wire::request {
 public:
  explicit counting_request(std::vector<resp::command> commands,
                            std::chrono::milliseconds timeout = patience)
      : commands_(std::move(commands)) {
    set_commands(commands_);
    deadline_ms = deadline_after(coarse_now_ms(), timeout);
  }
  explicit counting_request(const std::string& line, std::chrono::milliseconds timeout = patience)
      : counting_request(wire::commands_of(line), timeout) {}

  void on_reply(std::uint32_t index, const resp::reply_view& reply) noexcept override {
    told(index, wire::short_text(reply), {});
  }
  void on_error(std::uint32_t index, error why) noexcept override {
    told(index, wire::short_text(why), why.message());
  }

  /// Called on the strand, after each command.
  std::function<void(std::uint32_t index)> then;

  /// What it was told, once that is everything: "+OK", "!closed uncertain".
  std::vector<std::string> wait() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(all_told_.wait_for(lock, patience, [this] { return complete_; }));
    return notes_;
  }
  std::string wait_for_one() {
    const auto notes = wait();
    return notes.size() == 1 ? notes.front() : std::to_string(notes.size()) + " notes";
  }
  /// The last error's message().
  std::string words() {
    const std::scoped_lock lock(mutex_);
    return words_;
  }
  std::size_t told_so_far() {
    const std::scoped_lock lock(mutex_);
    return notes_.size();
  }

 private:
  void told(std::uint32_t index, std::string note, std::string words) noexcept {
    const bool last = index + 1 == count();
    {
      const std::scoped_lock lock(mutex_);
      EXPECT_EQ(index, notes_.size()) << "each command once, in order";
      notes_.push_back(std::move(note));
      if (!words.empty()) words_ = std::move(words);
    }
    if (then) then(index);
    if (!last) return;                    // `then` may have let the request end
    const std::scoped_lock lock(mutex_);  // whoever waits may end the request behind this
    complete_ = true;
    all_told_.notify_all();
  }

  std::vector<resp::command> commands_;
  std::mutex mutex_;
  std::condition_variable all_told_;
  std::vector<std::string> notes_;
  std::string words_;
  bool complete_ = false;
};

class running {
 public:
  explicit running(settings what)
      : work_(context_.get_executor()),
        connection_(std::make_shared<connection>(context_.get_executor(), std::move(what))),
        thread_([this] { seat_->run(); }) {}
  ~running() {
    if (connection_) connection_->close(errc::closed);
    finish();
  }
  running(const running&) = delete;
  running& operator=(const running&) = delete;

  connection* operator->() const { return connection_.get(); }

  /// Waits for the first attempt's outcome.
  result<void> open() {
    auto outcome = std::make_shared<std::promise<result<void>>>();
    connection_->open([outcome](result<void> what) { outcome->set_value(std::move(what)); });
    return outcome->get_future().get();
  }

  /// Submits one as a thread does that will wait for it: it drives, if it may.
  void submit_waiting(counting_request& r) {
    EXPECT_TRUE(connection_->drive(r) || connection_->submit(r));
  }
  std::string call(const std::string& line, std::chrono::milliseconds timeout = patience) {
    counting_request r(line, timeout);
    submit_waiting(r);
    return r.wait_for_one();
  }

  /// Alone for long enough, calls drive.
  void call_until_driven(const std::string& line = "PING") {
    const auto before = connection_->totals().driven;
    ASSERT_TRUE(eventually([&] {
      (void)call(line);
      return connection_->totals().driven > before;
    }));
  }

  [[nodiscard]] std::thread::id thread_id() const { return thread_.get_id(); }

  /// Submits each, in one handler, so that they are one batch; then leaves the strand.
  void submit_together(const std::vector<counting_request*>& all) {
    on_strand([&] {
      for (auto* one : all) EXPECT_TRUE(connection_->submit(*one));
    });
  }

  /// Runs `call` in a handler of the connection and waits for its end, though not for what the
  /// handler does when it is left.
  template <class Call>
  void on_strand(Call call) {
    std::promise<void> done;
    asio::post(context_, [&] {
      connection_->on_strand_do(call);
      done.set_value();
    });
    done.get_future().get();
  }

  /// Every handler that has begun is over when this returns, and the counters are up to date.
  void settle() {
    on_strand([] {});
  }

  /// Lets go of the connection and waits until nothing is left to do.
  void let_go() {
    connection_.reset();
    finish();
  }

  void finish() {
    work_.reset();
    if (thread_.joinable()) thread_.join();
  }

 private:
  asio::io_context context_{1};
  std::shared_ptr<driving_seat> seat_ = driving_seat::make_for(context_);  // before the connection
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::shared_ptr<connection> connection_;
  std::thread thread_;
};

inline settings settings_for(std::uint16_t port) {
  settings what;
  what.place.host = "127.0.0.1";
  what.place.port = port;
  what.reconnect_delay_min = 1ms;
  what.reconnect_delay_max = 20ms;
  return what;
}

inline settings settings_for(const test::redis_server& server) {
  auto what = settings_for(std::uint16_t{1});
  what.place.path = server.socket_path();
  return what;
}

inline void expect_in(const std::string& text, std::initializer_list<const char*> words) {
  for (const auto* word : words) EXPECT_NE(text.find(word), std::string::npos) << text;
}

}  // namespace sandpiper::net

// The keys into a server, many commands on the way at a time.

#include <atomic>
#include <condition_variable>
#include <limits>
#include <mutex>

#include "rdb_inspect/commands.hpp"
#include "rdb_inspect/commands_of_keys.hpp"
#include "rdb_inspect/escape.hpp"
#include "rdb_inspect/server.hpp"
#include "sandpiper/client/client.hpp"

namespace rdb_inspect {
namespace {

namespace sp = sandpiper;
using namespace std::chrono_literals;

/// What is on the way: commands without an answer and their bytes. Thread-safe.
class window {
 public:
  window(std::uint64_t commands_max, std::uint64_t bytes_max)
      : commands_max_(commands_max), bytes_max_(bytes_max) {}

  void enter(std::size_t bytes) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      return commands_ == 0 || (commands_ < commands_max_ && bytes_ + bytes <= bytes_max_);
    });
    ++commands_;
    bytes_ += bytes;
  }
  // Told under the lock: the last to leave may find the window gone right after.
  void leave(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    --commands_;
    bytes_ -= bytes;
    changed_.notify_all();
  }
  void wait_until_empty() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return commands_ == 0; });
  }

 private:
  const std::uint64_t commands_max_;
  const std::uint64_t bytes_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t commands_ = 0;
  std::uint64_t bytes_ = 0;
};

class loader final : public commands_of_keys {
 public:
  loader(const options& how, const filter& which, sp::options server)
      : commands_of_keys(how, which),
        server_(std::move(server)),
        window_(std::max<std::uint64_t>(1, how.pipeline), how.memory_bytes_max / 4) {}
  ~loader() override { window_.wait_until_empty(); }

  /// A connection that works, before anything is read.
  bool connect(std::uint64_t db) {
    window_.wait_until_empty();
    db_.reset();
    if (db > static_cast<std::uint64_t>(std::numeric_limits<int>::max())) {
      say("database " + std::to_string(db) + ": no server has so many");
      broken_ = true;
      return false;
    }
    server_.database = static_cast<int>(db);
    auto made = sp::client::connect(server_);
    if (!made) {
      say("the server, database " + std::to_string(db) + ": " + made.error().message());
      broken_ = true;
      return false;
    }
    db_.emplace(std::move(*made));
    number_ = db;
    return true;
  }

  void wait_until_done() { window_.wait_until_empty(); }
  [[nodiscard]] std::uint64_t sent() const noexcept { return sent_; }
  [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }
  [[nodiscard]] bool broken() const noexcept { return broken_; }

 protected:
  [[nodiscard]] bool enough() const noexcept override { return broken_; }

  void command(std::uint64_t db, std::span<const std::string_view> arguments) override {
    if (broken_ || (db != number_ && !connect(db))) return;
    sp::command<sp::resp::reply> one(arguments[0], sp::command_flags{});
    for (const auto argument : arguments.subspan(1)) one.add(argument);
    const auto bytes = one.size_bytes();
    window_.enter(bytes);
    ++sent_;
    db_->send(std::move(one),
              [this, bytes, name = std::string(arguments[0]),
               key = std::string(arguments.size() > 1 ? arguments[1].substr(0, 256) : "")](
                  sp::result<sp::resp::reply> answer) {
                if (!answer) complain(name, key, answer.error());
                window_.leave(bytes);
              });
  }

 private:
  // On the client's strand.
  void complain(const std::string& name, const std::string& key, const sp::error& why) {
    constexpr std::uint64_t shown_max = 10;
    const bool answered = why.fate() == sp::fate::answered;
    if (!answered) broken_ = true;
    if (++refused_ > shown_max) return;
    say(name + " \"" + escaped(key, escape_style::print) + "\": " + why.message());
  }

  sp::options server_;
  window window_;
  std::optional<sp::client> db_;
  std::uint64_t number_ = 0;
  std::uint64_t sent_ = 0;
  std::atomic<std::uint64_t> refused_ = 0;
  std::atomic<bool> broken_ = false;
};

}  // namespace

status load(const options& how, const filter& which, output& out) {
  auto server = server_of(how.server);
  if (!server) {
    say(server.error().message());
    return status::bad_usage;
  }
  if (server->database != 0) {
    say("--to names a database, but keys go to the databases they are of; leave it out");
    return status::bad_usage;
  }
  server->command_timeout = 60s;
  loader to(how, which, *server);
  if (!to.connect(static_cast<std::uint64_t>(server->database))) return status::failed;
  auto reading = reader_options(how);
  reading.limits.whole_bytes_max = 512 << 20;
  const auto ended = scan_twice_if_by_size(to, how, which, reading, nullptr);
  to.wait_until_done();
  if (ended == status::bad_usage) return ended;
  out << std::to_string(to.keys_counted()) + " keys, " + std::to_string(to.sent()) + " commands, " +
             std::to_string(to.refused()) + " refused\n";
  if (ended != status::ok) return ended;
  if (to.broken() || to.refused() > 0) return status::failed;
  return to.left_out() > 0 ? status::unsupported : status::ok;
}

}  // namespace rdb_inspect

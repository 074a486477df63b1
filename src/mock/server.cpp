#include "sandpiper/mock/server.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <semaphore>
#include <system_error>
#include <thread>

#include "mock/gate.hpp"
#include "mock/link.hpp"
#include "mock/rulebook.hpp"

namespace sandpiper::mock {
namespace {

constexpr std::size_t links_max = 1024;

error failed(std::string_view what) {
  return {errc::connect_failed,
          std::string(what) + ": " + std::error_code(errno, std::generic_category()).message()};
}

// A socket's path is short, so a long TMPDIR is of no use.
std::string make_folder() {
  const char* const wished = std::getenv("TMPDIR");
  for (const std::string& parent : {std::string(wished ? wished : ""), std::string("/tmp")}) {
    constexpr std::size_t parent_bytes_max = sizeof(sockaddr_un::sun_path) - 32;
    if (parent.empty() || parent.size() > parent_bytes_max || parent.front() != '/') continue;
    auto path = parent + "/sandpiper-" + std::string(6, 'X');
    if (::mkdtemp(path.data()) != nullptr) return path;
  }
  return {};
}

}  // namespace

class server::inside {
 public:
  ~inside() {
    if (thread_.joinable()) {
      do_there([this] { stopping_ = true; });
      thread_.join();
    }
    stop_listening();
    if (!folder_.empty()) ::rmdir(folder_.c_str());
  }

  result<void> begin() {
    if (wakes_->event() < 0) return failed("no eventfd");
    folder_ = make_folder();
    if (folder_.empty()) return failed("no temporary folder");
    if (auto heard = listen(); !heard) return heard;
    thread_ = std::thread([this] { run(); });
    return {};
  }

  [[nodiscard]] std::string path() const { return folder_ + "/socket"; }

  result<void> up() {
    result<void> outcome;
    do_there([&] {
      if (listener_ < 0) outcome = listen();
    });
    return outcome;
  }
  void down() {
    do_there([this] {
      stop_listening();
      end_links();
    });
  }
  void lose_connections() {
    do_there([this] { end_links(); });
  }

  std::size_t push(const answer& message, bool to_tracking_only) {
    std::size_t told = 0;
    do_there([&] {
      for (auto& one : links_) {
        auto& talk = one->talk();
        if (talk.protocol() != 3 || (to_tracking_only && !talk.tracks())) continue;
        talk.push(message);
        ++told;
      }
    });
    return told;
  }

  const std::shared_ptr<rulebook> book = std::make_shared<rulebook>(asked_max);
  [[nodiscard]] const std::shared_ptr<waker>& wakes() const noexcept { return wakes_; }

 private:
  // It may be one of them that asked for it.
  void end_links() {
    for (auto& one : links_) one->end();
    wakes_->wake();
  }

  // On the thread, and done when this returns.
  void do_there(const std::function<void()>& call) {
    if (std::this_thread::get_id() == thread_.get_id()) return call();
    std::binary_semaphore done(0);
    {
      const std::scoped_lock lock(mutex_);
      calls_.emplace_back([&] {
        call();
        done.release();
      });
    }
    wakes_->wake();
    done.acquire();
  }

  result<void> listen() {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    std::memcpy(where.sun_path, path().c_str(), path().size() + 1);
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener_ < 0) return failed("no socket");
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&where), sizeof where) < 0 ||
        ::listen(listener_, 64) < 0) {
      auto why = failed(path());
      stop_listening();
      return why;
    }
    return {};
  }
  void stop_listening() {
    if (listener_ < 0) return;
    ::close(std::exchange(listener_, -1));
    ::unlink(path().c_str());
  }

  void run() {
    while (!stopping_) {
      std::vector<pollfd> awaited{{wakes_->event(), POLLIN, 0},
                                  {links_.size() < links_max ? listener_ : -1, POLLIN, 0}};
      for (const auto& one : links_) awaited.push_back({one->socket(), one->awaited(), 0});
      if (::poll(awaited.data(), awaited.size(), -1) < 0) continue;
      if (awaited[0].revents != 0) wakes_->settle();
      do_calls();
      if (awaited[1].revents != 0) accept();
      // What was held back may go by now, so each is looked at.
      const auto over = [](const auto& one) { return !one->go_on(); };
      links_.erase(std::remove_if(links_.begin(), links_.end(), over), links_.end());
    }
    links_.clear();
  }
  void do_calls() {
    std::vector<std::function<void()>> calls;
    {
      const std::scoped_lock lock(mutex_);
      calls.swap(calls_);
    }
    for (const auto& call : calls) call();
  }
  void accept() {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client >= 0) links_.push_back(std::make_unique<link>(client, *book, ++accepted_));
  }

  const std::shared_ptr<waker> wakes_ = std::make_shared<waker>();
  std::string folder_;
  int listener_ = -1;
  std::mutex mutex_;
  std::vector<std::function<void()>> calls_;  // guarded by mutex_

  // The thread's.
  bool stopping_ = false;
  std::uint64_t accepted_ = 0;
  std::vector<std::unique_ptr<link>> links_;

  std::thread thread_;
};

// --- what is said to whom ------------------------------------------------------------------------

expectation& expectation::reply(answer next) {
  book_->add_reaction(*rule_, std::move(next));
  return *this;
}

expectation& expectation::call(std::function<answer(const words&)> how) {
  book_->add_reaction(*rule_, std::move(how));
  return *this;
}

expectation& expectation::only() {
  book_->set(&rule::only, *rule_);
  return *this;
}

expectation& expectation::optional() {
  book_->set(&rule::optional, *rule_);
  return *this;
}

std::size_t expectation::asked() const { return book_->times_asked(*rule_); }

bool expectation::wait_until_asked(std::size_t times, std::chrono::milliseconds span) const {
  return book_->wait_until_asked(*rule_, times, span);
}

result<server> server::start() {
  auto one = std::make_shared<inside>();
  if (auto begun = one->begin(); !begun) return std::move(begun).error();
  return server(std::move(one));
}

server::server(std::shared_ptr<inside> i) noexcept : inside_(std::move(i)) {}
server::server(server&&) noexcept = default;
server& server::operator=(server&&) noexcept = default;
server::~server() = default;

expectation server::on(const resp::command& exactly) {
  rule one{.name = upper(exactly.name()), .exactly = words()};
  auto each = exactly.walk();
  for (std::uint32_t i = 0; i < exactly.size(); ++i) one.exactly->emplace_back(each.next());
  return {inside_->book, inside_->book->add(std::move(one))};
}

expectation server::on(std::string_view name) {
  return {inside_->book, inside_->book->add({.name = upper(name)})};
}

expectation server::on_match(std::function<bool(const words&)> fits) {
  return {inside_->book, inside_->book->add({.fits = std::move(fits)})};
}

gate server::make_gate() { return gate(std::make_shared<gate::state>(inside_->wakes())); }

// --- its state -----------------------------------------------------------------------------------

options server::at(options o) const {
  o.endpoints = {{.path = inside_->path()}};
  return o;
}

std::string server::url() const { return to_string(at()); }
result<client> server::connect() const { return client::connect(at()); }

std::vector<words> server::asked() const { return inside_->book->asked(); }
std::string server::complaints() const { return inside_->book->complaints(); }

void server::lose_connections() { inside_->lose_connections(); }
void server::down() { inside_->down(); }
result<void> server::up() { return inside_->up(); }

std::size_t server::push(const answer& message) { return inside_->push(message, false); }

std::size_t server::invalidate(std::string_view key) {
  return inside_->push(mock::push({"invalidate", array({key})}), true);
}

std::size_t server::invalidate_all() {
  return inside_->push(mock::push({"invalidate", nullptr}), true);
}

}  // namespace sandpiper::mock

#include "sandpiper/client/batch.hpp"

#include <atomic>
#include <span>

namespace sandpiper {

class batch::waiting final : public wire::request {
 public:
  waiting(std::span<const resp::command> commands, slot* first) noexcept : next_(first) {
    set_commands(commands);
  }

  void wait() { done_.wait(0, std::memory_order_acquire); }

  void on_reply(std::uint32_t index, const resp::reply_view& reply) noexcept override {
    next_->fill(reply);
    advance(index);
  }
  void on_error(std::uint32_t index, error why) noexcept override {
    next_->fail(std::move(why));
    advance(index);
  }

 private:
  void advance(std::uint32_t index) noexcept {
    next_ = next_->next;
    if (index + 1 < count()) return;
    done_.store(1, std::memory_order_release);  // from here on the waiter may be gone
    done_.notify_one();
  }

  slot* next_;
  std::atomic<std::uint32_t> done_ = 0;
};

batch::answers::~answers() {
  while (first) std::exchange(first, first->next)->~slot();
}

void batch::make_room() {
  constexpr std::size_t commands_min = 16;
  if (answers_) return;
  answers_ = std::make_shared<answers>();
  if (commands_.capacity() == 0) commands_.reserve(commands_min);
}

void batch::append(slot* place) noexcept {
  (answers_->last ? answers_->last->next : answers_->first) = place;
  answers_->last = place;
}

result<void> batch::run() {
  if (commands_.empty()) return {};
  waiting all(commands_, answers_->first);
  auto started = db_.shared().start_waiting(all, db_.timeout());
  if (started) {
    all.wait();
  } else {
    for (auto* each = answers_->first; each; each = each->next) each->fail(started.error());
  }
  commands_.clear();
  answers_.reset();
  return started;
}

batch client::batch() const { return sandpiper::batch(*this); }

}  // namespace sandpiper

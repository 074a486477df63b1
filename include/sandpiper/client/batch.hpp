#pragma once
// Commands whose number is known at run time only: gathered, sent in one write, answered together.
//
//     auto all = db.batch();
//     auto name = all.add(sp::get("name"));
//     for (const auto& key : keys) all.add(sp::del(key));
//     all.run().value();
//     std::optional<std::string> n = name.value();

#include <cassert>
#include <cstddef>
#include <memory>
#include <memory_resource>
#include <optional>
#include <utility>
#include <vector>

#include "sandpiper/client/client.hpp"

namespace sandpiper {

/// Strand-bound: for one thread at a time. After run() it is empty and can be filled again.
class batch {
 protected:
  /// Where one answer comes to.
  struct slot {
    virtual ~slot() = default;
    virtual void fill(const resp::reply_view& reply) noexcept = 0;
    virtual void fail(error why) noexcept = 0;
    slot* next = nullptr;
  };
  template <class T>
  struct typed_slot final : slot {
    void fill(const resp::reply_view& reply) noexcept override { value = resp::decode<T>(reply); }
    void fail(error why) noexcept override { value.emplace(std::move(why)); }
    std::optional<result<T>> value;
  };

  /// The slots of one run, in the order of its commands. Lives as long as one of its answers.
  struct answers {
    ~answers();
    std::pmr::monotonic_buffer_resource memory{4096};
    slot* first = nullptr;
    slot* last = nullptr;
  };

 public:
  explicit batch(client db) : db_(std::move(db)) {}

  /// The answer to one command. Copies mean the same; it outlives the batch.
  template <class T>
  class answer {
   public:
    /// Requires that the batch was run.
    [[nodiscard]] const sandpiper::result<T>& result() const noexcept {
      assert(slot_->value);
      return *slot_->value;
    }

    /// The value; or throws sandpiper::failure.
    decltype(auto) value() const { return result().value(); }

   private:
    friend class batch;
    explicit answer(std::shared_ptr<typed_slot<T>> s) noexcept : slot_(std::move(s)) {}
    std::shared_ptr<typed_slot<T>> slot_;
  };

  /// Adds a command behind the others. What it references must stay until run().
  template <any_command C>
  answer<reply_of<C>> add(C&& one) {
    using slot_type = typed_slot<reply_of<C>>;
    static_assert(!borrows_reply<reply_of<C>>, "the bytes it would borrow are gone after run()");
    make_room();
    commands_.push_back(static_cast<resp::command>(std::forward<C>(one)));
    auto* const place =
        std::pmr::polymorphic_allocator<>(&answers_->memory).new_object<slot_type>();
    append(place);
    return answer<reply_of<C>>(std::shared_ptr<slot_type>(answers_, place));
  }

  [[nodiscard]] std::size_t size() const noexcept { return commands_.size(); }

  /// Sends them all and waits for every answer, each of which has a result of its own.
  /// Errors    why nothing was sent: pipeline_full, closed, would_deadlock, bad_request
  result<void> run();

 protected:
  class waiting;

  void make_room();
  void append(slot* place) noexcept;

  client db_;
  std::vector<resp::command> commands_;
  std::shared_ptr<answers> answers_;
};

}  // namespace sandpiper

#include "cache/knowledge.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "cache/scratch.hpp"
#include "cache/whole.hpp"

namespace sandpiper::cache {
namespace {

store::options store_options(const options& o) {
  store::options s;
  s.budget_bytes = o.budget_bytes;
  s.shards = o.shards;
  return s;
}

}  // namespace

knowledge::knowledge(const options& o) : store_(store_options(o)) {}

bool knowledge::answer(const store::key_ref& key, const resp::command& command,
                       const local::reading& how, belief believed, reply_visitor tell) const {
  bool answered = false;
  store_.peek(key, [&](const store::entry_view& entry) {
    const auto when = mark::of(entry.tag());
    if (!when.replies) {
      answered = believed(when);
      if (answered) tell_from_whole(how, command, entry.value(), tell);
      return;
    }
    if (!command.flat()) return;
    const auto reply = entry.value().find(command.bytes());
    answered = reply && believed(when);
    if (answered) tell_parsed(*reply, tell);
  });
  return answered;
}

void knowledge::learn(const store::key_ref& key, const resp::command& command,
                      const local::reading& how, const resp::reply_view& reply, const mark& when,
                      std::uint64_t deadline_ms) {
  if (reply.is_error()) return;
  if (const auto whole = whole_value(how, command, reply)) {
    store_.set(key, *whole, {.deadline_ms = deadline_ms, .tag = when.packed()});
  } else if (command.flat()) {
    learn_reply(key, command.bytes(), reply, when, deadline_ms);
  }
}

void knowledge::learn_reply(const store::key_ref& key, std::string_view command,
                            const resp::reply_view& reply, mark when, std::uint64_t deadline_ms) {
  std::optional<mark> known;
  std::uint64_t known_deadline_ms = 0;
  store_.peek(key, [&](const store::entry_view& entry) {
    known = mark::of(entry.tag());
    known_deadline_ms = entry.deadline_ms();
  });
  const bool stands = known && known->generation == when.generation;
  if (stands && !known->replies) return;  // the whole value came meanwhile

  when.replies = true;
  if (stands) {
    when.since_ms = std::min(when.since_ms, known->since_ms);
    deadline_ms = std::min(deadline_ms, known_deadline_ms);
  }
  const auto bytes = encoded(reply);
  const store::write_options how{.deadline_ms = deadline_ms, .tag = when.packed()};
  if (!stands) {
    store::value replies(store::value_type::hash);
    replies.add(command, bytes);
    store_.set(key, replies, how);
    return;
  }
  store_.update(
      key,
      [&](store::editor& replies) {
        if (replies.become(store::value_type::hash)) replies.put(command, bytes);
      },
      how);
}

}  // namespace sandpiper::cache

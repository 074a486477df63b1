#include "cache/ledger.hpp"

#include <utility>

namespace sandpiper::cache {
namespace {

bool same(const resp::command& a, const resp::command& b) {
  if (a.flat() && b.flat()) return a.bytes() == b.bytes();
  return a.size_bytes() == b.size_bytes() && a.to_string() == b.to_string();
}

}  // namespace

void ledger::drop_if_idle(shard& in, place at) {
  if (at->second.writes == 0 && at->second.fetches == nullptr) in.keys.erase(at);
}

fetch* ledger::joinable(const activity& of, const resp::command& command) const {
  for (auto* f = of.fetches; f != nullptr; f = f->next) {
    if (f->generation == vouched_.generation() && same(f->command(), command)) return f;
  }
  return nullptr;
}

void ledger::wait_for(fetch& f, wire::request& r) {
  r.held_by = static_cast<holder*>(&f);
  f.waiters.push_back(r);
  deadlines_.add(r);
}

ledger::entered ledger::enter(const store::key_ref& key, wire::request& r,
                              store::function_ref<bool()> look,
                              store::function_ref<std::unique_ptr<fetch>()> make, fetch*& led) {
  // Before writes_to_all_: see begin_write().
  const auto generation = vouched_.generation();
  auto& in = shard_of(key.hash());
  const std::scoped_lock lock(in.mutex);
  if (writes_to_all_.load() > 0) return entered::barred;
  auto at = in.keys.find(key.bytes());
  if (at != in.keys.end()) {
    if (at->second.writes > 0) return entered::barred;
    if (auto* const f = joinable(at->second, r.commands().front())) {
      wait_for(*f, r);
      return entered::joined;
    }
  }
  if (look()) return entered::found;
  auto made = make();
  if (at == in.keys.end()) at = in.keys.emplace(std::string(key.bytes()), activity{}).first;
  led = made.release();
  led->generation = generation;
  led->next = at->second.fetches;
  at->second.fetches = led;
  wait_for(*led, r);
  return entered::leads;
}

std::size_t ledger::doom(activity& of) {
  std::size_t doomed = 0;
  for (auto* f = of.fetches; f != nullptr; ++doomed) {
    f->doomed = true;
    f = std::exchange(f->next, nullptr);
  }
  of.fetches = nullptr;
  return doomed;
}

// Whoever begins a fetch reads the generation first and this count second; here they change the
// other way round. So a fetch that does not see the write bears the generation that it ended.
void ledger::begin_write(const resp::command& command) {
  if (!command.keys_known()) {
    writes_to_all_.fetch_add(1);
    void_all();
    return;
  }
  for (std::uint32_t i = 0; i < command.key_count(); ++i) {
    const store::key_ref key(command.key(i));
    auto& in = shard_of(key.hash());
    const std::scoped_lock lock(in.mutex);
    auto& of = in.keys.try_emplace(std::string(key.bytes())).first->second;
    ++of.writes;
    doom(of);
    known_.forget(key);
  }
}

// Nothing was learned of its keys meanwhile, so there is nothing to forget.
void ledger::end_write(const resp::command& command) {
  if (!command.keys_known()) {
    writes_to_all_.fetch_sub(1);
    return;
  }
  for (std::uint32_t i = 0; i < command.key_count(); ++i) {
    const store::key_ref key(command.key(i));
    auto& in = shard_of(key.hash());
    const std::scoped_lock lock(in.mutex);
    const auto at = in.keys.find(key.bytes());
    --at->second.writes;
    drop_if_idle(in, at);
  }
}

std::size_t ledger::changed(const store::key_ref& key) {
  auto& in = shard_of(key.hash());
  const std::scoped_lock lock(in.mutex);
  std::size_t doomed = 0;
  if (const auto at = in.keys.find(key.bytes()); at != in.keys.end()) {
    doomed = doom(at->second);
    drop_if_idle(in, at);
  }
  known_.forget(key);
  return doomed;
}

bool ledger::finish(fetch& f, store::function_ref<void()> keep) {
  auto& in = shard_of(store::hash_of(f.key()));
  const std::scoped_lock lock(in.mutex);
  if (f.doomed) return false;
  const auto at = in.keys.find(f.key());
  auto** link = &at->second.fetches;
  while (*link != &f) link = &(*link)->next;
  *link = f.next;
  drop_if_idle(in, at);
  f.doomed = true;  // it is in no list any more
  if (f.generation != vouched_.generation()) return false;
  keep();
  return true;
}

wire::request* ledger::next_waiter(fetch& f) {
  auto& in = shard_of(store::hash_of(f.key()));
  const std::scoped_lock lock(in.mutex);
  auto* const r = f.waiters.front();
  if (r == nullptr) return nullptr;
  f.waiters.erase(*r);
  deadlines_.remove(*r);
  r->held_by = nullptr;
  return r;
}

void ledger::leave(fetch& f, wire::request& r) {
  auto& in = shard_of(store::hash_of(f.key()));
  const std::scoped_lock lock(in.mutex);
  f.waiters.erase(r);
  deadlines_.remove(r);
  r.held_by = nullptr;
}

void ledger::void_all() {
  if (vouched_.end()) known_.forget_all();
}

}  // namespace sandpiper::cache

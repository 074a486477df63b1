#pragma once
// Arguments that come in any number: written out, as a range, or in braces. What factories are made
// of; each notes resp::misuse::nothing_given when a range turns out to be empty.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "sandpiper/commands/arguments.hpp"

namespace sandpiper {

template <class R>
concept number_range = any_range<R> && number_argument<element_of<R>>;

/// A map whose keys are keys, or pairs of a key and something to add.
template <class R>
concept key_pair_range = pair_range<R> && text_argument<first_of<R>>;

namespace commands {

/// How many elements a range has; walks through it.
template <class R>
[[nodiscard]] std::size_t count_of(R& range) {
  std::size_t n = 0;
  for (auto it = std::begin(range); it != std::end(range); ++it) ++n;
  return n;
}

template <text_range R>
void put_keys(resp::command& to, R& keys) {
  const auto before = to.size();
  for (auto&& key : keys) add_key(to, std::string_view(key));
  if (to.size() == before) to.note(resp::misuse::nothing_given);
}

template <argument_range R>
void put_all(resp::command& to, R&& range) {
  const auto before = to.size();
  add_all(to, std::forward<R>(range));
  if (to.size() == before) to.note(resp::misuse::nothing_given);
}

template <pair_range R>
void put_pairs(resp::command& to, R&& range) {
  const auto before = to.size();
  add_pairs(to, std::forward<R>(range));
  if (to.size() == before) to.note(resp::misuse::nothing_given);
}

template <key_pair_range R>
void put_key_pairs(resp::command& to, R&& range) {
  const auto before = to.size();
  for (auto&& one : range) {
    add_key(to, one.first);
    add<memory_of<R>>(to, one.second);
  }
  if (to.size() == before) to.note(resp::misuse::nothing_given);
}

/// A double is sent as it is, but for NaN, which no command takes.
inline void add_number(resp::command& to, double number) {
  if (number != number) to.note(resp::misuse::not_a_number);
  to.add(number);
}

template <number_range R>
void put_numbers(resp::command& to, const R& range) {
  const auto before = to.size();
  for (auto&& one : range) add_number(to, static_cast<double>(one));
  if (to.size() == before) to.note(resp::misuse::nothing_given);
}

/// Keys first, then what belongs to each: "STREAMS k k id id".
template <key_pair_range R>
void put_streams(resp::command& to, R&& range) {
  const auto before = to.size();
  for (auto&& one : range) add_key(to, one.first);
  for (auto&& one : range) add<memory_of<R>>(to, one.second);
  if (to.size() == before) to.note(resp::misuse::nothing_given);
}

inline void add_stream_keys(resp::command&) {}
template <class Key, class Id, class... More>
void add_stream_keys(resp::command& to, const Key& key, const Id&, const More&... more) {
  add_key(to, key);
  add_stream_keys(to, more...);
}
inline void add_stream_ids(resp::command&) {}
template <class Key, class Id, class... More>
void add_stream_ids(resp::command& to, const Key&, const Id& id, const More&... more) {
  add(to, id);
  add_stream_ids(to, more...);
}
template <class... KeysAndIds>
void add_streams(resp::command& to, const KeysAndIds&... keys_and_ids) {
  add_stream_keys(to, keys_and_ids...);
  add_stream_ids(to, keys_and_ids...);
}

/// A name, a pattern, an id: copied however long it is.
inline void add_text(resp::command& to, std::string_view text) { add<memory::passing>(to, text); }

/// As many weights as keys: `weights` were added.
inline void expect_for_each_key(resp::command& to, std::size_t weights, std::size_t keys) {
  if (weights != keys) to.note(resp::misuse::counts_differ);
}

/// Its reply would tell the first time from the second.
inline void only_once(resp::command& c) noexcept {
  auto flags = c.flags();
  flags.idempotent = false;
  c.set_flags(flags);
}

/// From here on it may wait on the server.
inline void may_block(resp::command& c) noexcept {
  auto flags = c.flags();
  flags.blocking = true;
  c.set_flags(flags);
}

/// The same command, of the type that an option makes of it.
template <class C>
[[nodiscard]] C become(resp::command& c) {
  return C(std::move(c));
}

}  // namespace commands
}  // namespace sandpiper

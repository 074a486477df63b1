#pragma once
// What stands in a stream, and what its groups are still waited for.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sandpiper/resp/decode.hpp"

namespace sandpiper {

/// An entry of a stream. A value.
struct stream_entry {
  std::string id;                                           // "1526919030474-55"
  std::vector<std::pair<std::string, std::string>> fields;  // in their order; one may come twice
  bool deleted = false;  // still pending for a group, but no longer in the stream: no fields

  friend bool operator==(const stream_entry&, const stream_entry&) = default;
};

/// What a group has delivered and nobody has acknowledged, in sum. A value.
struct pending_summary {
  std::int64_t count = 0;
  std::optional<std::string> first;  // ids; nothing when there are no entries
  std::optional<std::string> last;
  std::vector<std::pair<std::string, std::int64_t>> consumers;  // and how many each has
};

/// One such entry. A value.
struct pending_entry {
  std::string id;
  std::string consumer;
  std::chrono::milliseconds idle{};  // since it was last delivered
  std::int64_t deliveries = 0;
};

}  // namespace sandpiper

template <>
struct sandpiper::resp::decoder<sandpiper::stream_entry> {
  static result<void> read(const reply_view& view, stream_entry& into) {
    std::optional<std::vector<std::pair<std::string, std::string>>> fields;
    if (auto done = read_each(view, into.id, fields); !done) return done;
    into.deleted = !fields.has_value();
    into.fields = std::move(fields).value_or(decltype(into.fields)());
    return {};
  }
};

template <>
struct sandpiper::resp::decoder<sandpiper::pending_summary> {
  static result<void> read(const reply_view& view, pending_summary& into) {
    std::optional<std::vector<std::pair<std::string, std::int64_t>>> consumers;
    auto done = read_each(view, into.count, into.first, into.last, consumers);
    if (done) into.consumers = std::move(consumers).value_or(decltype(into.consumers)());
    return done;
  }
};

template <>
struct sandpiper::resp::decoder<sandpiper::pending_entry> {
  static result<void> read(const reply_view& view, pending_entry& into) {
    std::int64_t idle_ms = 0;
    auto done = read_each(view, into.id, into.consumer, idle_ms, into.deliveries);
    if (done) into.idle = std::chrono::milliseconds(idle_ms);
    return done;
  }
};

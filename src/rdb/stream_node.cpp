#include "rdb/stream_node.hpp"

#include "rdb/decoder.hpp"
#include "rdb/listpack.hpp"

namespace sandpiper::rdb {
namespace {

constexpr std::int64_t flag_deleted = 1;
constexpr std::int64_t flag_same_fields = 2;

// Goes through the entries of a listpack that was validated; knows how many there still are.
struct entries {
  const char* at;
  const char* end;
  std::uint64_t left;

  item any() {
    item entry;
    at = listpack::next(at, end, entry);
    --left;
    return entry;
  }
  bool integer(std::int64_t& number) {
    if (left == 0) return false;
    const auto entry = any();
    if (entry.is_integer()) number = entry.number();
    return entry.is_integer();
  }
  bool count(std::uint64_t& number) {
    std::int64_t n = 0;
    if (!integer(n) || n < 0) return false;
    number = static_cast<std::uint64_t>(n);
    return true;
  }
};

struct master {
  std::uint64_t live = 0;
  std::uint64_t deleted = 0;
  std::uint64_t fields = 0;
  const char* first_field = nullptr;
};

const char* read_master(entries& in, master& of) {
  if (!in.count(of.live) || !in.count(of.deleted) || !in.count(of.fields)) {
    return "a node does not begin with three counts";
  }
  if (in.left <= of.fields) return "a node has not all of its fields";
  of.first_field = in.at;
  for (std::uint64_t i = 0; i < of.fields; ++i) in.any();
  std::int64_t end = 1;
  return in.integer(end) && end == 0 ? nullptr : "a node's fields do not end with 0";
}

struct entry {
  std::int64_t flags = 0;
  stream_id id;
  std::uint64_t fields = 0;
  std::uint64_t parts = 3;  // what lp_count must be
  [[nodiscard]] bool same_fields() const { return (flags & flag_same_fields) != 0; }
  [[nodiscard]] bool deleted() const { return (flags & flag_deleted) != 0; }
};

const char* read_entry(entries& in, const master& of, stream_id node, entry& e) {
  std::int64_t ms = 0;
  std::int64_t seq = 0;
  if (!in.integer(e.flags) || !in.integer(ms) || !in.integer(seq)) {
    return "an entry does not begin with three numbers";
  }
  e.id = {node.ms + static_cast<std::uint64_t>(ms), node.seq + static_cast<std::uint64_t>(seq)};
  if (e.same_fields()) {
    e.fields = of.fields;
    e.parts += e.fields;
    return in.left > e.fields ? nullptr : "an entry has not all of its values";
  }
  if (!in.count(e.fields)) return "an entry's number of fields is no count";
  e.parts += 1 + 2 * e.fields;
  return in.left != 0 && (in.left - 1) / 2 >= e.fields ? nullptr
                                                       : "an entry has not all of its fields";
}

void tell_entry(decoder& d, entries& in, const master& of, const entry& e) {
  const bool tell = !e.deleted();
  if (tell) d.events.stream_entry(e.id, e.fields);
  const char* name_at = of.first_field;
  for (std::uint64_t i = 0; i < e.fields; ++i) {
    item name;
    if (e.same_fields()) {
      name_at = listpack::next(name_at, in.end, name);
    } else {
      name = in.any();
    }
    const auto value = in.any();
    if (tell) d.events.stream_field(name, value);
  }
}

}  // namespace

bool tell_stream_node(decoder& d, stream_id node, std::string_view blob, stream_id& before,
                      std::uint64_t& live) {
  entries in{nullptr, nullptr, 0};
  if (const auto wrong = listpack::check(blob, in.left)) return d.refuse(subject::listpack, wrong);
  in.at = listpack::first(blob);
  in.end = listpack::last(blob);
  const auto refuse = [&](const char* detail, const char* at) {
    return d.refuse(subject::stream, flaw{detail, distance(blob.data(), at)});
  };

  master of;
  if (const char* detail = read_master(in, of)) return refuse(detail, in.at);
  std::uint64_t alive = 0;
  std::uint64_t dead = 0;
  while (in.left != 0) {
    const char* const begin = in.at;
    entry e;
    if (const char* detail = read_entry(in, of, node, e)) return refuse(detail, begin);
    if (e.id <= before) return refuse("an entry's id is not above the one before", begin);
    before = e.id;
    ++(e.deleted() ? dead : alive);
    if (alive > of.live || dead > of.deleted) return refuse("a node has too many entries", begin);

    tell_entry(d, in, of, e);
    std::uint64_t parts = 0;
    if (!in.count(parts) || parts != e.parts) {
      return refuse("an entry does not end with its size", begin);
    }
    d.elements += e.deleted() ? 0 : 1;
  }
  if (alive != of.live || dead != of.deleted) return refuse("a node has too few entries", in.at);
  live += alive;
  return true;
}

}  // namespace sandpiper::rdb

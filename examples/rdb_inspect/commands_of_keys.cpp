#include "rdb_inspect/commands_of_keys.hpp"

#include <algorithm>
#include <array>

#include "rdb_inspect/escape.hpp"
#include "sandpiper/rdb/dump.hpp"

namespace rdb_inspect {
namespace {

std::string ms_text(rdb::unix_ms at) { return std::to_string(at.time_since_epoch().count()); }

// Types whose stored bytes refer to something elsewhere in their file.
bool stands_alone(std::uint8_t type) noexcept { return type != 30 && type != 32; }

}  // namespace

void commands_of_keys::send(std::span<const std::string_view> arguments) {
  if (given_up_) return;
  command(db_, arguments);
}

void commands_of_keys::function(std::string_view code, std::string_view engine) {
  if (!engine.empty() || how().filter.limit || which().how().by_size()) return;
  if (how().replace) {
    send({"FUNCTION", "LOAD", "REPLACE", code});
  } else {
    send({"FUNCTION", "LOAD", code});
  }
}

rdb::depth commands_of_keys::began(const rdb::key_info& k) {
  key_.assign(k.name);
  db_ = k.db;
  type_ = k.type;
  kind_ = k.kind;
  expires_at_ = k.expires_at;
  idle_ = k.idle;
  frequency_ = k.frequency;
  raw_.clear();
  too_long_ = given_up_ = entry_open_ = stream_made_ = false;
  by_restore_ = how().restore && stands_alone(k.type) && !k.has_meta;
  if (by_restore_) return rdb::depth::raw;
  const bool has_commands =
      kind_ != rdb::kind::module && kind_ != rdb::kind::other && kind_ != rdb::kind::array;
  if (!has_commands) {
    leave_out("no command makes a value of its type; --restore may");
    return rdb::depth::skip;
  }
  if (how().replace) send({"DEL", key_});
  return rdb::depth::elements;
}

void commands_of_keys::leave_out(std::string_view why) {
  ++left_out_;
  say("left out: \"" + escaped(key_, escape_style::print) + "\": " + std::string(why));
}

// A string comes in pieces when it is longer than the reader was told to hold.
void commands_of_keys::chunk(const rdb::chunk&) {
  if (!selected() || given_up_) return;
  given_up_ = true;
  leave_out("a string in it is over 512 MB");
}

void commands_of_keys::raw(std::string_view bytes) {
  if (too_long_ || raw_.size() + bytes.size() > how().memory_bytes_max) {
    too_long_ = true;
    raw_ = {};
    return;
  }
  raw_ += bytes;
}

void commands_of_keys::ended(const rdb::key_end& e) {
  const bool has_commands =
      kind_ != rdb::kind::module && kind_ != rdb::kind::other && kind_ != rdb::kind::array;
  if (by_restore_) {
    restore(e);
  } else if (has_commands) {
    flush();
    if (!e.empty) send_expiry();
  }
  given_up_ = false;
}

void commands_of_keys::restore(const rdb::key_end& e) {
  if (e.empty) return;
  if (too_long_) return leave_out("longer than --max-memory");
  const auto payload = rdb::dump_raw(type_, raw_, how().target);
  // 0 would mean "never"; a time before 1970 is refused, and both are long over.
  const auto at = expires_at_
                      ? ms_text(std::max(*expires_at_, rdb::unix_ms(std::chrono::milliseconds(1))))
                      : "0";
  std::vector<std::string_view> words{"RESTORE", key_, at, payload};
  if (expires_at_) words.emplace_back("ABSTTL");
  if (how().replace) words.emplace_back("REPLACE");
  std::string number;
  if (frequency_) {
    number = std::to_string(*frequency_);
    words.insert(words.end(), {"FREQ", number});
  } else if (idle_) {
    number = std::to_string(idle_->count());
    words.insert(words.end(), {"IDLETIME", number});
  }
  send(words);
}

void commands_of_keys::send_expiry() {
  if (expires_at_) send({"PEXPIREAT", key_, ms_text(*expires_at_)});
}

void commands_of_keys::gather(std::string_view name,
                              std::initializer_list<std::string_view> values) {
  const auto add = [this](std::string_view one) {
    gathered_ += one;
    ends_.push_back(gathered_.size());
  };
  if (ends_.empty()) add(name), add(key_);
  for (const auto one : values) add(one);
  if (!entry_open_ && (ends_.size() >= gathered_max || gathered_.size() >= gathered_bytes_max)) {
    flush();
  }
}

void commands_of_keys::flush() {
  if (ends_.empty()) return;
  views_.clear();
  std::size_t at = 0;
  for (const auto end : ends_) {
    views_.push_back(std::string_view(gathered_).substr(at, end - at));
    at = end;
  }
  send(views_);
  gathered_.clear();
  ends_.clear();
  entry_open_ = false;
}

void commands_of_keys::string(const rdb::item& v) {
  rdb::item_room room;
  send({"SET", key_, v.text(room)});
}

void commands_of_keys::list_item(const rdb::item& v) {
  rdb::item_room room;
  gather("RPUSH", {v.text(room)});
}

void commands_of_keys::set_member(const rdb::item& v, std::optional<rdb::unix_ms>) {
  rdb::item_room room;
  gather("SADD", {v.text(room)});
}

void commands_of_keys::zset_member(const rdb::item& v, double score) {
  rdb::item_room room;
  std::array<char, 32> digits;
  gather("ZADD", {digits_of(score, digits), v.text(room)});
}

void commands_of_keys::hash_field(const rdb::item& f, const rdb::item& v,
                                  std::optional<rdb::unix_ms> at) {
  rdb::item_room field, value;
  const auto name = f.text(field);
  gather("HSET", {name, v.text(value)});
  if (!at) return;
  flush();
  send({"HPEXPIREAT", key_, ms_text(*at), "FIELDS", "1", name});
}

void commands_of_keys::stream_entry(const rdb::stream_id& id, std::uint64_t) {
  flush();
  entry_open_ = stream_made_ = true;
  gather("XADD", {rdb::to_string(id)});
}

void commands_of_keys::stream_field(const rdb::item& f, const rdb::item& v) {
  rdb::item_room field, value;
  gather("XADD", {f.text(field), v.text(value)});
}

// A stream without entries is made by one that is trimmed at once; id 0-0 cannot be added, and such
// a stream has never had one, so a group makes it.
void commands_of_keys::stream(const rdb::stream_meta& m) {
  flush();
  const bool untouched = m.last == rdb::stream_id{};
  if (!stream_made_ && !untouched) {
    send({"XADD", key_, "MAXLEN", "0", rdb::to_string(m.last), "f", "v"});
    stream_made_ = true;
  } else if (!stream_made_) {
    send({"XGROUP", "CREATE", key_, "g", "0", "MKSTREAM"});
    send({"XGROUP", "DESTROY", key_, "g"});
    return;
  }
  if (how().target < 10) {
    send({"XSETID", key_, rdb::to_string(m.last)});
  } else {
    send({"XSETID", key_, rdb::to_string(m.last), "ENTRIESADDED", std::to_string(m.added),
          "MAXDELETEDID", rdb::to_string(m.max_deleted)});
  }
}

void commands_of_keys::stream_group(const rdb::stream_group& g) {
  group_.assign(g.name);
  pending_.clear();
  const auto last = rdb::to_string(g.last);
  if (g.entries_read && how().target >= 10) {
    send({"XGROUP", "CREATE", key_, group_, last, "ENTRIESREAD", std::to_string(*g.entries_read)});
  } else {
    send({"XGROUP", "CREATE", key_, group_, last});
  }
}

void commands_of_keys::stream_pending(const rdb::stream_pending& p) { pending_.push_back(p); }

void commands_of_keys::stream_consumer(const rdb::stream_consumer& c) {
  consumer_.assign(c.name);
  send({"XGROUP", "CREATECONSUMER", key_, group_, consumer_});
}

void commands_of_keys::stream_owned(const rdb::stream_id& id) {
  const auto place = std::lower_bound(
      pending_.begin(), pending_.end(), id,
      [](const rdb::stream_pending& p, const rdb::stream_id& one) { return p.id < one; });
  if (place == pending_.end() || place->id != id) return;
  send({"XCLAIM", key_, group_, consumer_, "0", rdb::to_string(id), "TIME",
        ms_text(place->delivered_at), "RETRYCOUNT", std::to_string(place->deliveries), "FORCE",
        "JUSTID"});
}

}  // namespace rdb_inspect

// Two snapshots compared key by key, in bounded memory: keys are dealt into as many rounds as it
// takes, and each round reads both files.

#include <unordered_map>

#include "rdb_inspect/commands.hpp"
#include "rdb_inspect/digest.hpp"
#include "rdb_inspect/server.hpp"
#include "rdb_inspect/table.hpp"

namespace rdb_inspect {
namespace {

constexpr std::uint64_t bytes_a_key = 96;  // with its place in a hash table

struct hash_key {
  std::size_t operator()(const key_digest& k) const noexcept {
    return static_cast<std::size_t>(k.low);
  }
};

struct known {
  std::uint64_t value = 0;
  std::int64_t expires_ms = 0;
  bool met = false;
};
using round_keys = std::unordered_map<key_digest, known, hash_key>;

class count_keys final : public key_visitor {
 public:
  using key_visitor::key_visitor;
};

struct rounds {
  std::uint64_t count = 1;
  std::uint64_t now = 0;
  [[nodiscard]] bool has(const key_digest& k) const noexcept { return k.high % count == now; }
};

class remember final : public digest_reading {
 public:
  remember(const options& how, const filter& which, rounds which_round, round_keys& keys)
      : digest_reading(how, which), round_(which_round), keys_(keys) {}

 protected:
  bool wanted(const rdb::key_info&, const key_digest& k) override { return round_.has(k); }
  void told(const key_digest& k, std::uint64_t value, std::int64_t expires_ms) override {
    keys_.insert_or_assign(k, known{value, expires_ms, false});
  }

 private:
  rounds round_;
  round_keys& keys_;
};

class compare final : public digest_reading {
 public:
  compare(const options& how, const filter& which, rounds which_round, round_keys& keys, table& to)
      : digest_reading(how, which), round_(which_round), keys_(keys), to_(to) {}
  std::uint64_t differences = 0;

 protected:
  bool wanted(const rdb::key_info& k, const key_digest& digest) override {
    if (!round_.has(digest)) return false;
    name_.assign(k.name);
    db_ = k.db;
    kind_ = k.kind;
    return true;
  }
  void told(const key_digest& digest, std::uint64_t value, std::int64_t expires_ms) override {
    const auto place = keys_.find(digest);
    if (place == keys_.end()) return tell("added");
    place->second.met = true;
    if (place->second.value != value) return tell("changed");
    if (place->second.expires_ms != expires_ms) tell("expiry");
  }

 private:
  void tell(const std::string& what) {
    ++differences;
    to_.row({what, db_, rdb::to_string(kind_), name_cell{name_}});
  }

  rounds round_;
  round_keys& keys_;
  table& to_;
  std::string name_;
  std::uint64_t db_ = 0;
  rdb::kind kind_ = rdb::kind::string;
};

// Names were not kept, so those that are gone are found by reading the first file again.
class tell_removed final : public key_visitor {
 public:
  tell_removed(const options& how, const filter& which, const round_keys& keys, table& to)
      : key_visitor(how, which), keys_(keys), to_(to) {}

 protected:
  rdb::depth began(const rdb::key_info& k) override {
    const auto place = keys_.find(digest_of(k.db, k.name));
    if (place != keys_.end() && !place->second.met) {
      to_.row({std::string("removed"), k.db, rdb::to_string(k.kind), name_cell{k.name}});
    }
    return rdb::depth::skip;
  }

 private:
  const round_keys& keys_;
  table& to_;
};

std::uint64_t unmet(const round_keys& keys) {
  std::uint64_t count = 0;
  for (const auto& [key, one] : keys) count += one.met ? 0 : 1;
  return count;
}

struct comparison {
  const options& how;
  const filter& which;
  output& out;
  table& to;
  std::uint64_t differences = 0;

  status run(rounds r) {
    round_keys keys;
    auto reading = reader_options(how);
    remember first(how, which, r, keys);
    if (const auto ended = scan(how.words[0], first, how, reading, &out); ended != status::ok) {
      return ended;
    }
    compare second(how, which, r, keys, to);
    if (const auto ended = scan(how.words[1], second, how, reading, &out); ended != status::ok) {
      return ended;
    }
    const auto gone = unmet(keys);
    differences += second.differences + gone;
    if (gone == 0) return status::ok;
    reading.checksum = false;
    tell_removed third(how, which, keys, to);
    return scan(how.words[0], third, how, reading, &out);
  }
};

}  // namespace

status diff(const options& how, const filter& which, output& out) {
  const auto once = [](const std::string& path) { return path == "-" || is_url(path); };
  if (once(how.words[0]) || once(how.words[1]) || which.how().by_size()) {
    say("diff reads more than once: two files; and it has no filter by size");
    return status::bad_usage;
  }
  count_keys counted(how, which);
  if (const auto ended = scan(how.words[0], counted, how, reader_options(how), &out);
      ended != status::ok) {
    return ended;
  }
  rounds r;
  r.count = 1 + counted.keys_counted() * bytes_a_key / how.memory_bytes_max;
  table to(out, how, {{"what"}, {"database", true}, {"type"}, {"key"}}, format::tsv);
  comparison compared{how, which, out, to};
  for (; r.now < r.count; ++r.now) {
    if (const auto ended = compared.run(r); ended != status::ok) return ended;
  }
  to.finish();
  return compared.differences == 0 ? status::ok : status::failed;
}

}  // namespace rdb_inspect

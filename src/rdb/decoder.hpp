#pragma once
// What the decoders of all types share while they read one snapshot or payload.

#include <cstdint>
#include <string_view>

#include "rdb/fingerprints.hpp"
#include "rdb/hash_template.hpp"
#include "rdb/input.hpp"
#include "rdb/listpack.hpp"
#include "rdb/task.hpp"
#include "sandpiper/rdb/limits.hpp"
#include "sandpiper/rdb/visitor.hpp"

namespace sandpiper::rdb {

inline unix_ms time_of(std::uint64_t ms) noexcept {
  return unix_ms(std::chrono::milliseconds(static_cast<std::int64_t>(ms)));
}

struct decoder {
  decoder(visitor& to, const options& with) : how(with), events(to), in(to, how) {}

  const options how;
  visitor& events;
  input in;
  frame_stack frames;

  rdb::dialect dialect = rdb::dialect::redis;
  std::uint32_t version = 0;
  bool payload = false;  // one value of DUMP, not a file

  std::uint64_t elements = 0;  // of this key
  fingerprints members;        // of this key; of a stream, its groups
  fingerprints consumers;      // of this group
  fingerprints pending;        // of this group
  fingerprints keys;           // of this file
  template_store templates;

  file_end tally;

  void restart();

  /// A member, field or name that must not have been there before in this key. False: a fault is
  /// set.
  [[nodiscard]] bool unique(fingerprints& among, const item& thing);
  [[nodiscard]] bool unique(const item& thing) { return unique(members, thing); }
  /// The same of an entry of the blob read last.
  [[nodiscard]] bool unique_at(const item& thing, std::size_t inner) {
    if (unique(members, thing)) return true;
    in.set_fault_inner(inner);
    return false;
  }

  /// Sets a fault about the blob read last, for a flaw there is. Always false.
  bool refuse(subject about, const flaw& wrong);
  bool refuse(subject about, std::string_view detail);
};

// Values, each from behind its key. At the level of elements:

task read_value(decoder& d, unsigned type);

task read_list(decoder& d);
task read_set(decoder& d);
task read_zset(decoder& d, bool binary_scores);
task read_hash(decoder& d);
task read_hash_ttl(decoder& d, unsigned type);
task read_packed(decoder& d, unsigned type);
task read_packed_ttl(decoder& d, bool has_minimum);
task read_quicklist(decoder& d, bool has_containers);
task read_stream(decoder& d, unsigned type);
task read_array(decoder& d);
task read_module(decoder& d);
task read_templated(decoder& d, unsigned type);
task read_cron(decoder& d);
task read_dragonfly(decoder& d, unsigned type);

// At the level of structure (`parts`), or of raw bytes, or not at all:

task walk_value(decoder& d, unsigned type, bool parts);
task walk_stream(decoder& d, unsigned type, bool parts);

// Around the values:

task read_snapshot(decoder& d);
task read_payload(decoder& d);
/// A key's name, unless that is known already, and its value, of type `op`. In a file it goes on
/// from key to key; `op` becomes the number that begins no more of them.
task read_keys(decoder& d, unsigned& op, bool named = false);
task read_record(decoder& d, unsigned op);
task read_module_items(decoder& d, bool tell);
task read_module_aux(decoder& d);
task read_key_meta(decoder& d);
task read_template(decoder& d);

}  // namespace sandpiper::rdb

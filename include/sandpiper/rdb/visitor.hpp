#pragma once
// Who is told what a snapshot holds.

#include <cstdint>
#include <optional>
#include <string_view>

#include "sandpiper/rdb/fault.hpp"
#include "sandpiper/rdb/item.hpp"
#include "sandpiper/rdb/record.hpp"

namespace sandpiper::rdb {

/// How deep to go into one value.
enum class depth : std::uint8_t {
  skip,       // over it, only framing is looked at
  raw,        // visitor::raw: its bytes as they stand in the file
  structure,  // visitor::part: one call per stored string, nothing decompressed but packed blobs
  elements,   // decoded and validated
  stop,       // no further: the reader stops in front of this value
};

/// Override what is of interest; the rest does nothing. Calls come in the order of the file, from
/// within reader::feed. Views and items are valid for the call. A visitor belongs to one reader at
/// a time and is called on the thread that feeds it. It must not throw.
///
///   file  ( aux | function | select_db | sizes | module_aux .. | key .. value .. end_key )*  end
///
/// A value whose strings are longer than limits::whole_bytes_max brings `chunk` calls before the
/// call of the element that holds them. How raw bytes and chunks are cut follows the feeding;
/// everything else is the same however the input is cut.
class visitor {
 public:
  virtual ~visitor();

  virtual void file(const file_info&) {}
  virtual void aux(std::string_view /*name*/, const item& /*value*/) {}
  /// A function library's source. `engine` is empty but in files of 7.0 release candidates.
  virtual void function(std::string_view /*code*/, std::string_view /*engine*/) {}
  virtual void select_db(std::uint64_t /*db*/) {}
  virtual void sizes(const size_hint&) {}
  /// A module's own data; its items follow as module_part.
  virtual void module_aux(const module_id&, module_when) {}
  virtual void warn(const warning&) {}
  virtual void end(const file_end&) {}

  /// A key begins. The answer is how much of its value is wanted.
  virtual depth key(const key_info&) { return depth::elements; }
  virtual void end_key(const key_end&) {}

  /// depth::raw: the next bytes of the value. Put together they are what DUMP puts between the type
  /// byte and its footer, but for the types 30 and 32, which refer to templates of the file.
  virtual void raw(std::string_view /*bytes*/) {}
  /// depth::structure
  virtual void part(const rdb::part&) {}

  // depth::elements
  virtual void chunk(const rdb::chunk&) {}
  virtual void string(const item&) {}
  virtual void list_item(const item&) {}
  virtual void set_member(const item&, std::optional<unix_ms> /*expires_at*/) {}
  virtual void zset_member(const item&, double /*score*/) {}
  virtual void hash_field(const item& /*field*/, const item& /*value*/,
                          std::optional<unix_ms> /*expires_at*/) {}
  virtual void array_item(std::uint64_t /*index*/, const item&) {}
  /// Parts of values only one product has, by name: KeyDB's cron jobs.
  virtual void detail(std::string_view /*name*/, const item&) {}

  /// A live entry; `fields` calls of stream_field follow.
  virtual void stream_entry(const stream_id&, std::uint64_t /*fields*/) {}
  virtual void stream_field(const item& /*field*/, const item& /*value*/) {}
  virtual void stream(const stream_meta&) {}
  /// What follows up to the next group belongs to this one: its pending entries, its consumers each
  /// with the ids it owns, and the ids given back.
  virtual void stream_group(const rdb::stream_group&) {}
  virtual void stream_pending(const rdb::stream_pending&) {}
  virtual void stream_consumer(const rdb::stream_consumer&) {}
  virtual void stream_owned(const stream_id&) {}
  virtual void stream_nacked(const stream_id&) {}
  /// What follows is each producer with the entries it sent, and the totals.
  virtual void stream_idempotence(const rdb::stream_idempotence&) {}
  virtual void stream_producer(const item& /*producer*/) {}
  virtual void stream_produced(const item& /*iid*/, const stream_id&) {}
  virtual void stream_produced_totals(std::uint64_t /*added*/, std::uint64_t /*duplicates*/) {}

  /// A module's value begins; its items follow.
  virtual void module(const module_id&) {}
  /// An item of the value, the module's own data or the key metadata that began last.
  virtual void module_part(const module_item&) {}
  /// Metadata that a module keeps with the key to come: four characters, version and flags.
  virtual void key_meta(std::uint32_t /*class_spec*/) {}
};

}  // namespace sandpiper::rdb

#pragma once
// How much of a snapshot's word is taken, and what is asked of it.

#include <cstdint>
#include <optional>

#include "sandpiper/rdb/record.hpp"

namespace sandpiper::rdb {

/// Every bound of the reader. Memory is never taken on a length's word: a buffer grows as its bytes
/// arrive, so a bound is how far that may go.
struct limits {
  /// A string up to this long is one event; a longer element comes as visitor::chunk, a longer name
  /// (of a key, an aux field, a consumer) is refused. Lower it for a tool of constant memory.
  std::uint64_t whole_bytes_max = 512ULL << 20;
  /// Any string, before and after decompression.
  std::uint64_t string_bytes_max = UINT64_MAX;
  /// A packed blob: listpack, ziplist, intset, zipmap. It is held whole, to be validated whole.
  std::uint64_t packed_bytes_max = 1ULL << 30;
  /// All hash templates of one file together, names and bookkeeping.
  std::uint64_t template_bytes_max = 64ULL << 20;
  /// Members of one key compared with each other; above, the later ones are not (16 bytes each).
  std::uint64_t unique_entries_max = 1ULL << 19;
  /// Keys of one file compared with each other when options::unique_keys asks for it.
  std::uint64_t unique_keys_max = 1ULL << 24;
};

/// What to do about something a server would not write but a reader can live with.
enum class leniency : std::uint8_t { fail, warn, ignore };

struct options {
  rdb::limits limits = {};
  /// Compute the CRC-64 and compare it at the end.
  bool checksum = true;
  /// A member, field, group or consumer that stands twice in one key.
  leniency duplicates = leniency::fail;
  /// A collection without elements; a server skips such a key when it loads a file.
  leniency empty_keys = leniency::warn;
  /// A pending entry that no consumer owns, or that one owns and the group does not know.
  leniency pending_entries = leniency::fail;
  /// A version above those known: read on with a warning, or refuse at the header.
  leniency newer_versions = leniency::warn;
  /// A key that stands twice in one database: costs 16 to 32 bytes a key, so it must be asked for.
  bool unique_keys = false;
  /// Read numbers that products use differently as this product does, whatever the file says.
  std::optional<rdb::dialect> dialect = std::nullopt;
};

}  // namespace sandpiper::rdb

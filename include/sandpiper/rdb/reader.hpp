#pragma once
// Reads a snapshot as its bytes arrive, and tells a visitor what it holds.

#include <cstdint>
#include <memory>
#include <string_view>

#include "sandpiper/rdb/fault.hpp"
#include "sandpiper/rdb/limits.hpp"
#include "sandpiper/rdb/visitor.hpp"

namespace sandpiper::rdb {

enum class progress : std::uint8_t {
  more,     // everything fed was taken; the snapshot goes on
  done,     // the snapshot is complete, and its checksum right
  stopped,  // the visitor answered depth::stop
  failed,   // reader::why
};

/// A reader of one snapshot: RDB versions 1 to 15 and Valkey 80, every type and encoding.
///
///     rdb::reader reader(visitor);
///     while (reader.state() == rdb::progress::more) reader.feed(next_bytes());
///
/// The input may be cut anywhere; what is needed of it is kept, which is at most one string, one
/// packed blob and what it decompresses to (see rdb::limits), however large the value around them.
/// It takes no memory per key: its buffers grow to the largest string met, and stay.
///
/// Every length, count, offset and order the format allows to check is checked before the element
/// concerned is told. The checksum stands at the end of the file, so until feed() says `done`
/// nothing has been vouched for: undo, or verify first, where that matters.
///
/// Bound to one thread at a time, not to a particular one.
class reader {
 public:
  /// `events` must outlive the reader.
  explicit reader(visitor& events, const options& how = {});
  reader(reader&&) noexcept;
  reader& operator=(reader&&) noexcept;
  ~reader();

  /// Takes the next bytes of the snapshot; any number of them, also none. After anything but `more`
  /// it takes nothing and answers the same again.
  progress feed(std::string_view bytes);

  /// There is no more input: `more` becomes a `truncated` fault.
  progress finish();

  /// The input cannot be read: `more` becomes an `io` fault with these words of static storage.
  progress abandon(std::string_view why);

  [[nodiscard]] progress state() const noexcept;
  /// Why state() is `failed`; nullptr otherwise.
  [[nodiscard]] const fault* why() const noexcept;

  /// Bytes of the snapshot taken so far: where the next one stands.
  [[nodiscard]] std::uint64_t offset() const noexcept;
  /// How many bytes at the end of the last feed() were not taken. After `done` they belong to what
  /// follows the snapshot: an append-only file's commands, or a replication stream.
  [[nodiscard]] std::size_t unread_bytes() const noexcept;

  /// Begins another snapshot with the same visitor and options. Buffers are kept.
  void restart();

 private:
  class session;
  std::unique_ptr<session> session_;
};

}  // namespace sandpiper::rdb

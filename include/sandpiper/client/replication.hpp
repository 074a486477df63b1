#pragma once
// A server's whole data set as it is now, and every write behind it: what it gives to a replica.
//
//     auto from = sandpiper::replication::start(sandpiper::options::from_url(url).value()).value();
//     for (;;) {
//       const auto bytes = from.snapshot().value();    // of an RDB file
//       if (bytes.empty()) break;
//       file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
//     }
//
//     we       REPLCONF capa eof capa psync2 | REPLCONF rdb-only 1
//     server   +OK | +OK
//     we       PSYNC ? -1
//     server   +FULLRESYNC <id> <offset>
//              \n \n ...                       while it writes its snapshot
//              $<n> <n bytes>                  from a file of its own, or
//              $EOF:<mark> <bytes> <mark>      straight from its memory; the mark is 40 bytes
//              the stream of writes            RESP commands, for as long as the connection lasts

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sandpiper/base/result.hpp"
#include "sandpiper/client/options.hpp"

namespace sandpiper {

/// A value.
struct replication_options {
  /// The snapshot alone: the server need not keep the writes that come meanwhile. Servers before
  /// 7.0 do not know it and begin the stream all the same, which nobody has to read.
  bool snapshot_only = true;

  /// REPLCONF listening-port, which the server shows in INFO; 0 sends none. Whoever watches over
  /// the server may take what announces a port for a replica to fail over to.
  std::uint16_t announced_port = 0;

  /// Not a byte for so long, and the server is given up. It sends one each second while it prepares
  /// a snapshot; one that has much memory to fork is silent for longer.
  std::chrono::milliseconds silence_max = std::chrono::seconds(60);

  /// Of the whole snapshot, from the call of start(); 0: as long as it takes.
  std::chrono::milliseconds snapshot_max{0};

  /// Asked ten times a second while waiting, on the same thread; true ends the wait with
  /// errc::cancelled.
  bool (*cancelled)() noexcept = nullptr;
};

/// What the server told when it took us for a replica. A value.
struct replication_start {
  std::string id;            // of the server's history, in which the offset counts
  std::uint64_t offset = 0;  // bytes of that history which are in the snapshot already
};

/// One connection to one server, as its replica. Bytes are passed on as they come and never held:
/// memory is one buffer, and a slow reader slows the server down. Every function may wait. Bound to
/// one thread at a time; it has no thread of its own. After an error there is nothing more to come.
///
/// A snapshot costs the server a fork. Bytes vouch for nothing: their checksum is in them.
class replication {
 public:
  /// Connects, authenticates, asks for everything, and waits until the server has agreed. Of
  /// `server` it takes place, user, password, name, TLS, connect_timeout and the two TCP times.
  /// Errors    bad_request, connect_failed, tls_failed; deadline_exceeded, cancelled;
  ///           handshake_failed: the server's words and what to do; malformed: no Redis server
  [[nodiscard]] static result<replication> start(const options& server,
                                                 const replication_options& how = {});

  replication(replication&&) noexcept;
  replication& operator=(replication&&) noexcept;
  ~replication();

  [[nodiscard]] const replication_start& begun() const noexcept;

  /// The next bytes of the snapshot, empty at its end and from then on. Valid until the next call.
  /// Errors    connect_failed: the connection broke, the text says after how many bytes;
  ///           deadline_exceeded, cancelled, handshake_failed, malformed
  [[nodiscard]] result<std::string_view> snapshot();

  /// How long the snapshot is, once the server has said so: never before the first bytes, and not
  /// at all where it ends with a mark.
  [[nodiscard]] std::optional<std::uint64_t> size_bytes() const noexcept;
  /// Bytes of the snapshot that were passed on.
  [[nodiscard]] std::uint64_t received_bytes() const noexcept;

  /// The whole snapshot into `sink`, a callable that takes a std::string_view and returns a
  /// result<void>. Returns the snapshot's length.
  /// Errors    those of snapshot(), and what the sink returned
  template <class Sink>
  result<std::uint64_t> snapshot_into(Sink&& sink) {
    for (;;) {
      const auto bytes = snapshot();
      if (!bytes) return bytes.error();
      if (bytes->empty()) return received_bytes();
      if (result<void> taken = sink(*bytes); !taken) return taken.error();
    }
  }

  /// The next bytes of the stream behind the snapshot, as they stand; empty once the server has
  /// closed the connection in order, as it does after snapshot_only. Requires that snapshot() has
  /// come to its end. Valid until the next call. A server without writes pings every ten seconds.
  [[nodiscard]] result<std::string_view> stream();

  /// Tells the server how far we are, by an offset of its history: begun().offset and every byte of
  /// the stream behind it. stream() says it again each second while it waits. A server begins the
  /// stream behind a snapshot with a mark only once it was told, and gives a replica up that says
  /// nothing for its "repl-timeout" (60 s).
  result<void> acknowledge(std::uint64_t offset);

 private:
  class inside;
  explicit replication(std::unique_ptr<inside> i) noexcept;
  std::unique_ptr<inside> inside_;
};

}  // namespace sandpiper

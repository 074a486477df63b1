// A live server's snapshot into a file, looked over as it passes by.

#include "rdb_inspect/commands.hpp"
#include "rdb_inspect/interrupt.hpp"
#include "rdb_inspect/progress.hpp"
#include "rdb_inspect/scan.hpp"
#include "rdb_inspect/server.hpp"
#include "sandpiper/rdb/reader.hpp"

namespace rdb_inspect {
namespace {

namespace sp = sandpiper;

class counting final : public rdb::visitor {
 public:
  rdb::depth key(const rdb::key_info&) override {
    ++keys;
    return rdb::depth::skip;
  }
  void end(const rdb::file_end& e) override { checksum = e.checksum; }

  std::uint64_t keys = 0;
  rdb::checksum_state checksum = rdb::checksum_state::unchecked;
};

// To the end of what the server sends, whatever the reader thinks of it.
status copy(rdb::source& from, rdb::reader& to, const options& how, output& out) {
  progress_line line(how);
  std::uint64_t bytes = 0;
  for (;;) {
    const auto piece = from.next();
    if (!piece) {
      line.clear();
      if (piece.error() == sp::errc::cancelled) return status::interrupted;
      say(piece.error().message());
      return status::failed;
    }
    if (piece->empty()) break;
    to.feed(*piece);
    out << *piece;
    if (out.over()) return status::failed;
    line.at(bytes += piece->size(), from.size_bytes());
  }
  to.finish();
  return status::ok;
}

}  // namespace

status pull(const options& how, const filter& which, output& out) {
  if (which.how() != filter_options{}) {
    say("pull fetches every key; filters are for the commands that read the file");
    return status::bad_usage;
  }
  if (out.is_terminal()) {
    say("a snapshot is not for a terminal: pull -o dump.rdb");
    return status::bad_usage;
  }
  auto place = how.server;
  if (how.input != "-") place.url = how.input;
  const auto server = server_of(place);
  if (!server) {
    say(server.error().message());
    return status::bad_usage;
  }
  auto from = live_snapshot(*server);
  if (!from) {
    if (from.error() == sp::errc::cancelled) return status::interrupted;
    say(from.error().message());
    return status::failed;
  }
  auto reading = reader_options(how);
  reading.newer_versions = rdb::leniency::warn;
  counting seen;
  rdb::reader reader(seen, reading);
  if (const auto ended = copy(**from, reader, how, out); ended != status::ok) return ended;
  const auto* const why = reader.why();
  if (why != nullptr) say(to_string(*server) + ": " + why->message());
  const auto verdict = why == nullptr ? status::ok : status_of(why->kind);
  if (verdict == status::corrupt || !out.keep()) {
    return verdict == status::corrupt ? verdict : status::failed;
  }
  if (!how.quiet) {
    say(std::to_string(reader.offset()) + " bytes, " + std::to_string(seen.keys) +
        " keys, checksum " + std::string(rdb::to_string(seen.checksum)));
  }
  return verdict;
}

}  // namespace rdb_inspect

#include "rdb_inspect/scan.hpp"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "rdb_inspect/escape.hpp"
#include "rdb_inspect/interrupt.hpp"
#include "rdb_inspect/measure.hpp"
#include "rdb_inspect/progress.hpp"
#include "rdb_inspect/server.hpp"
#include "sandpiper/rdb/reader.hpp"
#include "sandpiper/rdb/source.hpp"

namespace rdb_inspect {
namespace {

std::int64_t wall_clock_ms() { return std::int64_t{1000} * std::time(nullptr); }

// A pipe may be silent for ever; an interrupt shall not wait for it.
void wait_for_input() {
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  while (!interrupted_by_user() && ::poll(&input, 1, 100) == 0) {
  }
}

bool is_regular(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode);
}

// Which of the keys that pass the filter are of the right size: one bit each.
class chosen_by_size final : public measure {
 public:
  using measure::measure;
  std::vector<bool> bits;

 protected:
  bool report(const key_report& k) override {
    bits.push_back(which().takes_size(k.memory_bytes));
    return true;
  }
};

}  // namespace

void say(const std::string& words) {
  std::fprintf(stderr, "rdb_inspect: %s\n", without_controls(words).c_str());
}

rdb::depth key_visitor::key(const rdb::key_info& k) {
  if (!now_known_) {
    now_ms_ = how_.now_s ? *how_.now_s * 1000 : wall_clock_ms();
    now_known_ = true;
  }
  selected_ = false;
  const auto limit = which_.how().limit;
  if (interrupted_by_user() || enough() || (limit && keys_counted() >= *limit))
    return rdb::depth::stop;
  if (!which_.takes(k, now_ms_)) return rdb::depth::skip;
  const auto place = passed_++;
  if (chosen_ && (place >= chosen_->size() || !(*chosen_)[place])) return rdb::depth::skip;
  selected_ = true;
  ++taken_;
  return began(k);
}

void key_visitor::aux(std::string_view name, const rdb::item& value) {
  if (now_known_ || how_.now_s || name != "ctime") return;
  const auto text = value.str();
  const auto seconds = std::strtoll(text.c_str(), nullptr, 10);
  if (seconds <= 0 || seconds > INT64_MAX / 1000) return;
  now_ms_ = seconds * 1000;
  now_known_ = true;
}

void key_visitor::warn(const rdb::warning& w) {
  constexpr std::uint64_t shown_max = 10;
  if (how_.quiet || ++warnings_ > shown_max) return;
  say("warning: " + std::string(rdb::to_string(w.about)) + " at byte " + std::to_string(w.offset) +
      ": " + std::string(w.detail) +
      (w.key.empty() ? "" : " (key \"" + escaped(w.key, escape_style::print) + "\")") +
      (warnings_ == shown_max ? "; further warnings are not shown" : ""));
}

rdb::options reader_options(const options& how) {
  rdb::options reading;
  reading.checksum = how.checksum;
  reading.newer_versions = how.newer ? rdb::leniency::warn : rdb::leniency::fail;
  reading.limits.whole_bytes_max = std::max<std::uint64_t>(how.memory_bytes_max / 8, 1 << 16);
  reading.limits.packed_bytes_max = how.memory_bytes_max;
  reading.limits.template_bytes_max = how.memory_bytes_max / 4;
  reading.limits.unique_entries_max = how.memory_bytes_max / 64;
  reading.limits.unique_keys_max = how.memory_bytes_max / 64;
  return reading;
}

status scan(const std::string& path, rdb::visitor& events, const options& how,
            const rdb::options& reading, const output* out) {
  auto source = open_input(path, how);
  if (!source) {
    if (source.error() == sandpiper::errc::cancelled) return status::interrupted;
    say(is_url(path) ? source.error().message() : std::string(source.error().text()));
    return source.error() == sandpiper::errc::bad_url ? status::bad_usage : status::failed;
  }
  rdb::reader reader(events, reading);
  progress_line line(how);
  while (reader.state() == rdb::progress::more) {
    if (path == "-") wait_for_input();
    if (interrupted_by_user()) return status::interrupted;
    if (out != nullptr && out->over()) return status::ok;
    const auto piece = (*source)->next();
    if (!piece) {
      line.clear();
      if (piece.error() == sandpiper::errc::cancelled) return status::interrupted;
      say(input_name(path) + ": " + std::string(piece.error().text()));
      return status::failed;
    }
    piece->empty() ? reader.finish() : reader.feed(*piece);
    line.at(reader.offset(), (*source)->size_bytes());
  }
  line.clear();
  if (const auto* why = reader.why()) {
    say(input_name(path) + ": " + why->message());
    if (why->kind == rdb::fault_kind::over_limit) say("--max-memory may be raised");
    return status_of(why->kind);
  }
  if (interrupted_by_user()) return status::interrupted;
  if (how.verbose) {
    say(input_name(path) + ": " + std::to_string(reader.offset()) + " bytes read" +
        (reader.unread_bytes() > 0 ? ", something else follows them" : ""));
  }
  return status::ok;
}

status scan_twice_if_by_size(key_visitor& events, const options& how, const filter& which,
                             const rdb::options& reading, const output* out) {
  if (which.how().by_size()) {
    if (!is_regular(how.input)) {
      say("a filter by size makes " + how.command + " read twice, which needs a file");
      return status::bad_usage;
    }
    auto first = how;
    first.filter.limit.reset();
    first.quiet = true;
    auto all = which.how();
    all.limit.reset();
    const auto any_number = filter::make(all);
    chosen_by_size sizes(first, *any_number);
    if (const auto ended = scan(how.input, sizes, first, reader_options(how), nullptr);
        ended != status::ok) {
      return ended;
    }
    events.only(std::move(sizes.bits));
  }
  return scan(how.input, events, how, reading, out);
}

}  // namespace rdb_inspect

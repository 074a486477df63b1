// Is it sound? Every value is decoded, every rule of the format checked.

#include "rdb_inspect/commands.hpp"
#include "rdb_inspect/scan.hpp"
#include "rdb_inspect/table.hpp"

namespace rdb_inspect {
namespace {

class reading final : public key_visitor {
 public:
  using key_visitor::key_visitor;

  void file(const rdb::file_info& f) override { version = f.version; }
  void warn(const rdb::warning& w) override {
    ++warnings;
    key_visitor::warn(w);
  }
  void end(const rdb::file_end& e) override { at_end = e; }

  std::uint64_t keys = 0;
  std::uint64_t expiring = 0;
  std::uint64_t expired = 0;
  std::uint64_t warnings = 0;
  std::uint32_t version = 0;
  rdb::file_end at_end;

 protected:
  rdb::depth began(const rdb::key_info& k) override {
    ++keys;
    expiring += k.expires_at ? 1 : 0;
    expired += k.expires_at && ttl_ms(*k.expires_at, now_ms()) <= 0 ? 1 : 0;
    return rdb::depth::elements;
  }
};

}  // namespace

status check(const options& how, const filter& which, output& out) {
  reading seen(how, which);
  auto strictly = reader_options(how);
  strictly.unique_keys = true;
  const auto ended = scan_twice_if_by_size(seen, how, which, strictly, &out);
  if (ended == status::bad_usage) return ended;
  const bool stopped = which.how().limit && seen.at_end.bytes == 0 && ended == status::ok;
  table t(out, how,
          {{"verdict"},
           {"version", true},
           {"keys", true},
           {"expiring", true},
           {"expired", true},
           {"warnings", true},
           {"checksum"}},
          format::table);
  const std::string verdict = stopped                        ? "not read to the end"
                              : ended == status::ok          ? "sound"
                              : ended == status::unsupported ? "not supported"
                              : ended == status::interrupted ? "interrupted"
                              : ended == status::corrupt     ? "damaged"
                                                             : "not read";
  t.row({verdict, std::uint64_t{seen.version}, seen.keys, seen.expiring, seen.expired,
         seen.warnings,
         seen.at_end.bytes == 0 ? std::string("not reached")
                                : std::string(rdb::to_string(seen.at_end.checksum))});
  t.finish();
  if (seen.keys > strictly.limits.unique_keys_max && !how.quiet) {
    say("of the keys, the first " + std::to_string(strictly.limits.unique_keys_max) +
        " were compared with each other; --max-memory allows more");
  }
  return ended;
}

}  // namespace rdb_inspect

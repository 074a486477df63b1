// All values, or those of some keys, as JSON.

#include <set>

#include "rdb_inspect/commands.hpp"
#include "rdb_inspect/escape.hpp"
#include "rdb_inspect/json_writer.hpp"

namespace rdb_inspect {
namespace {

// Keys by their names, in any database that the filter allows.
class named_json final : public json_writer {
 public:
  named_json(const options& how, const filter& which, output& out)
      : json_writer(how, which, out), wanted_(how.words.begin(), how.words.end()) {}

  [[nodiscard]] const std::set<std::string, std::less<>>& missing() const { return wanted_; }

 protected:
  rdb::depth began(const rdb::key_info& k) override {
    const auto place = names_.find(k.name);
    skipped_ = place == names_.end();
    if (skipped_) return rdb::depth::skip;
    wanted_.erase(std::string(k.name));
    return json_writer::began(k);
  }
  void ended(const rdb::key_end& e) override {
    if (!skipped_) json_writer::ended(e);
  }

 private:
  std::set<std::string, std::less<>> names_{how().words.begin(), how().words.end()};
  std::set<std::string, std::less<>> wanted_;
  bool skipped_ = false;
};

// The bytes of strings as they are.
class raw_strings final : public key_visitor {
 public:
  raw_strings(const options& how, const filter& which, output& out)
      : key_visitor(how, which), out_(out), wanted_(how.words.begin(), how.words.end()) {}

  void chunk(const rdb::chunk& c) override {
    if (selected()) out_ << c.bytes;
  }
  void string(const rdb::item& v) override {
    rdb::item_room room;
    out_ << v.text(room);
  }
  [[nodiscard]] const std::set<std::string, std::less<>>& missing() const { return wanted_; }

 protected:
  rdb::depth began(const rdb::key_info& k) override {
    if (k.kind != rdb::kind::string || wanted_.erase(std::string(k.name)) == 0) {
      return rdb::depth::skip;
    }
    return rdb::depth::elements;
  }

 private:
  output& out_;
  std::set<std::string, std::less<>> wanted_;
};

template <class Reading>
status tell_missing(const Reading& seen, const options& how, status ended) {
  for (const auto& name : seen.missing()) {
    say("there is no " + std::string(how.raw ? "string" : "key") + " \"" +
        escaped(name, escape_style::print) + "\"");
  }
  return ended == status::ok && !seen.missing().empty() ? status::failed : ended;
}

}  // namespace

status json(const options& how, const filter& which, output& out) {
  json_writer writer(how, which, out);
  const auto ended = scan_twice_if_by_size(writer, how, which, reader_options(how), &out);
  if (ended != status::bad_usage) writer.finish();
  return ended;
}

status get(const options& how, const filter& which, output& out) {
  if (how.raw) {
    raw_strings seen(how, which, out);
    const auto ended = scan_twice_if_by_size(seen, how, which, reader_options(how), &out);
    return tell_missing(seen, how, ended);
  }
  named_json writer(how, which, out);
  const auto ended = scan_twice_if_by_size(writer, how, which, reader_options(how), &out);
  if (ended == status::bad_usage) return ended;
  writer.finish();
  return tell_missing(writer, how, ended);
}

}  // namespace rdb_inspect

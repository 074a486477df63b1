// What the file says of itself, and how many keys there are.

#include <map>

#include "rdb_inspect/commands.hpp"
#include "rdb_inspect/escape.hpp"
#include "rdb_inspect/scan.hpp"
#include "rdb_inspect/table.hpp"
#include "rdb_inspect/units.hpp"

namespace rdb_inspect {
namespace {

constexpr std::size_t listed_max = 1000;  // aux fields, functions, databases that are kept
constexpr std::size_t field_bytes_max = 4096;

class reading final : public key_visitor {
 public:
  using key_visitor::key_visitor;

  struct database {
    std::uint64_t keys = 0;
    std::uint64_t expiring = 0;
  };

  void file(const rdb::file_info& f) override { about = f; }
  void aux(std::string_view name, const rdb::item& value) override {
    key_visitor::aux(name, value);
    if (fields.size() < listed_max)
      fields.emplace_back(name, std::string(value.str(), 0, field_bytes_max));
  }
  void function(std::string_view code, std::string_view) override {
    if (functions.size() < listed_max) functions.emplace_back(code.substr(0, code.find('\n')));
  }
  void module_aux(const rdb::module_id& id, rdb::module_when) override {
    if (modules.size() < listed_max) modules.push_back(id.name());
  }
  void end(const rdb::file_end& e) override { at_end = e; }

  rdb::file_info about;
  std::vector<std::pair<std::string, std::string>> fields;
  std::vector<std::string> functions;
  std::vector<std::string> modules;
  std::map<std::uint64_t, database> databases;
  std::map<rdb::kind, std::uint64_t> kinds;
  std::optional<rdb::file_end> at_end;

 protected:
  rdb::depth began(const rdb::key_info& k) override {
    if (databases.size() < listed_max || databases.contains(k.db)) {
      auto& one = databases[k.db];
      ++one.keys;
      one.expiring += k.expires_at ? 1 : 0;
    }
    ++kinds[k.kind];
    return rdb::depth::skip;
  }
};

void show(const reading& seen, const options& how, output& out) {
  const auto line = [&](const std::string& name, const std::string& value) {
    out << name + std::string(name.size() < 16 ? 16 - name.size() : 1, ' ') + value + "\n";
  };
  line("version", std::to_string(seen.about.version));
  line("dialect", std::string(rdb::to_string(seen.about.dialect)));
  for (const auto& [name, value] : seen.fields) {
    auto text = escaped(value, how.escape);
    const auto seconds = std::strtoll(value.c_str(), nullptr, 10);
    if (name == "ctime" && seconds > 0) text += "  " + iso_time(seconds);
    line("aux " + escaped(name, how.escape), text);
  }
  for (const auto& first_line : seen.functions) line("function", escaped(first_line, how.escape));
  for (const auto& name : seen.modules) line("module data", escaped(name, how.escape));
  for (const auto& [db, one] : seen.databases) {
    line("db " + std::to_string(db),
         std::to_string(one.keys) + " keys, " + std::to_string(one.expiring) + " with an expiry");
  }
  for (const auto& [kind, keys] : seen.kinds) {
    line(std::string(rdb::to_string(kind)), std::to_string(keys) + " keys");
  }
  if (!seen.at_end) return;
  line("bytes", std::to_string(seen.at_end->bytes));
  line("checksum", std::string(rdb::to_string(seen.at_end->checksum)));
}

void append_list(std::string& to, const std::vector<std::string>& texts) {
  to += '[';
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) to += ',';
    append_json_bytes(to, texts[i]);
  }
  to += ']';
}

void show_json(const reading& seen, output& out) {
  auto& to = out.buffer();
  to += R"({"version":)" + std::to_string(seen.about.version) + R"(,"dialect":")" +
        std::string(rdb::to_string(seen.about.dialect)) + R"(","aux":[)";
  for (std::size_t i = 0; i < seen.fields.size(); ++i) {
    to += i > 0 ? ",[" : "[";
    append_json_bytes(to, seen.fields[i].first);
    to += ',';
    append_json_bytes(to, seen.fields[i].second);
    to += ']';
  }
  to += R"(],"functions":)";
  append_list(to, seen.functions);
  to += R"(,"module_data":)";
  append_list(to, seen.modules);
  to += R"(,"databases":[)";
  bool first = true;
  for (const auto& [db, one] : seen.databases) {
    to += (first ? R"({"db":)" : R"(,{"db":)") + std::to_string(db) + R"(,"keys":)" +
          std::to_string(one.keys) + R"(,"expiring":)" + std::to_string(one.expiring) + "}";
    first = false;
  }
  to += R"(],"types":{)";
  first = true;
  for (const auto& [kind, keys] : seen.kinds) {
    to += (first ? "\"" : ",\"") + std::string(rdb::to_string(kind)) + "\":" + std::to_string(keys);
    first = false;
  }
  to += '}';
  if (seen.at_end) {
    to += R"(,"bytes":)" + std::to_string(seen.at_end->bytes) + R"(,"checksum":")" +
          std::string(rdb::to_string(seen.at_end->checksum)) + '"';
  }
  to += "}\n";
}

}  // namespace

status info(const options& how, const filter& which, output& out) {
  reading seen(how, which);
  const auto ended = scan_twice_if_by_size(seen, how, which, reader_options(how), &out);
  if (ended == status::bad_usage || (seen.about.version == 0 && ended != status::ok)) return ended;
  const auto form = format_of(how, format::table);
  form == format::json || form == format::ndjson ? show_json(seen, out) : show(seen, how, out);
  return ended;
}

}  // namespace rdb_inspect

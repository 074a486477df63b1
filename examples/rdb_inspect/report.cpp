// One HTML file for the browser: the data as JSON, and a page that draws them.

#include <ctime>

#include "rdb_inspect/commands.hpp"
#include "rdb_inspect/escape.hpp"
#include "rdb_inspect/findings.hpp"
#include "rdb_inspect/report_page.hpp"
#include "rdb_inspect/report_tree.hpp"
#include "rdb_inspect/server.hpp"
#include "rdb_inspect/table.hpp"
#include "rdb_inspect/top_keys.hpp"

namespace rdb_inspect {
namespace {

constexpr std::uint64_t top_max = 500;
constexpr std::size_t field_bytes_max = 4096;

class reading final : public sized_measure {
 public:
  reading(const options& how, const filter& which)
      : sized_measure(how, which), tree(how), by_bytes(top_max), by_elements(top_max / 5) {}

  void file(const rdb::file_info& f) override { about = f; }
  void aux(std::string_view name, const rdb::item& value) override {
    key_visitor::aux(name, value);
    if (fields.size() < 100)
      fields.emplace_back(name, std::string(value.str(), 0, field_bytes_max));
  }
  void function(std::string_view, std::string_view) override { ++functions; }
  void end(const rdb::file_end& e) override { at_end = e; }

  totals all;
  suspects odd;
  prefix_tree tree;
  top_keys by_bytes;
  top_keys by_elements;
  rdb::file_info about;
  std::optional<rdb::file_end> at_end;
  std::vector<std::pair<std::string, std::string>> fields;
  std::uint64_t functions = 0;

 protected:
  void taken(const key_report& k) override {
    all.add(k, now_ms());
    odd.look_at(k);
    tree.add(k.db, k.name, k.memory_bytes, k.expires_at.has_value());
    by_bytes.offer(k.memory_bytes, k);
    by_elements.offer(k.elements, k);
  }
};

/// Members of a JSON object or elements of an array, one after another.
class json_list {
 public:
  json_list(std::string& to, char open, char close) : to_(to), close_(close) { to_ += open; }
  ~json_list() { to_ += close_; }
  json_list(const json_list&) = delete;
  json_list& operator=(const json_list&) = delete;

  std::string& next() {
    if (!first_) to_ += ',';
    first_ = false;
    return to_;
  }
  std::string& member(std::string_view name) {
    return next().append("\"").append(name).append("\":");
  }
  void number(std::string_view name, std::uint64_t n) { member(name) += std::to_string(n); }
  void text(std::string_view name, std::string_view t) { append_json_lossy(member(name), t); }

 private:
  std::string& to_;
  char close_;
  bool first_ = true;
};

void append_sums(std::string& to, const reading& r) {
  {
    json_list types(to.append("\"types\":"), '[', ']');
    for (const auto& [kind, one] : r.all.kinds) {
      json_list row(types.next(), '{', '}');
      row.text("name", rdb::to_string(kind));
      row.number("keys", one.bytes.count());
      row.number("bytes", one.bytes.sum());
      row.number("elements", one.elements.sum());
      row.number("expiring", one.expiring);
      row.number("p50", one.bytes.percentile(50));
      row.number("p99", one.bytes.percentile(99));
      row.number("max", one.bytes.largest());
    }
  }
  {
    json_list encodings(to.append(",\"encodings\":"), '[', ']');
    for (const auto& [what, one] : r.all.encodings) {
      json_list row(encodings.next(), '{', '}');
      row.text("type", rdb::to_string(what.first));
      row.text("encoding", rdb::to_string(what.second));
      row.number("keys", one.keys);
      row.number("bytes", one.bytes);
    }
  }
  json_list lives(to.append(",\"lives\":"), '[', ']');
  for (std::size_t i = 0; i < lifetimes; ++i) {
    json_list row(lives.next(), '{', '}');
    row.text("name", to_string(static_cast<lifetime>(i)));
    row.number("keys", r.all.lives[i].keys);
    row.number("bytes", r.all.lives[i].bytes);
  }
}

void append_sizes(std::string& to, const histogram& sizes) {
  json_list all(to.append(",\"sizes\":"), '{', '}');
  for (const auto percent : {50U, 90U, 99U}) {
    all.number("p" + std::to_string(percent), sizes.percentile(percent));
  }
  all.number("max", sizes.largest());
  all.number("mean", sizes.mean());
  json_list powers(all.member("powers"), '[', ']');
  for (unsigned power = 0; power < 64; ++power) {
    const auto keys = sizes.in_power(power);
    if (keys == 0) continue;
    json_list row(powers.next(), '{', '}');
    row.number("power", power);
    row.number("keys", keys);
  }
}

void append_tree(std::string& to, const prefix_tree& tree) {
  json_list nodes(to.append(",\"tree\":"), '[', ']');
  for (const auto& one : shown_tree(tree)) {
    json_list row(nodes.next(), '{', '}');
    row.text("label", one.label);
    row.text("path", one.path);
    row.number("parent", one.parent);
    row.number("depth", one.depth);
    row.number("keys", one.keys);
    row.number("bytes", one.bytes);
    row.number("expiring", one.expiring);
    if (one.rest) row.number("rest", 1);
    const auto real = [&](std::string_view name, double value, double unit) {
      append_json_number(row.member(name),
                         static_cast<double>(static_cast<long long>(value * unit)) / unit);
    };
    real("x", one.box.x, 100);
    real("y", one.box.y, 100);
    real("w", one.box.width, 100);
    real("h", one.box.height, 100);
    real("from", one.from, 1e6);
    real("extent", one.extent, 1e6);
  }
}

void append_keys(std::string& to, std::string_view name, std::vector<kept_key> keys) {
  json_list all(to.append(",\"").append(name).append("\":"), '[', ']');
  for (const auto& one : keys) {
    json_list row(all.next(), '{', '}');
    const auto shown = one.bytes.size() > 512 ? one.bytes.substr(0, 512) + "..." : one.bytes;
    row.number("db", one.about.db);
    row.text("key", escaped(shown, escape_style::utf8));
    row.text("type", rdb::to_string(one.about.kind));
    row.text("encoding", rdb::to_string(one.about.encoding));
    row.number("bytes", one.about.memory_bytes);
    row.number("elements", one.about.elements);
    row.number("largest", one.about.largest_bytes);
    if (!one.about.expires_at) continue;
    row.member("expires_ms") += std::to_string(one.about.expires_at->time_since_epoch().count());
  }
}

void append_provenance(std::string& to, const reading& r, const options& how, status ended) {
  json_list from(to.append(",\"from\":"), '{', '}');
  from.text("tool", std::string("rdb_inspect ") + SANDPIPER_VERSION);
  from.text("model", estimate_model);
  from.text("file", input_name(how.input));
  from.number("bytes", r.at_end ? r.at_end->bytes : 0);
  from.number("version", r.about.version);
  from.text("dialect", rdb::to_string(r.about.dialect));
  from.text("checksum", r.at_end ? rdb::to_string(r.at_end->checksum) : "not reached");
  from.number("functions", r.functions);
  from.number("complete", ended == status::ok && r.at_end ? 1 : 0);
  from.member("now_ms") += std::to_string(r.now_ms());
  from.member("made_s") += std::to_string(how.now_s.value_or(std::time(nullptr)));
  json_list aux(from.member("aux"), '[', ']');
  for (const auto& [name, value] : r.fields) {
    json_list pair(aux.next(), '[', ']');
    append_json_lossy(pair.next(), escaped(name, escape_style::utf8));
    append_json_lossy(pair.next(), escaped(value, escape_style::utf8));
  }
}

std::string data_of(reading& r, const options& how, status ended) {
  std::string to = "{";
  append_sums(to, r);
  append_sizes(to, r.all.sizes);
  append_tree(to, r.tree);
  append_keys(to, "top", r.by_bytes.take());
  append_keys(to, "top_elements", r.by_elements.take());
  append_provenance(to, r, how, ended);
  {
    json_list all(to.append(",\"findings\":"), '[', ']');
    for (const auto& one : findings(r.odd, r.all, r.tree)) {
      json_list row(all.next(), '{', '}');
      row.text("title", one.title);
      row.text("text", one.text);
      row.text("subject", escaped(one.subject.substr(0, 512), escape_style::utf8));
    }
  }
  to += ",\"keys\":" + std::to_string(r.all.all.keys);
  to += ",\"bytes\":" + std::to_string(r.all.all.bytes) + "}";
  return to;
}

}  // namespace

status report(const options& how, const filter& which, output& out) {
  if (out.is_terminal()) {
    say("a page is not for a terminal: report -o report.html FILE");
    return status::bad_usage;
  }
  reading seen(how, which);
  const auto ended = scan(how.input, seen, how, reader_options(how), &out);
  if (seen.about.version == 0 && ended != status::ok) return ended;
  out << page_head << "<style>\n"
      << page_style << "</style>\n</head>\n"
      << page_body << data_of(seen, how, ended) << "</script>\n<script>\n\"use strict\";\n"
      << page_pictures << page_tables << "</script>\n</body>\n</html>\n";
  return ended;
}

}  // namespace rdb_inspect

#include "rdb_inspect/json_writer.hpp"

#include "rdb_inspect/escape.hpp"

namespace rdb_inspect {
namespace {

void append_ms(std::string& out, rdb::unix_ms at) {
  out += std::to_string(at.time_since_epoch().count());
}

void append_quoted(std::string& out, std::string_view plain) {
  out.append("\"").append(plain).append("\"");
}

}  // namespace

json_writer::json_writer(const options& how, const filter& which, output& out)
    : key_visitor(how, which), out_(out), array_(how.format == format::json) {}

json_writer::~json_writer() = default;

void json_writer::finish() {
  if (!open_.empty()) {  // the input broke off inside a value
    to() += kind_ == rdb::kind::string && unfinished_.empty() ? "null" : unfinished_;
    close_down_to(0);
    to() += "}";
    if (!array_) to() += "\n";
  }
  if (array_) to() += keys_ == 0 ? "[]\n" : "\n]\n";
  out_.settle();
}

void json_writer::open(std::string_view what, char begin, char close) {
  to() += begin;
  open_.push_back({what, close});
}

void json_writer::close_down_to(std::size_t count) {
  while (open_.size() > count) {
    to() += open_.back().close;
    open_.pop_back();
  }
}

void json_writer::inside_list(std::size_t level, std::string_view what) {
  if (open_.size() > level && open_[level].what == what) return close_down_to(level + 1);
  close_down_to(level);
  to().append(",\"").append(what).append("\":");
  open(what, '[', ']');
}

void json_writer::comma() {
  if (!open_.back().first) to() += ',';
  open_.back().first = false;
}

void json_writer::element(std::string_view before) {
  out_.settle();
  comma();
  to() += before;
}

void json_writer::bytes(const rdb::item& v) {
  unfinished_.clear();
  if (v.what() == rdb::item::form::chunked) return;  // written as it came
  rdb::item_room room;
  append_json_bytes(to(), v.text(room));
}

void json_writer::id(const rdb::stream_id& one) { append_quoted(to(), rdb::to_string(one)); }

void json_writer::member(std::string_view name, std::uint64_t value) {
  to().append(",\"").append(name).append("\":").append(std::to_string(value));
}
void json_writer::member(std::string_view name, const rdb::stream_id& value) {
  to().append(",\"").append(name).append("\":");
  id(value);
}

rdb::depth json_writer::began(const rdb::key_info& k) {
  kind_ = k.kind;
  auto& out = to();
  if (array_) out += keys_ == 0 ? "[\n" : ",\n";
  ++keys_;
  out.append("{\"db\":").append(std::to_string(k.db)).append(",\"key\":");
  append_json_lossy(out, k.name);
  if (!is_utf8(k.name)) {
    out += ",\"key_b64\":\"";
    append_base64(out, k.name);
    out += '"';
  }
  out.append(",\"type\":");
  append_quoted(out, rdb::to_string(k.kind));
  out.append(",\"encoding\":");
  append_quoted(out, rdb::to_string(k.encoding));
  if (k.expires_at) append_ms(out += ",\"expires_ms\":", *k.expires_at);
  if (k.idle) out += ",\"idle_s\":" + std::to_string(k.idle->count());
  if (k.frequency) out += ",\"freq\":" + std::to_string(*k.frequency);
  out += ",\"value\":";
  switch (kind_) {
    case rdb::kind::string: open_.push_back({"string", ' '}); break;
    case rdb::kind::stream:
      open("stream", '{', '}');
      out += "\"entries\":";
      open("entries", '[', ']');
      break;
    case rdb::kind::module:
    case rdb::kind::other: open("object", '{', '}'); break;
    default: open("list", '[', ']');
  }
  return rdb::depth::elements;
}

void json_writer::ended(const rdb::key_end&) {
  if (kind_ == rdb::kind::string) open_.clear();
  close_down_to(0);
  to() += array_ ? "}" : "}\n";
  out_.settle();
}

// What follows the string of an element that is more than a string.
std::string json_writer::element_end_of(const rdb::chunk& c) const {
  const bool pair = c.what == rdb::role::field || c.what == rdb::role::value ||
                    c.what == rdb::role::array_item || c.what == rdb::role::module ||
                    kind_ == rdb::kind::zset;
  return pair ? "]" : "";
}

// The beginning of an element comes with the first piece of its string, the rest with its event.
void json_writer::chunk(const rdb::chunk& c) {
  if (open_.empty()) return;  // of no key
  if (c.at == 0) {
    const bool pair = !element_end_of(c).empty() && c.what != rdb::role::module;
    const bool second = c.what == rdb::role::value;
    if (second && c.field->what() == rdb::item::form::chunked) {
      to() += ',';
    } else if (second) {
      element("[");
      bytes(*c.field);
      to() += ',';
    } else {
      element(pair ? "[" : c.what == rdb::role::module ? "[\"text\"," : "");
    }
    to() += R"({"b64":")";
    carry_.clear();
    unfinished_ = element_end_of(c);
    unfinished_.insert(0, "\"}");
  }
  carry_ += c.bytes;
  const bool last = c.at + c.bytes.size() == c.total;
  const auto ready = last ? carry_.size() : carry_.size() / 3 * 3;
  append_base64(to(), std::string_view(carry_).substr(0, ready));
  carry_.erase(0, ready);
  if (last) {
    to() += "\"}";
    unfinished_ = element_end_of(c);
  }
  out_.settle();
}

void json_writer::string(const rdb::item& v) { bytes(v); }

void json_writer::list_item(const rdb::item& v) {
  unfinished_.clear();
  if (v.what() == rdb::item::form::chunked) return;
  element("");
  bytes(v);
}

void json_writer::set_member(const rdb::item& v, std::optional<rdb::unix_ms> expires_at) {
  unfinished_.clear();
  if (v.what() == rdb::item::form::chunked) return;
  element(expires_at ? R"({"member":)" : "");
  bytes(v);
  if (!expires_at) return;
  append_ms(to() += ",\"expires_ms\":", *expires_at);
  to() += '}';
}

void json_writer::zset_member(const rdb::item& v, double score) {
  if (v.what() != rdb::item::form::chunked) element("[");
  bytes(v);
  to() += ',';
  append_json_number(to(), score);
  to() += ']';
}

void json_writer::hash_field(const rdb::item& f, const rdb::item& v,
                             std::optional<rdb::unix_ms> expires_at) {
  unfinished_.clear();
  if (v.what() != rdb::item::form::chunked) {
    if (f.what() != rdb::item::form::chunked) element("[");
    bytes(f);
    to() += ',';
    bytes(v);
  }
  if (expires_at) append_ms(to() += ',', *expires_at);
  to() += ']';
}

void json_writer::array_item(std::uint64_t index, const rdb::item& v) {
  if (v.what() != rdb::item::form::chunked) element("[");
  bytes(v);
  to().append(",").append(std::to_string(index)).append("]");
}

void json_writer::detail(std::string_view name, const rdb::item& v) {
  element("\"");
  append_json_text(to(), name);
  to() += "\":";
  bytes(v);
}

void json_writer::stream_entry(const rdb::stream_id& one, std::uint64_t) {
  close_down_to(2);
  element("[");
  id(one);
  to() += ',';
  open_.push_back({"entry", ']'});
  open("fields", '[', ']');
}

void json_writer::stream_field(const rdb::item& f, const rdb::item& v) {
  element("");
  bytes(f);
  to() += ',';
  bytes(v);
}

void json_writer::stream(const rdb::stream_meta& m) {
  close_down_to(1);
  member("length", m.live);
  member("last", m.last);
  member("first", m.first);
  member("max_deleted", m.max_deleted);
  member("added", m.added);
  to() += ",\"groups\":";
  open("groups", '[', ']');
}

void json_writer::stream_group(const rdb::stream_group& g) {
  close_down_to(2);
  element(R"({"name":)");
  open_.push_back({"group", '}'});
  append_json_bytes(to(), g.name);
  member("last", g.last);
  if (g.entries_read) member("read", *g.entries_read);
}

void json_writer::stream_pending(const rdb::stream_pending& p) {
  inside_list(3, "pending");
  element("[");
  id(p.id);
  append_ms(to() += ',', p.delivered_at);
  to().append(",").append(std::to_string(p.deliveries)).append("]");
}

void json_writer::stream_consumer(const rdb::stream_consumer& c) {
  inside_list(3, "consumers");
  element(R"({"name":)");
  open_.push_back({"consumer", '}'});
  append_json_bytes(to(), c.name);
  append_ms(to() += ",\"seen_ms\":", c.seen_at);
  if (c.active_at) append_ms(to() += ",\"active_ms\":", *c.active_at);
}

void json_writer::stream_owned(const rdb::stream_id& one) {
  inside_list(5, "owned");
  element("");
  id(one);
}

void json_writer::stream_nacked(const rdb::stream_id& one) {
  inside_list(3, "nacked");
  element("");
  id(one);
}

void json_writer::stream_idempotence(const rdb::stream_idempotence& s) {
  close_down_to(1);
  to() += R"(,"idempotence":{"keeps_s":)" + std::to_string(s.keeps_for.count());
  member("entries_max", s.entries_max);
  open_.push_back({"idempotence", '}'});
}

void json_writer::stream_producer(const rdb::item& producer) {
  inside_list(2, "producers");
  element(R"({"id":)");
  open_.push_back({"producer", '}'});
  bytes(producer);
}

void json_writer::stream_produced(const rdb::item& iid, const rdb::stream_id& one) {
  inside_list(4, "produced");
  element("[");
  bytes(iid);
  to() += ',';
  id(one);
  to() += ']';
}

void json_writer::stream_produced_totals(std::uint64_t added, std::uint64_t duplicates) {
  close_down_to(2);
  member("added", added);
  member("duplicates", duplicates);
}

void json_writer::module(const rdb::module_id& m) {
  element("\"module\":");
  append_json_lossy(to(), m.name());
  member("version", m.version());
  to() += ",\"items\":";
  open("items", '[', ']');
}

// A module's data outside of keys comes by the same event; that is told by `info`.
void json_writer::module_part(const rdb::module_item& part) {
  unfinished_.clear();
  if (open_.empty() || open_.back().what != "items") return;
  using form = rdb::module_item::form;
  if (part.what == form::text) {
    if (part.bytes.what() != rdb::item::form::chunked) {
      element(R"(["text",)");
      bytes(part.bytes);
    }
  } else if (part.what == form::single || part.what == form::real) {
    element(part.what == form::single ? R"(["single",)" : R"(["real",)");
    append_json_number(to(), part.value);
  } else if (part.what == form::number) {
    element(R"(["unsigned",)");
    to() += std::to_string(part.number);
  } else {
    element(R"(["signed",)");
    to() += std::to_string(static_cast<std::int64_t>(part.number));
  }
  to() += ']';
}

}  // namespace rdb_inspect

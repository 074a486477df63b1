#include "sandpiper/resp/encoder.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace sandpiper::resp {

void encoder::line(char type, std::string_view text) {
  char* const out = out_.reserve(text.size() + 3);
  *out = type;
  char* const end = put(out + 1, text);
  std::replace_if(
      out + 1, end, [](char c) { return c == '\r' || c == '\n'; }, ' ');
  out_.commit(put_line_end(end));
}

void encoder::number(double d) {
  char text[short_text_max];
  const char* end =
      std::isnan(d) ? put(text, "nan") : std::to_chars(text, text + sizeof text, d).ptr;
  number(std::string_view(text, static_cast<std::size_t>(end - text)));
}

void encoder::bulk_error(std::string_view text) {
  if (!resp3_) return error(text);
  header('!', text.size());
  char* const out = out_.reserve(text.size() + 2);
  out_.commit(put_line_end(put(out, text)));
}

void encoder::verbatim(std::string_view format, std::string_view text) {
  assert(format.size() == 3);
  if (!resp3_) return bulk(text);
  header('=', text.size() + 4);
  char* const out = put(out_.reserve(text.size() + 6), format);
  *out = ':';
  out_.commit(put_line_end(put(out + 1, text)));
}

void encoder::chunk(std::string_view text) {
  assert(resp3_ && !text.empty());
  header(';', text.size());
  out_.commit(put_line_end(put(out_.reserve(text.size() + 2), text)));
}

void encoder::announce(kind type, std::size_t children) {
  switch (type) {
    case kind::map: return map(children / 2);
    case kind::set: return set(children);
    case kind::push: return push(children);
    case kind::attribute: return attribute(children / 2);
    default: return array(children);
  }
}

void encoder::scalar(const reply_view& view) {
  switch (view.type()) {
    case kind::simple_string: return simple_string(view.text());
    case kind::error: return error(view.text());
    case kind::integer: return integer(view.integer());
    case kind::bulk_string: return bulk(view.text());
    case kind::boolean: return boolean(view.boolean());
    case kind::number: return number(view.number());
    case kind::big_number: return big_number(view.text());
    case kind::bulk_error: return bulk_error(view.text());
    case kind::verbatim: return verbatim(view.format(), view.text());
    default: return null();
  }
}

// Nodes stand in the order in which values are written, so no recursion is needed.
void encoder::value(const reply_view& view) {
  const node* const end = view.first_node() + view.node_count();
  for (const node* n = view.first_node(); n != end;) {
    if (n->type == kind::attribute) {
      if (resp3_) announce(n->type, n->size);
      n += resp3_ ? 1 : n->value;
    } else if (is_aggregate(n->type)) {
      announce(n->type, n->size);
      ++n;
    } else {
      scalar(reply_view(n, view.bytes()));
      ++n;
    }
  }
}

}  // namespace sandpiper::resp

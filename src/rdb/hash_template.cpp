#include "rdb/hash_template.hpp"

#include "rdb/decoder.hpp"
#include "rdb/types.hpp"

namespace sandpiper::rdb {
namespace {

constexpr std::size_t name_overhead_bytes = 48;

void tell_field(decoder& d, std::string_view name, const item& value) {
  d.events.hash_field(item(name), value, std::nullopt);
  ++d.elements;
}

// Values are k entries after the template's id.
void tell_packed(decoder& d, const field_names& names, std::string_view blob) {
  item value;
  const char* at = listpack::next(listpack::first(blob), listpack::last(blob), value);
  for (const auto& name : names) {
    at = listpack::next(at, listpack::last(blob), value);
    tell_field(d, name, value);
  }
}

bool check_packed(decoder& d, std::string_view blob, std::uint64_t& entries, item& id) {
  if (const auto wrong = listpack::check(blob, entries)) return d.refuse(subject::listpack, wrong);
  if (entries == 0) return d.refuse(subject::hash_template, "a hash names no template");
  (void)listpack::next(listpack::first(blob), listpack::last(blob), id);
  if (!id.is_integer() || id.number() < 0) {
    return d.refuse(subject::hash_template, "a template's id is not a number");
  }
  return true;
}

bool add_name(decoder& d, field_names& to, const item& name) {
  if (!d.templates.allow(name.size_bytes(), d.how.limits.template_bytes_max)) {
    d.in.set_fault(fault_kind::over_limit, subject::hash_template,
                   "the templates are over template_bytes_max", d.in.item_offset());
    return false;
  }
  to.push_back(name.str());
  return true;
}

bool add_own(decoder& d, const item& name) {
  if (!d.unique(name)) return false;
  if (name.size_bytes() > d.how.limits.template_bytes_max) {
    return d.refuse(subject::hash_template, "the names are over template_bytes_max");
  }
  d.templates.own.push_back(name.str());
  return true;
}

bool add_own_packed(decoder& d, std::string_view blob) {
  std::uint64_t entries = 0;
  if (const auto wrong = listpack::check(blob, entries)) return d.refuse(subject::listpack, wrong);
  item name;
  for (const char* at = listpack::first(blob); at != listpack::last(blob);) {
    at = listpack::next(at, listpack::last(blob), name);
    if (!add_own(d, name)) return false;
  }
  return true;
}

// A payload brings its names itself, as a listpack or one by one.
task read_own_names(decoder& d) {
  d.templates.own.clear();
  const auto form = co_await d.in.length();
  if (form > 1) co_await d.in.corrupt(subject::hash_template, "names of no known form");
  if (form == 0) {
    co_await d.in.blob(slot::a);
    if (!add_own_packed(d, d.in.at(slot::a).bytes())) co_await d.in.halt();
  } else {
    for (auto n = co_await d.in.length(); n != 0; --n) {
      co_await d.in.name(slot::a);
      if (!add_own(d, d.in.at(slot::a))) co_await d.in.halt();
    }
  }
  if (d.templates.own.empty()) co_await d.in.corrupt(subject::hash_template, "no names");
}

task read_values(decoder& d, const field_names& names) {
  for (const auto& name : names) {
    d.in.show(slot::a, item(std::string_view(name)));
    co_await d.in.element(slot::b, role::value);
    tell_field(d, name, d.in.at(slot::b));
  }
}

}  // namespace

field_names* template_store::add(std::uint64_t id) {
  const auto [where, added] = by_id_.try_emplace(id);
  return added ? &where->second : nullptr;
}

const field_names* template_store::find(std::uint64_t id) const {
  const auto where = by_id_.find(id);
  return where == by_id_.end() ? nullptr : &where->second;
}

bool template_store::allow(std::size_t name_bytes, std::uint64_t bytes_max) noexcept {
  bytes_ += name_bytes + name_overhead_bytes;
  return bytes_ <= bytes_max;
}

task read_template(decoder& d) {
  const auto id = co_await d.in.length();
  auto* const names = d.templates.add(id);
  if (names == nullptr) co_await d.in.corrupt(subject::hash_template, "an id stands twice");

  const auto count = co_await d.in.length();
  if (count == 0) co_await d.in.corrupt(subject::hash_template, "a template without fields");
  for (auto n = count; n != 0; --n) {
    co_await d.in.name(slot::a);
    if (!add_name(d, *names, d.in.at(slot::a))) co_await d.in.halt();
    const auto size = names->size();
    if (size > 1 && !template_order((*names)[size - 2], (*names)[size - 1])) {
      co_await d.in.corrupt(subject::hash_template, "a template's fields are not in order");
    }
  }
}

task read_templated(decoder& d, unsigned type) {
  const bool packed = type == type::template_listpack || type == type::template_listpack_ref;
  const bool own = type == type::template_listpack || type == type::template_array;
  const field_names* names = &d.templates.own;
  std::uint64_t id = 0;

  if (own) {
    co_await read_own_names(d);
  } else if (!packed) {
    id = co_await d.in.length();
  }
  if (packed) {
    co_await d.in.blob(slot::a);
    std::uint64_t entries = 0;
    item first;
    if (!check_packed(d, d.in.at(slot::a).bytes(), entries, first)) co_await d.in.halt();
    if (!own) names = d.templates.find(static_cast<std::uint64_t>(first.number()));
    if (names != nullptr && entries != names->size() + 1) {
      co_await d.in.corrupt(subject::hash_template, "a hash has not one value for each field");
    }
  } else if (!own) {
    names = d.templates.find(id);
  }
  if (names == nullptr) co_await d.in.corrupt(subject::hash_template, "no template has this id");
  if (packed) {
    tell_packed(d, *names, d.in.at(slot::a).bytes());
  } else {
    co_await read_values(d, *names);
  }
}

}  // namespace sandpiper::rdb

#include "cache/whole.hpp"

#include "cache/scratch.hpp"

namespace sandpiper::cache {
namespace {

using resp::kind;
using resp::reply_view;
using store::value;
using store::value_type;

// Of a collection that is empty the server says that there is no such key.
value collected(value_type type, const reply_view& reply) {
  if (reply.empty()) return value{};
  value all(type);
  for (const auto element : reply) all.add_distinct(element.text());
  return all;
}

value list_of(const reply_view& reply) {
  if (reply.empty()) return value{};
  value all(value_type::list);
  for (const auto element : reply) all.add(element.text());
  return all;
}

value hash_of_pairs(const reply_view& reply) {
  if (reply.empty()) return value{};
  value all(value_type::hash);
  for (auto at = reply.begin(); at != reply.end(); ++at) {
    const auto field = (*at).text();
    ++at;
    all.add_distinct(field, (*at).text());
  }
  return all;
}

std::optional<value> sorted_set_of(const reply_view& reply) {
  if (reply.empty()) return value{};
  value all(value_type::zset);
  for (const auto pair : reply) {
    if (pair.size() != 2 || pair[1].type() != kind::number) return std::nullopt;
    const auto score = store::bytes_of(pair[1].number());
    all.add_distinct(pair[0].text(), {score.data(), score.size()});
  }
  return all;
}

// "LRANGE key 0 -1": all of it.
bool from_first_to_last(const resp::command& command) {
  auto words = command.walk();
  words.next();
  words.next();
  return words.next() == "0" && words.next() == "-1";
}

bool is_with_scores(std::string_view word) {
  constexpr std::string_view wanted = "WITHSCORES";
  if (word.size() != wanted.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if ((word[i] & ~0x20) != wanted[i]) return false;
  }
  return true;
}

std::optional<value> string_of(const reply_view& reply) {
  if (reply.is_null()) return value{};
  if (!reply.is_string()) return std::nullopt;
  return value::string(reply.text());
}

// Replies that tell of no type, but that there is no such key.
bool tells_absence(std::string_view name, const reply_view& reply) {
  if (name == "TYPE") return reply.is_string() && reply.text() == "none";
  if (name == "EXISTS") return reply.type() == kind::integer && reply.integer() == 0;
  return false;
}

}  // namespace

std::optional<value> whole_value(const local::reading& how, const resp::command& command,
                                 const reply_view& reply) {
  if (how.whole_string) return string_of(reply);
  if (how.name == "HGETALL" && reply.type() == kind::map) return hash_of_pairs(reply);
  if (how.name == "SMEMBERS" && reply.type() == kind::set) {
    return collected(value_type::set, reply);
  }
  if (how.name == "LRANGE" && reply.type() == kind::array && from_first_to_last(command)) {
    return list_of(reply);
  }
  if (how.name == "ZRANGE" && reply.type() == kind::array && command.size() == 5 &&
      from_first_to_last(command) && is_with_scores(command.argument(4))) {
    return sorted_set_of(reply);
  }
  if (tells_absence(how.name, reply)) return value{};
  return std::nullopt;
}

void tell_from_whole(const local::reading& how, const resp::command& command,
                     const store::value_view& whole, reply_visitor tell) {
  if (how.whole_string && whole.type() == value_type::string) {
    const auto text = whole.string();
    resp::node one;
    one.type = kind::bulk_string;
    one.size = static_cast<std::uint32_t>(text.size());
    return tell(reply_view(&one, text.data()));
  }
  tell_written([&](resp::encoder& out) { local::answer(how, command, whole, out); }, tell);
}

}  // namespace sandpiper::cache

#include "cache/whole.hpp"

#include "cache/scratch.hpp"

namespace sandpiper::cache {
namespace {

using resp::kind;
using resp::reply_view;
using store::value;
using store::value_type;

std::optional<value> set_of(const reply_view& reply) {
  value all(value_type::set);
  for (const auto member : reply) {
    if (!member.is_string() || !all.add_distinct(member.text())) return std::nullopt;
  }
  return all;
}

std::optional<value> list_of(const reply_view& reply) {
  value all(value_type::list);
  for (const auto item : reply) {
    if (!item.is_string() || !all.add(item.text())) return std::nullopt;
  }
  return all;
}

std::optional<value> hash_of_pairs(const reply_view& reply) {
  value all(value_type::hash);
  for (auto at = reply.begin(); at != reply.end(); ++at) {
    const auto field = *at;
    const auto content = *++at;
    if (!field.is_string() || !content.is_string()) return std::nullopt;
    if (!all.add_distinct(field.text(), content.text())) return std::nullopt;
  }
  return all;
}

std::optional<value> sorted_set_of(const reply_view& reply) {
  value all(value_type::zset);
  for (const auto pair : reply) {
    if (pair.size() != 2 || !pair[0].is_string() || pair[1].type() != kind::number) {
      return std::nullopt;
    }
    const auto score = store::bytes_of(pair[1].number());
    if (!all.add_distinct(pair[0].text(), {score.data(), score.size()})) return std::nullopt;
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
  if (!reply.is_string()) return std::nullopt;
  return value::string(reply.text());
}

bool is_all_of_hash(const local::reading& how, const reply_view& reply) {
  return how.name == "HGETALL" && reply.type() == kind::map;
}

bool is_all_of_set(const local::reading& how, const reply_view& reply) {
  return how.name == "SMEMBERS" && reply.type() == kind::set;
}

bool is_all_of_list(const local::reading& how, const resp::command& command,
                    const reply_view& reply) {
  return how.name == "LRANGE" && reply.type() == kind::array && from_first_to_last(command);
}

bool is_all_of_sorted_set(const local::reading& how, const resp::command& command,
                          const reply_view& reply) {
  return how.name == "ZRANGE" && reply.type() == kind::array && command.size() == 5 &&
         from_first_to_last(command) && is_with_scores(command.argument(4));
}

}  // namespace

bool tells_absence(const local::reading& how, const resp::command& command,
                   const reply_view& reply) {
  if (how.whole_string) return reply.is_null();
  if (how.name == "TYPE") return reply.is_string() && reply.text() == "none";
  if (how.name == "EXISTS") return reply.type() == kind::integer && reply.integer() == 0;
  return reply.empty() &&
         (is_all_of_hash(how, reply) || is_all_of_set(how, reply) ||
          is_all_of_list(how, command, reply) || is_all_of_sorted_set(how, command, reply));
}

std::optional<value> whole_value(const local::reading& how, const resp::command& command,
                                 const reply_view& reply) {
  if (tells_absence(how, command, reply)) return value{};
  if (how.whole_string) return string_of(reply);
  if (is_all_of_hash(how, reply)) return hash_of_pairs(reply);
  if (is_all_of_set(how, reply)) return set_of(reply);
  if (is_all_of_list(how, command, reply)) return list_of(reply);
  if (is_all_of_sorted_set(how, command, reply)) return sorted_set_of(reply);
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

#pragma once
// Random keys, as commands and as values, and random commands that read them.

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sandpiper/store/value.hpp"

namespace sandpiper::local {

using random_bits = std::mt19937_64;
using texts = std::vector<std::string>;

inline std::size_t below(random_bits& random, std::size_t n) { return random() % n; }

inline const std::string& one_of(random_bits& random, const texts& all) {
  return all[below(random, all.size())];
}

/// A key, how it is made on a server, and what it then holds.
struct random_key {
  std::string name;
  std::vector<texts> commands = {};
  store::value value = {};
  bool lexical = true;  // a sorted set in which BYLEX has a meaning, or any small one
};

/// Short ones meet often; long ones make a collection large; some look like numbers, some are any
/// bytes.
inline std::string random_text(random_bits& random, bool large) {
  switch (below(random, large ? 6 : 5)) {
    case 0: return std::string(1, static_cast<char>('a' + below(random, 5)));
    case 1: return std::string(2, static_cast<char>('a' + below(random, 26)));
    case 2: return std::to_string(static_cast<std::int64_t>(below(random, 2000)) - 1000);
    case 3: return std::to_string(static_cast<std::int64_t>(random()));
    case 4: {
      std::string bytes(below(random, 12), '\0');
      for (char& c : bytes) c = static_cast<char>(random());
      return bytes;
    }
    default: return std::string(70 + below(random, 100), static_cast<char>('a' + below(random, 9)));
  }
}

inline std::string digits(double score) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, score).ptr};
}

/// None is -0: the server keeps its sign in large sets and loses it in small ones.
inline double random_score(random_bits& random) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr double odd[] = {infinity, -infinity, 0, 0.1, -1.5, 1e300, 5e-324, 3, 1, 2};
  const auto which = below(random, 16);
  if (which < std::size(odd)) return odd[which];
  return static_cast<double>(static_cast<std::int64_t>(random())) / 1e6;
}

inline void fill_string(random_bits& random, random_key& key) {
  auto text = random_text(random, true);
  if (below(random, 4) == 0) text += std::string(below(random, 3000), 'x') + text;
  key.value = store::value::string(text);
  key.commands.push_back({"SET", key.name, text});
}

inline void fill_names(random_bits& random, random_key& key, store::value_type type, bool large) {
  key.value.reset(type);
  std::set<std::string> known;
  const auto score = random_score(random);
  const bool one_score = type == store::value_type::zset && below(random, 2) == 0;
  key.lexical = one_score || !large;
  for (std::size_t n = 1 + below(random, large ? 400 : 20); n > 0; --n) {
    const auto name = random_text(random, large);
    if (!known.insert(name).second) continue;
    if (type == store::value_type::zset) {
      const auto own = one_score ? score : random_score(random);
      key.value.add(name, own);
      key.commands.push_back({"ZADD", key.name, digits(own), name});
    } else if (type == store::value_type::set) {
      key.value.add(name);
      key.commands.push_back({"SADD", key.name, name});
    } else {
      const auto value = random_text(random, large);
      key.value.add(name, std::string_view(value));
      key.commands.push_back({"HSET", key.name, name, value});
    }
  }
}

inline void fill_list(random_bits& random, random_key& key, bool large) {
  key.value.reset(store::value_type::list);
  for (std::size_t n = 1 + below(random, large ? 1500 : 30); n > 0; --n) {
    const auto item = random_text(random, large);
    key.value.add(item);
    key.commands.push_back({"RPUSH", key.name, item});
  }
}

inline void fill_stream(random_bits& random, random_key& key, bool large) {
  key.value.reset(store::value_type::stream);
  store::stream_id id{below(random, 3), 1};
  for (std::size_t n = 1 + below(random, large ? 400 : 10); n > 0; --n) {
    below(random, 3) == 0 ? id.ms += 1 + below(random, 5) : id.sequence += 1 + below(random, 4);
    texts words{"XADD", key.name, std::to_string(id.ms) + "-" + std::to_string(id.sequence)};
    std::string packed;
    for (std::size_t fields = 1 + below(random, 3); fields > 0; --fields) {
      words.push_back(random_text(random, large));
      words.push_back(random_text(random, large));
      store::append_field(packed, words[words.size() - 2], words.back());
    }
    key.value.add(id, packed);
    key.commands.push_back(std::move(words));
  }
}

/// Two keys of each type, of which one may be large, and one that there is not.
inline std::vector<random_key> random_keys(random_bits& random) {
  std::vector<random_key> keys;
  for (const auto type : {store::value_type::string, store::value_type::hash,
                          store::value_type::list, store::value_type::set, store::value_type::zset,
                          store::value_type::zset, store::value_type::stream}) {
    for (const bool large : {false, true}) {
      auto& key = keys.emplace_back(random_key{"key" + std::to_string(keys.size())});
      switch (type) {
        case store::value_type::string: fill_string(random, key); break;
        case store::value_type::list: fill_list(random, key, large); break;
        case store::value_type::stream: fill_stream(random, key, large); break;
        default: fill_names(random, key, type, large);
      }
    }
  }
  keys.push_back({"nothing"});
  return keys;
}

/// One form of a command: its name, and a letter for each argument behind the key.
///
///   i integer   m a name or any text   s score bound   l lex bound   x stream id
///   o options of ZRANGE and its kin   p of LPOS   c of XRANGE   u unit of BITCOUNT
struct form {
  std::string_view name;
  std::string_view arguments;
  store::value_type type = store::value_type::none;
};

inline const std::vector<form>& forms() {
  using enum store::value_type;
  static const std::vector<form> all{
      {"TYPE", ""},
      {"EXISTS", ""},
      {"GET", "", string},
      {"STRLEN", "", string},
      {"GETRANGE", "ii", string},
      {"SUBSTR", "ii", string},
      {"GETBIT", "i", string},
      {"BITCOUNT", "", string},
      {"BITCOUNT", "i", string},
      {"BITCOUNT", "ii", string},
      {"BITCOUNT", "iiu", string},
      {"HGET", "m", hash},
      {"HMGET", "mmm", hash},
      {"HGETALL", "", hash},
      {"HKEYS", "", hash},
      {"HVALS", "", hash},
      {"HLEN", "", hash},
      {"HEXISTS", "m", hash},
      {"HSTRLEN", "m", hash},
      {"LRANGE", "ii", list},
      {"LINDEX", "i", list},
      {"LLEN", "", list},
      {"LPOS", "m", list},
      {"LPOS", "mp", list},
      {"LPOS", "mpp", list},
      {"SISMEMBER", "m", set},
      {"SMISMEMBER", "mm", set},
      {"SMEMBERS", "", set},
      {"SCARD", "", set},
      {"ZSCORE", "m", zset},
      {"ZMSCORE", "mm", zset},
      {"ZRANK", "m", zset},
      {"ZREVRANK", "m", zset},
      {"ZCARD", "", zset},
      {"ZCOUNT", "ss", zset},
      {"ZLEXCOUNT", "ll", zset},
      {"ZRANGE", "ii", zset},
      {"ZRANGE", "iio", zset},
      {"ZRANGE", "sso", zset},
      {"ZRANGE", "ssoo", zset},
      {"ZRANGE", "lloo", zset},
      {"ZREVRANGE", "ii", zset},
      {"ZREVRANGE", "iio", zset},
      {"ZRANGEBYSCORE", "ss", zset},
      {"ZRANGEBYSCORE", "sso", zset},
      {"ZRANGEBYSCORE", "ssoo", zset},
      {"ZREVRANGEBYSCORE", "sso", zset},
      {"ZRANGEBYLEX", "ll", zset},
      {"ZRANGEBYLEX", "llo", zset},
      {"ZREVRANGEBYLEX", "llo", zset},
      {"XLEN", "", stream},
      {"XRANGE", "xx", stream},
      {"XRANGE", "xxc", stream},
      {"XREVRANGE", "xx", stream},
      {"XREVRANGE", "xxc", stream},
      {"GET", "m", string},
      {"HGET", "mm", hash},
  };
  return all;
}

inline std::string random_integer(random_bits& random) {
  using namespace std::string_literals;
  static const texts odd{"9223372036854775807"s,
                         "-9223372036854775808"s,
                         "-9223372036854775807"s,
                         "9223372036854775808"s,
                         "4294967295"s,
                         "4294967296"s,
                         "x"s,
                         ""s,
                         "1.5"s,
                         " 1"s,
                         "+1"s,
                         "-0"s,
                         "007"s,
                         "1\0"s};
  if (below(random, 6) == 0) return one_of(random, odd);
  const auto span = static_cast<std::int64_t>(below(random, 2) == 0 ? 6 : 700);
  return std::to_string(static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(span)) -
                        span / 2);
}

inline std::string name_in(random_bits& random, const random_key& key) {
  std::string name;
  if (key.value.size() == 0 || key.value.type() == store::value_type::string) return "a";
  key.value.view().range(below(random, key.value.size()), 1,
                         [&name](std::string_view text, std::string_view) {
                           name = text;
                           return true;
                         });
  return name;
}

inline std::string random_name(random_bits& random, const random_key& key) {
  return below(random, 3) == 0 ? random_text(random, true) : name_in(random, key);
}

inline std::string random_score_bound(random_bits& random, const random_key& key) {
  using namespace std::string_literals;
  static const texts odd{"-inf"s, "+inf"s, "inf"s,    "Infinity"s, "nan"s,   "0x10"s,
                         " 1"s,   ""s,     "1e400"s,  "abc"s,      "-1"s,    "1 "s,
                         "-0"s,   "1\0x"s, "1e-400"s, "((1"s,      "-1e400"s};
  std::string bound = below(random, 3) == 0 ? "(" : "";
  if (below(random, 3) == 0) return bound + one_of(random, odd);
  const auto score = key.value.view().score(name_in(random, key));
  return bound + digits(score && below(random, 2) == 0 ? *score : random_score(random));
}

inline std::string random_lex_bound(random_bits& random, const random_key& key) {
  using namespace std::string_literals;
  static const texts odd{"-"s, "+"s, "["s, "("s, ""s, "abc"s, "+x"s, "-x"s, "+\0x"s, "(\xff"s};
  if (below(random, 4) == 0) return one_of(random, odd);
  return (below(random, 2) == 0 ? "(" : "[") + random_name(random, key);
}

inline std::string random_id(random_bits& random) {
  using namespace std::string_literals;
  static const texts odd{"-"s,
                         "+"s,
                         "(-"s,
                         "(+"s,
                         "("s,
                         "(0-0"s,
                         "0-0"s,
                         "18446744073709551615-18446744073709551615"s,
                         "(18446744073709551615-18446744073709551615"s,
                         "(18446744073709551615"s,
                         "18446744073709551616"s,
                         "1--5"s,
                         "1--05"s,
                         "-5"s,
                         "5-"s,
                         "x"s,
                         ""s,
                         " 7"s,
                         "007-+1"s,
                         "5-3-1"s,
                         "5 "s,
                         "7-1\0x"s,
                         "-\0x"s,
                         std::string(127, '0'),
                         std::string(128, '0')};
  if (below(random, 2) == 0) return one_of(random, odd);
  std::string id = below(random, 4) == 0 ? "(" : "";
  id += std::to_string(below(random, 60));
  return below(random, 2) == 0 ? id : id + "-" + std::to_string(below(random, 200));
}

inline void add_argument(random_bits& random, const random_key& key, char kind, texts& words) {
  const auto pick = [&](std::size_t n) { return below(random, n); };
  switch (kind) {
    case 'i': words.push_back(random_integer(random)); break;
    case 'm': words.push_back(random_name(random, key)); break;
    case 's': words.push_back(random_score_bound(random, key)); break;
    case 'l': words.push_back(random_lex_bound(random, key)); break;
    case 'x': words.push_back(random_id(random)); break;
    case 'u': words.push_back(one_of(random, {"BIT", "bit", "BYTE", "byte"})); break;
    case 'c':
      words.push_back(pick(8) == 0 ? "LIMIT" : "COUNT");
      if (pick(8) != 0) words.push_back(random_integer(random));
      break;
    case 'p':
      words.push_back(one_of(random, {"RANK", "COUNT", "maxlen", "FIRST"}));
      if (pick(8) != 0) words.push_back(random_integer(random));
      break;
    default:
      words.push_back(one_of(random, {"REV", "BYSCORE", "BYLEX", "WITHSCORES", "LIMIT", "limit",
                                      "withscores", "BYFATE"}));
      if (words.back() != "LIMIT" && words.back() != "limit") break;
      words.push_back(random_integer(random));
      if (pick(8) != 0) words.push_back(random_integer(random));
  }
}

/// Whether the server itself gives an answer that means something, the same each time.
inline bool is_defined(const texts& words, const random_key& key) {
  const auto lex = [](const std::string& word) { return word.find("LEX") != std::string::npos; };
  return key.lexical || std::none_of(words.begin(), words.end(), lex);
}

inline texts random_reading(random_bits& random, const std::vector<random_key>& keys) {
  for (;;) {
    const auto& how = forms()[below(random, forms().size())];
    const auto& key = keys[below(random, keys.size())];
    const bool fits = key.value.type() == how.type || key.value.type() == store::value_type::none;
    if (!fits && how.type != store::value_type::none && below(random, 8) != 0) continue;
    texts words{std::string(how.name), key.name};
    for (const char kind : how.arguments) add_argument(random, key, kind, words);
    if (!is_defined(words, key)) continue;
    if (below(random, 4) == 0) {
      for (char& c : words.front()) c = static_cast<char>(c | 0x20);
    }
    return words;
  }
}

/// What Redis 7.0 answers to that, it computes from a number that it could not negate.
inline bool has_lowest_rank(const texts& words) {
  return std::find(words.begin(), words.end(), "-9223372036854775808") != words.end() &&
         std::find(words.begin(), words.end(), "RANK") != words.end();
}

inline std::string shown(const texts& words) {
  std::string all;
  for (const auto& word : words) all += testing::PrintToString(word) + ' ';
  return all;
}

/// The reply with its pairs in order, where their order is the server's own affair.
inline std::string in_order(std::string name, std::string_view reply) {
  for (char& c : name) c = static_cast<char>(c & ~0x20);
  const bool pairs = name == "HGETALL";
  if (!pairs && name != "HKEYS" && name != "HVALS" && name != "SMEMBERS") return std::string(reply);
  if (!reply.starts_with('*') && !reply.starts_with('%') && !reply.starts_with('~')) {
    return std::string(reply);
  }
  auto at = reply.find('\n') + 1;
  std::string sorted(reply.substr(0, at));
  texts elements;
  for (std::size_t n = 0; at < reply.size(); ++n) {
    const auto text = reply.find('\n', at) + 1;
    const auto end = text + std::stoul(std::string(reply.substr(at + 1))) + 2;
    if (!pairs || n % 2 == 0) elements.emplace_back();
    elements.back() += reply.substr(at, end - at);
    at = end;
  }
  std::sort(elements.begin(), elements.end());
  for (const auto& element : elements) sorted += element;
  return sorted;
}

}  // namespace sandpiper::local

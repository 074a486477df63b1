#pragma once
// What a connection carries, in bytes: the inputs that parser benchmarks share.

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

struct resp_input {
  std::string name;
  std::string wire;
  std::size_t replies = 1;  // values it holds, side by side
  int protocol = 2;         // the first one that knows all of its types
};

/// A bulk string; a command, or any array of bulk strings.
[[nodiscard]] std::string bulk(std::string_view text);
[[nodiscard]] std::string command(std::initializer_list<std::string_view> arguments);

/// `n` commands one behind the other: GET key0, GET key1 ...; SET key0 value ...; both in turn.
[[nodiscard]] std::string gets(int n);
[[nodiscard]] std::string sets(int n);
[[nodiscard]] std::string gets_and_sets(int n);

/// `n` times the same bytes.
[[nodiscard]] std::string repeated(std::string_view wire, std::size_t n);

/// An array of `n` integers of one to nine digits, always the same.
[[nodiscard]] std::string integers(std::size_t n);

/// A reply to HGETALL in RESP3, and what a server sends when a tracked key changes.
[[nodiscard]] std::string map_of_10();
[[nodiscard]] std::string invalidation();

/// Replies of RESP2 from the shortest to the largest, streams of a thousand among them, and two
/// that only RESP3 has.
[[nodiscard]] std::vector<resp_input> resp_inputs();

}  // namespace bench

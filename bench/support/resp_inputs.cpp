#include "support/resp_inputs.hpp"

#include <iterator>
#include <random>

namespace bench {
namespace {

// g++ 12 warns of `"*" + std::to_string(n)`, for no reason.
std::string header(char type, std::size_t n) {
  std::string line(1, type);
  return line.append(std::to_string(n)).append("\r\n");
}

std::string nested(std::size_t n) {
  std::string wire = header('*', n);
  for (std::size_t i = 0; i < n; ++i) {
    wire += "*3\r\n" + bulk("field" + std::to_string(i)) + header(':', i * 37);
    wire += bulk("value" + std::to_string(i));
  }
  return wire;
}

std::string random_sizes(std::size_t n) {
  std::minstd_rand random(7);
  std::string wire;
  for (std::size_t i = 0; i < n; ++i) wire += bulk(std::string(random() % 2000, 'x'));
  return wire;
}

std::string mixed_types(std::size_t n) {
  const std::string shapes[] = {"+OK\r\n",    ":1\r\n",          bulk("0123456789abcdef"),
                                "$-1\r\n",    ":1234567890\r\n", command({"a", "bc"}),
                                "+QUEUED\r\n"};
  std::minstd_rand random(7);
  std::string wire;
  for (std::size_t i = 0; i < n; ++i) wire += shapes[random() % std::size(shapes)];
  return wire;
}

}  // namespace

std::string bulk(std::string_view text) {
  return header('$', text.size()).append(text).append("\r\n");
}

std::string command(std::initializer_list<std::string_view> arguments) {
  std::string wire = header('*', arguments.size());
  for (const auto argument : arguments) wire += bulk(argument);
  return wire;
}

std::string gets(int n) {
  std::string wire;
  for (int i = 0; i < n; ++i) wire += command({"GET", "key" + std::to_string(i)});
  return wire;
}

std::string sets(int n) {
  std::string wire;
  for (int i = 0; i < n; ++i) wire += command({"SET", "key" + std::to_string(i), "value"});
  return wire;
}

std::string gets_and_sets(int n) {
  std::string wire;
  for (int i = 0; i < n; ++i) {
    const auto key = "key" + std::to_string(i);
    wire += i % 2 == 0 ? command({"GET", key}) : command({"SET", key, "value"});
  }
  return wire;
}

std::string repeated(std::string_view wire, std::size_t n) {
  std::string all;
  for (std::size_t i = 0; i < n; ++i) all += wire;
  return all;
}

std::string integers(std::size_t n) {
  std::minstd_rand random(42);
  std::string wire = header('*', n);
  for (std::size_t i = 0; i < n; ++i) {
    std::uint64_t number = random() % 10;
    for (auto more = random() % 9; more > 0; --more) number = number * 10 + random() % 10;
    wire += header(':', number);
  }
  return wire;
}

std::string map_of_10() {
  std::string wire = "%10\r\n";
  for (int i = 0; i < 10; ++i) {
    wire += bulk("field" + std::to_string(i)) + bulk("value-" + std::to_string(i));
  }
  return wire;
}

std::string invalidation() { return ">2\r\n" + bulk("invalidate") + command({"user:1000"}); }

std::vector<resp_input> resp_inputs() {
  const std::string ok = "+OK\r\n";
  const std::string get_reply = bulk("0123456789abcdef");
  return {
      {"+OK", ok},
      {"integer, 10 digits", ":1234567890\r\n"},
      {"reply of 16 B", get_reply},
      {"reply of 1 KB", bulk(std::string(1024, 'x'))},
      {"frame GET", command({"GET", "key"})},
      {"frame SET", command({"SET", "key", "value"})},
      {"frame SET EX", command({"SET", "key", "value", "EX", "60"})},
      {"10 frames SET", sets(10), 10},
      {"100 frames GET", gets(100), 100},
      {"100 x [bulk, int, bulk]", nested(100)},
      {"10,000 integers", integers(10'000)},
      {"1,000 x +OK", repeated(ok, 1000), 1000},
      {"1,000 x 16 B", repeated(get_reply, 1000), 1000},
      {"1,000 x 0-2,000 B", random_sizes(1000), 1000},
      {"1,000 of all types", mixed_types(1000), 1000},
      {"map of 10", map_of_10(), 1, 3},
      {"invalidation", invalidation(), 1, 3},
  };
}

}  // namespace bench

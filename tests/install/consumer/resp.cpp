// Needs nothing but sandpiper::resp.

#include <sandpiper/resp/reply.hpp>

#include <cstdio>
#include <string>
#include <utility>

int main() {
  const auto reply = sandpiper::reply::parse("*2\r\n$5\r\nhello\r\n:7\r\n");
  const auto pair = reply.value().as<std::pair<std::string, int>>().value();
  std::printf("%s %d\n", pair.first.c_str(), pair.second);
  return pair == std::pair<std::string, int>("hello", 7) ? 0 : 1;
}

// Shows that headers, libraries and what they lean on arrived together. There is no server where a
// package is tested, so what is asked for is the right refusal.

#include <sandpiper/client/client.hpp>
#include <sandpiper/resp/reply.hpp>

#include <cstdio>

int main() {
  const auto reply = sandpiper::reply::parse(":7\r\n");
  if (!reply || reply->as<int>().value() != 7) return 1;

  const auto db = sandpiper::client::connect("unix:///nobody/listens/here");
  if (db || db.error() != sandpiper::errc::connect_failed) return 1;
  std::printf("%s\n", db.error().message().c_str());
  return 0;
}

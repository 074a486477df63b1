// client ADDRESS

#include <sandpiper/client/client.hpp>
#include <sandpiper/commands/string.hpp>

#include <cstdio>

namespace sp = sandpiper;

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  auto db = sp::client::connect(argv[1]);
  if (!db) {
    std::fprintf(stderr, "%s\n", db.error().message().c_str());
    return 1;
  }
  db->run(sp::set("greeting", "hello from an installed sandpiper")).value();
  std::puts(db->run(sp::get("greeting")).value().value().c_str());
}

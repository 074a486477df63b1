// rdb_inspect: looks into a snapshot, offline.
//
//     rdb_inspect top -n 5 dump.rdb
//     rdb_inspect report -o report.html dump.rdb

#include <map>
#include <string_view>

#include "rdb_inspect/commands.hpp"
#include "rdb_inspect/interrupt.hpp"
#include "rdb_inspect/scan.hpp"

int main(int argc, char** argv) {
  using namespace rdb_inspect;
  auto [asked, ends_with] = read_options(argc, argv);
  if (!asked) return static_cast<int>(ends_with);

  const auto which = filter::make(asked->filter);
  if (!which) {
    say(std::string(which.error().text()));
    return static_cast<int>(status::bad_usage);
  }
  output out(asked->output, asked->command == "pull");
  if (out.over()) {
    say(out.trouble());
    return static_cast<int>(status::failed);
  }
  watch_signals();

  const std::map<std::string_view, command_function*> commands{
      {"info", info},   {"check", check},   {"keys", keys},    {"get", get},
      {"json", json},   {"memory", memory}, {"top", top},      {"prefixes", prefixes},
      {"stats", stats}, {"flame", flame},   {"diff", diff},    {"resp", resp},
      {"load", load},   {"pull", pull},     {"report", report}};
  const auto ended = commands.at(asked->command)(*asked, *which, out);
  out.flush();
  if (!out.trouble().empty()) {
    say(out.trouble());
    return static_cast<int>(status::failed);
  }
  return static_cast<int>(ended);
}

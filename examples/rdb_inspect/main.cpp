// rdb_inspect: looks into a snapshot, offline.
//
//     rdb_inspect top -n 5 dump.rdb
//     rdb_inspect report -o report.html dump.rdb

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "rdb_inspect/commands.hpp"
#include "rdb_inspect/interrupt.hpp"
#include "rdb_inspect/scan.hpp"

namespace {

// Not a pipe or a device.
bool may_be_replaced(const std::string& path) {
  std::error_code none;
  return path != "-" &&
         (!std::filesystem::exists(path, none) || std::filesystem::is_regular_file(path, none));
}

}  // namespace

int main(int argc, char** argv) {
  using namespace rdb_inspect;
  auto [asked, ends_with] = read_options(argc, argv);
  if (!asked) return static_cast<int>(ends_with);

  const auto which = filter::make(asked->filter);
  if (!which) {
    say(std::string(which.error().text()));
    return static_cast<int>(status::bad_usage);
  }
  output out(asked->output, may_be_replaced(asked->output));
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
  const bool keeps_its_own = asked->command == "pull";
  if (!keeps_its_own && ended != status::failed && ended != status::bad_usage) out.keep();
  if (!out.trouble().empty()) {
    say(out.trouble());
    return static_cast<int>(status::failed);
  }
  return static_cast<int>(ended);
}

#include "rdb_inspect/options.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <iostream>
#include <map>

#include "rdb_inspect/completion.hpp"
#include "rdb_inspect/units.hpp"

namespace rdb_inspect {
namespace {

constexpr auto version_text = "rdb_inspect " SANDPIPER_VERSION;

constexpr auto footer =
    R"(FILE may be '-' or left out: standard input; or redis://user:password@host:port, which is the
snapshot that a live server makes for a replica.

exit status: 0 all went well; 1 input, output or server failed, diff found differences, get did not
find a key; 2 usage; 3 the snapshot is damaged or cut short; 4 a version, a type or a size that is
not supported; 130 interrupted.)";

// What is written in words and checked when all was read.
struct texts {
  std::string size_min, size_max, expire, sample, memory;
  bool bytes = false;
};

template <class T>
void choose(CLI::App& app, const std::string& name, T& where, std::map<std::string, T> words,
            const std::string& help) {
  auto known = CLI::CheckedTransformer(std::move(words));
  app.add_option(name, where, help)->transform(known.description(""))->type_name("WORD");
}

void add_filters(CLI::App& app, options& o, texts& t) {
  auto& f = o.filter;
  const auto one_each = [](CLI::Option* option) {
    option->expected(1)->take_all()->allow_extra_args(false)->group("Which keys");
    return option;
  };
  one_each(app.add_option("-k,--key", f.keys, "REGEX that is found in the name (POSIX extended)"));
  one_each(app.add_option("-K,--no-key", f.no_keys, "REGEX that is not"));
  one_each(app.add_option("--pattern", f.globs, "GLOB that matches the name, as KEYS does"));
  one_each(app.add_option("-t,--type", f.types, "TYPE,.. string list set zset hash stream module"))
      ->delimiter(',');
  one_each(app.add_option("-T,--no-type", f.no_types, "TYPE,.. but these"))->delimiter(',');
  one_each(app.add_option("-d,--db", f.dbs, "database N"))->delimiter(',');
  one_each(app.add_option("-D,--no-db", f.no_dbs, "but database N"))->delimiter(',');
  const auto group = std::string("Which keys");
  app.add_option("--min-size", t.size_min, "estimated bytes: 1KB, 1.5MB")->group(group);
  app.add_option("--max-size", t.size_max, "estimated bytes")->group(group);
  app.add_option("--expire", t.expire, "none, any, expired, or A..B from now: 1h..7d, ..1d")
      ->group(group);
  app.add_option("--sample", t.sample, "1/N: about one key in N, always the same")->group(group);
  app.add_option("--limit", f.limit, "no more than N keys")->group(group);
  app.add_option("--now", o.now_s,
                 "unix seconds that expiries are measured from, instead of the "
                 "snapshot's own time")
      ->group(group);
}

void add_output(CLI::App& app, options& o, texts& t) {
  app.option_defaults()->group("Output");
  app.add_option("-o,--output", o.output, "FILE instead of standard output");
  choose<format>(app, "-f,--format", o.format,
                 {{"table", format::table},
                  {"csv", format::csv},
                  {"tsv", format::tsv},
                  {"json", format::json},
                  {"ndjson", format::ndjson}},
                 "table, csv, tsv, json, ndjson");
  app.add_option("-n,--top", o.top, "how many (20)");
  app.add_option("--sep", o.separators, "bytes that part a name (:)");
  app.add_option("--max-depth", o.depth_max, "parts of a name that are told apart (6)");
  app.add_flag_callback(
      "--no-fold", [&o] { o.fold = false; }, "tell 'user:17' from 'user:18': no part becomes '*'");
  app.add_flag("--human", o.human, "sizes as 1.5 MB");
  app.add_flag("--bytes", t.bytes, "sizes as numbers");
  app.add_flag("--csv-safe", o.csv_safe, "quote cells that a spreadsheet would calculate");
  choose<escape_style>(app, "--escape", o.escape,
                       {{"utf8", escape_style::utf8},
                        {"hex", escape_style::hex},
                        {"base64", escape_style::base64},
                        {"print", escape_style::print}},
                       "names as utf8 (invalid bytes \\xNN), hex, base64, print (ASCII)");
}

void add_common(CLI::App& app, options& o, texts& t) {
  const std::map<std::string, when> whens{
      {"auto", when::automatic}, {"always", when::always}, {"never", when::never}};
  app.option_defaults()->group("Common");
  choose<when>(app, "--color", o.color, whens, "auto, always, never; NO_COLOR is obeyed");
  choose<when>(app, "--progress", o.progress, whens, "auto (a terminal only), always, never");
  app.add_flag_callback(
      "--no-checksum", [&o] { o.checksum = false; }, "do not compute the snapshot's checksum");
  app.add_flag("--newer", o.newer, "try versions that are newer than this program");
  app.add_option("--max-memory", t.memory, "bound for what is kept (256MB)");
  app.add_flag("-q,--quiet", o.quiet, "no warnings");
  app.add_flag("-v,--verbose", o.verbose, "more words on standard error");
  app.add_option_function<std::string>(
      "--completion",
      [&app](const std::string& shell) {
        auto script = completion_for(shell, app);
        if (!script) throw CLI::ValidationError("--completion", "takes bash, zsh or fish");
        throw CLI::CallForVersion(*script, 0);  // an answer, after which the program ends
      },
      "what completes commands and options in bash, zsh or fish");
  app.set_version_flag("--version", version_text)->group("Common");
  app.get_option("--version")->description("which version this is");
  app.set_help_flag("--help", "this text, or that of a command")->group("Common");
}

void add_server(CLI::App& command, server_options& s, const std::string& url_name) {
  command.option_defaults()->group("Server");
  command.add_option(url_name, s.url, "redis://user:password@host:port, unix:///path");
  command.add_option("-h,--host", s.host, "host (127.0.0.1)");
  command.add_option("-p,--port", s.port, "port (6379)");
  command.add_option("-u,--user", s.user, "user");
  command.add_option("-a,--pass", s.password, "password; better in REDISCLI_AUTH");
  command.add_flag("--tls", s.tls, "by TLS");
  command.add_option("--cacert", s.ca_file, "PEM file that vouches for the server");
}

void add_writing(CLI::App& command, options& o) {
  command.option_defaults()->group("Writing");
  command.add_flag("--restore", o.restore, "RESTORE with the values as they are stored");
  command.add_flag("--replace", o.replace, "overwrite keys that are there");
  command.add_option("--target", o.target,
                     "RDB version of RESTORE payloads: 10 Redis 7.0, 11 Redis 7.2 and Valkey (10)");
}

CLI::App& add_command(CLI::App& app, options& o, const std::string& name, const std::string& help,
                      const std::string& words = "FILE") {
  auto* const command = app.add_subcommand(name, help);
  command->fallthrough();
  command->add_option(words, o.words)->group("");
  command->footer("rdb_inspect --help tells the filters and options of all commands.");
  command->callback([&o, name] { o.command = name; });
  return *command;
}

void add_commands(CLI::App& app, options& o) {
  add_command(app, o, "info", "version, aux fields, databases, functions, checksum");
  add_command(app, o, "check", "is it sound? Where and at which key it is not");
  auto& keys = add_command(app, o, "keys", "names of keys");
  keys.add_flag("-0", o.nul_separated, "as they are, with a NUL behind each");
  keys.add_option(
      "--print", o.print,
      "a line for each: %d database %k name %t type %E encoding %e expiry (ms, -1) "
      "%i idle (s) %f frequency %m estimated bytes %n elements %s bytes in the file %%");
  add_command(app, o, "get", "values of the keys named", "KEYS_FILE")
      .add_flag("--raw", o.raw, "a string's bytes, without a line end");
  add_command(app, o, "json", "every key, a line of JSON each");
  add_command(app, o, "memory", "every key with its estimated size");
  choose<order>(add_command(app, o, "top", "the largest keys"), "--by", o.by,
                {{"bytes", order::bytes},
                 {"elements", order::elements},
                 {"ttl", order::ttl},
                 {"idle", order::idle},
                 {"lfu", order::lfu}},
                "bytes, elements, ttl, idle, lfu");
  add_command(app, o, "prefixes", "keys and bytes by the parts of their names");
  add_command(app, o, "stats", "types, encodings, sizes, times to live");
  add_command(app, o, "flame", "folded stacks for flame graphs");
  add_command(app, o, "diff", "what one has and the other has not", "FILES");
  add_command(app, o, "report", "a page for the browser, in one file");
  add_writing(
      add_command(app, o, "resp", "the commands that make these keys, for redis-cli --pipe"), o);
  auto& load = add_command(app, o, "load", "write the keys to a server");
  add_writing(load, o);
  load.add_option("--pipeline", o.pipeline, "commands without an answer at a time (1000)");
  add_server(load, o.server, "--to");
  add_server(add_command(app, o, "pull", "a live server's snapshot into a file", "URL"), o.server,
             "--from");
}

bool complain(const std::string& words) {
  std::cerr << "rdb_inspect: " << words << '\n';
  return false;
}

bool read_expire(const std::string& text, filter_options& f) {
  const std::map<std::string, expiry> words{{"", expiry::all},
                                            {"none", expiry::none},
                                            {"any", expiry::any},
                                            {"expired", expiry::expired}};
  if (const auto word = words.find(text); word != words.end()) {
    f.expiry = word->second;
    return true;
  }
  const auto dots = text.find("..");
  if (dots == std::string::npos) return false;
  const auto from = text.substr(0, dots);
  const auto to = text.substr(dots + 2);
  const auto low = from.empty() ? std::optional<std::int64_t>(0) : parse_span(from);
  const auto high = to.empty() ? std::optional<std::int64_t>(INT64_MAX) : parse_span(to);
  if (!low || !high) return false;
  f.expiry = expiry::between;
  f.ttl_ms_min = *low;
  f.ttl_ms_max = *high;
  return true;
}

bool read_size(const std::string& name, const std::string& text,
               std::optional<std::uint64_t>& where) {
  if (text.empty()) return true;
  where = parse_size(text);
  return where.has_value() || complain(name + " takes a size such as 10KB, not '" + text + "'");
}

bool finish_texts(options& o, const texts& t) {
  auto& f = o.filter;
  if (!read_size("--min-size", t.size_min, f.size_bytes_min)) return false;
  if (!read_size("--max-size", t.size_max, f.size_bytes_max)) return false;
  std::optional<std::uint64_t> memory;
  if (!read_size("--max-memory", t.memory, memory)) return false;
  o.memory_bytes_max = memory.value_or(o.memory_bytes_max);
  if (o.memory_bytes_max < 1 << 20) return complain("--max-memory is 1MB at least");
  if (!read_expire(t.expire, f)) {
    return complain("--expire takes none, any, expired or A..B (1h..7d), not '" + t.expire + "'");
  }
  if (!t.sample.empty()) {
    const auto parts = parse_fraction(t.sample);
    if (!parts) return complain("--sample takes 1/N, not '" + t.sample + "'");
    f.sample = *parts;
  }
  if (t.bytes) o.human = false;
  if (o.server.password.empty()) {
    if (const char* password = std::getenv("REDISCLI_AUTH")) o.server.password = password;
  }
  return true;
}

bool finish_words(options& o) {
  if (o.command == "diff") {
    return o.words.size() == 2 || complain("diff compares two files: diff A B");
  }
  if (o.command == "get") {
    if (o.words.size() < 2) return complain("get takes names and a file: get KEY... FILE");
    o.input = o.words.back();
    o.words.pop_back();
    return true;
  }
  if (o.words.size() > 1) {
    return complain(o.command + " reads one file; there is a word too many behind it");
  }
  if (!o.words.empty()) o.input = o.words[0];
  return true;
}

}  // namespace

std::pair<std::optional<options>, status> read_options(int argc, char** argv) {
  options o;
  texts t;
  CLI::App app("Looks into snapshots (RDB files) of Redis and Valkey, without a server.",
               "rdb_inspect");
  app.require_subcommand(1);
  app.footer(footer);
  add_filters(app, o, t);
  add_output(app, o, t);
  add_common(app, o, t);
  add_commands(app, o);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& why) {
    const bool asked_for = why.get_exit_code() == 0;  // --help, --version
    app.exit(why);
    return {std::nullopt, asked_for ? status::ok : status::bad_usage};
  }
  if (!finish_texts(o, t) || !finish_words(o)) return {std::nullopt, status::bad_usage};
  return {std::move(o), status::ok};
}

}  // namespace rdb_inspect

#pragma once
// What the command line asks for.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rdb_inspect/filter.hpp"
#include "rdb_inspect/status.hpp"

namespace rdb_inspect {

enum class format : std::uint8_t { automatic, table, csv, tsv, json, ndjson };
enum class escape_style : std::uint8_t { utf8, hex, base64, print };
enum class when : std::uint8_t { automatic, always, never };
enum class order : std::uint8_t { bytes, elements, ttl, idle, lfu };

/// Where `load` writes to and `pull` reads from.
struct server_options {
  std::string url = {};  // wins over the parts below
  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
  std::string user = {};
  std::string password = {};
  bool tls = false;
  std::string ca_file = {};
};

struct options {
  std::string command;
  std::vector<std::string> words;  // behind the command, as they stand
  std::string input = "-";         // the last of them

  filter_options filter = {};
  std::optional<std::int64_t> now_s = {};  // else when the snapshot was written

  std::string output = "-";
  rdb_inspect::format format = rdb_inspect::format::automatic;
  std::uint64_t top = 20;
  std::string separators = ":";
  std::uint64_t depth_max = 6;
  bool fold = true;
  bool human = false;
  bool csv_safe = false;
  escape_style escape = escape_style::utf8;
  when color = when::automatic;
  when progress = when::automatic;
  bool checksum = true;
  bool newer = false;
  std::uint64_t memory_bytes_max = 256ULL << 20;
  bool quiet = false;
  bool verbose = false;

  bool nul_separated = false;     // keys
  std::string print = {};         // keys
  bool raw = false;               // get
  order by = order::bytes;        // top
  bool restore = false;           // resp, load
  bool replace = false;           // resp, load
  std::uint16_t target = 10;      // resp, load: the RDB version of RESTORE payloads
  std::uint64_t pipeline = 1000;  // load
  server_options server = {};     // load, pull
};

/// Reads the command line. On the right: what to end with at once, after a help text or a
/// complaint, which are printed here.
[[nodiscard]] std::pair<std::optional<options>, status> read_options(int argc, char** argv);

}  // namespace rdb_inspect

#pragma once
// The commands: each reads, writes, and says what to end with.

#include "rdb_inspect/filter.hpp"
#include "rdb_inspect/options.hpp"
#include "rdb_inspect/output.hpp"

namespace rdb_inspect {

using command_function = status(const options& how, const filter& which, output& out);

command_function info, check, keys, get, json;
command_function memory, top, prefixes, stats, flame, diff, resp;
command_function report;
command_function load, pull;

}  // namespace rdb_inspect

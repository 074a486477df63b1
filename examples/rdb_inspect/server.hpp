#pragma once
// A server as a place to read from or write to.

#include <memory>
#include <string>

#include "rdb_inspect/options.hpp"
#include "sandpiper/client/options.hpp"
#include "sandpiper/rdb/source.hpp"

namespace rdb_inspect {

/// What the command line says of it. Of a URL with a user or a password, those win.
/// Errors    bad_url, bad_request
[[nodiscard]] sandpiper::result<sandpiper::options> server_of(const server_options& s);

/// The snapshot that this server makes for a replica. Ends early when the user interrupts.
/// Errors    those of sandpiper::replication::start()
[[nodiscard]] sandpiper::result<std::unique_ptr<sandpiper::rdb::source>> live_snapshot(
    const sandpiper::options& server);

/// "redis://..." and its like, where no file has that name.
[[nodiscard]] bool is_url(const std::string& path);

/// A file, "-" for standard input, or a server's URL.
[[nodiscard]] sandpiper::result<std::unique_ptr<sandpiper::rdb::source>> open_input(
    const std::string& path, const options& how);

/// What to call it in front of people: without its password, and no byte that moves a cursor.
[[nodiscard]] std::string input_name(const std::string& path);

}  // namespace rdb_inspect

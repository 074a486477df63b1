#pragma once
// What the demo does, act by act.

#include "demo/screen.hpp"
#include "demo/server.hpp"
#include "sandpiper/client/client.hpp"

namespace demo {

/// Threads and coroutines on one connection, and how their commands batch by themselves.
void many_callers(screen& show, const sandpiper::client& db);

/// Beside redis-benchmark, on the same server.
void throughput(screen& show, const sandpiper::client& db, const server& redis);

/// The server is killed under load and comes back; every command is accounted for.
void restart(screen& show, const sandpiper::client& db, server& redis);

}  // namespace demo

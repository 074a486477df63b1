#pragma once
// Who runs the task. Every one checks the answers it gets.

#include "load/measure.hpp"
#include "sandpiper/client/client.hpp"

namespace load {

/// The floor: a bare socket, commands encoded beforehand, reply bytes counted and not read.
[[nodiscard]] outcome raw_socket(const task& t);

/// hiredis, `depth` commands appended, one flush, `depth` replies.
[[nodiscard]] outcome hiredis_pipeline(const task& t);

/// redis-benchmark's own figure; `connections` of them, a pipeline of `depth` on each.
[[nodiscard]] outcome redis_benchmark(const task& t, int connections);

// Ours. `db` is one client, made once for all runs.

/// `depth` coroutines, each waiting for its own GET, looking at the reply in place.
[[nodiscard]] outcome coroutines(const task& t, const sandpiper::client& db);

/// The same, each with a std::string of its own.
[[nodiscard]] outcome coroutines_with_strings(const task& t, const sandpiper::client& db);

/// `depth` callbacks, each sending its next GET.
[[nodiscard]] outcome callbacks(const task& t, const sandpiper::client& db);

/// `depth` threads in blocking calls.
[[nodiscard]] outcome threads(const task& t, const sandpiper::client& db);

/// One thread, a batch of `depth` at a time.
[[nodiscard]] outcome batches(const task& t, const sandpiper::client& db);

}  // namespace load

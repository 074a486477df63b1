#pragma once
// What is the same on every machine: allocations and system calls of a command.

#include "sandpiper/client/client.hpp"

namespace load {

/// Prints each count beside its limit; false when one is over it.
bool counts_hold(const sandpiper::client& db);

}  // namespace load

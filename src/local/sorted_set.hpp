#pragma once
// Where the bounds of sorted-set commands fall, and how scores are written.

#include "local/call.hpp"

namespace sandpiper::local {

/// In the digits of Redis 7.0, which are those of printf's %.17g.
void write_score(resp::encoder& out, double score);

/// The places whose scores lie between the bounds.
[[nodiscard]] index_range places_between(const store::value_view& zset, const score_bound& from,
                                         const score_bound& to);

/// The places whose members do. Where the scores differ these commands have no meaning; then it is
/// what the server says of a small set: the first run from the lowest on or, `backwards`, from the
/// highest down.
[[nodiscard]] index_range places_between(const store::value_view& zset, const lex_bound& from,
                                         const lex_bound& to, bool backwards);

}  // namespace sandpiper::local

#pragma once
// The commands, one function each. Every one writes exactly one reply.

#include "local/call.hpp"

namespace sandpiper::local {

// generic.cpp
void type(call& c);
void exists(call& c);

// string.cpp
void get(call& c);
void string_length(call& c);
void getrange(call& c);
void getbit(call& c);
void bitcount(call& c);
bool knows_bitcount(resp::command::walker behind_key) noexcept;

// hash.cpp
void hget(call& c);
void hmget(call& c);
void hgetall(call& c);
void hkeys(call& c);
void hvals(call& c);
void hlen(call& c);
void hexists(call& c);
void hstrlen(call& c);

// list.cpp
void lrange(call& c);
void lindex(call& c);
void llen(call& c);
void lpos(call& c);
bool knows_lpos(resp::command::walker behind_key) noexcept;

// set.cpp
void sismember(call& c);
void smismember(call& c);
void smembers(call& c);
void scard(call& c);

// sorted_set.cpp
void zscore(call& c);
void zmscore(call& c);
void zrank(call& c);
void zrevrank(call& c);
void zcard(call& c);
void zcount(call& c);
void zlexcount(call& c);

// sorted_set_range.cpp
void zrange(call& c);
void zrevrange(call& c);
void zrangebyscore(call& c);
void zrevrangebyscore(call& c);
void zrangebylex(call& c);
void zrevrangebylex(call& c);
bool knows_zrange(resp::command::walker behind_key) noexcept;
bool knows_zrangeby(resp::command::walker behind_key) noexcept;

// stream.cpp
void xlen(call& c);
void xrange(call& c);
void xrevrange(call& c);
bool knows_xrange(resp::command::walker behind_key) noexcept;

}  // namespace sandpiper::local

#include "local/readings.hpp"

namespace sandpiper::local {

void type(call& c) { c.out.simple_string(to_string(c.value.type())); }

void exists(call& c) { c.out.integer(c.value.type() == store::value_type::none ? 0 : 1); }

}  // namespace sandpiper::local

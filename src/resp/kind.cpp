#include "sandpiper/resp/kind.hpp"

namespace sandpiper::resp {

std::string_view to_string(kind k) noexcept {
  switch (k) {
    case kind::simple_string: return "a simple string";
    case kind::error: return "an error";
    case kind::integer: return "an integer";
    case kind::bulk_string: return "a bulk string";
    case kind::array: return "an array";
    case kind::null: return "null";
    case kind::boolean: return "a boolean";
    case kind::number: return "a double";
    case kind::big_number: return "a big number";
    case kind::bulk_error: return "a bulk error";
    case kind::verbatim: return "a verbatim string";
    case kind::map: return "a map";
    case kind::set: return "a set";
    case kind::push: return "a push";
    case kind::attribute: return "an attribute";
  }
  return "an unknown kind";
}

}  // namespace sandpiper::resp

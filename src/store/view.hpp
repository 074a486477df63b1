#pragma once
// How the parts of the store make a view, and which pairs a type can hold.

#include <string_view>

#include "sandpiper/store/value.hpp"

namespace sandpiper::store {

/// `bytes` for a string or a compact collection, `large` for the rest.
[[nodiscard]] inline value_view view_of(value_type type, std::string_view bytes,
                                        const collection* large) noexcept {
  return {type, bytes, large};
}

/// The bytes of a string or a compact collection; empty for a large one.
[[nodiscard]] std::string_view packed_of(const value_view& view) noexcept;

/// Whether a collection of this type can hold this pair at all: see value::add.
[[nodiscard]] bool pair_fits(value_type type, std::string_view name,
                             std::string_view value) noexcept;

}  // namespace sandpiper::store

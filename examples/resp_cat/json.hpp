#pragma once
// A RESP value as JSON: the coding that `resp_cat --help` shows.

#include <string>
#include <string_view>

#include "sandpiper/resp/reply_view.hpp"

namespace resp_cat {

/// Appends a JSON string, or {"hex":"00ff"} when `text` is not printable UTF-8. CR, LF and TAB are
/// printable here, other control characters are not.
void append_text(std::string& out, std::string_view text);

/// Appends the value, its attributes included. Iterative, as a depth limit may be large.
void append_value(std::string& out, const sandpiper::resp::reply_view& value);

/// Valid UTF-8 (no surrogates, nothing overlong, nothing above U+10FFFF) without control characters
/// other than CR, LF and TAB.
bool is_printable_utf8(std::string_view text) noexcept;

}  // namespace resp_cat

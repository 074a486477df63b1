#pragma once
// Bytes of any kind as text: for terminals, tables and JSON.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "rdb_inspect/options.hpp"

namespace rdb_inspect {

/// Length of the valid UTF-8 sequence at the front; 0 when there is none. Requires !text.empty().
[[nodiscard]] std::size_t utf8_length(std::string_view text) noexcept;
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// No byte of the result moves a cursor or ends a line. `utf8` and `print` can be undone: bytes
/// that are not shown are \xNN, and a backslash is \\.
void append_escaped(std::string& out, std::string_view bytes, escape_style style);
[[nodiscard]] std::string escaped(std::string_view bytes, escape_style style);

/// Words that a server may have put in a message: what moves a cursor is \xNN, the rest as it is.
[[nodiscard]] std::string without_controls(std::string_view words);

void append_hex(std::string& out, std::string_view bytes);
void append_base64(std::string& out, std::string_view bytes);

/// The inside of a JSON string. Requires is_utf8(text). '<' is \u003c, so that the result may also
/// stand in a script element.
void append_json_text(std::string& out, std::string_view text);
/// Valid UTF-8 as "text", anything else as {"b64":"..."}.
void append_json_bytes(std::string& out, std::string_view bytes);
/// With every sequence that is not UTF-8 as U+FFFD: for reading only.
void append_json_lossy(std::string& out, std::string_view bytes);
/// Digits that read back the same: whole numbers as such, others the shortest; "inf", "nan".
[[nodiscard]] std::string_view digits_of(double number, std::array<char, 32>& room);
/// digits_of(); "inf", "-inf" and "nan" as JSON strings.
void append_json_number(std::string& out, double number);

}  // namespace rdb_inspect

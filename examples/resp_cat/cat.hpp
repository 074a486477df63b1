#pragma once
// RESP in, JSON lines out.

#include <cstdio>
#include <string>
#include <string_view>

namespace resp_cat {

/// What the program ends with.
enum status : int { all_read = 0, malformed = 1, bad_usage = 2, incomplete = 3 };

/// Prints each value of `in` as soon as it is complete. What went wrong is told on stderr, with the
/// byte where it did.
status cat_stream(std::FILE* in, std::FILE* out);

/// Prints one line for each line of hex digits.
status cat_hex_lines(std::FILE* in, std::FILE* out);

/// What a line of `--hex` gives: a value, {"seq":[...]}, "incomplete", "error".
std::string line_of(std::string bytes);

/// The bytes that hex digits stand for, blanks left aside; false when they are no such thing.
bool read_hex(std::string_view digits, std::string& bytes);

}  // namespace resp_cat

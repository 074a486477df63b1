#pragma once
// Rows, as a table for people or as CSV, TSV or JSON for programs.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rdb_inspect/options.hpp"
#include "rdb_inspect/output.hpp"

namespace rdb_inspect {

/// A name from the snapshot: any bytes.
struct name_cell {
  std::string_view bytes;
};
struct size_cell {
  std::uint64_t bytes = 0;
};
/// A word of the program's own, or text that was made for the cell.
using cell = std::variant<std::monostate, std::string_view, std::string, name_cell, size_cell,
                          std::uint64_t, std::int64_t, double>;

struct column {
  std::string name;
  bool right = false;  // numbers
};

/// Rows go out as they come. Of a table for people the first rows wait, to know how wide it is.
class table {
 public:
  /// `fallback` is what --format automatic means here.
  table(output& out, const options& how, std::vector<column> columns, format fallback);
  ~table() { finish(); }
  table(const table&) = delete;
  table& operator=(const table&) = delete;

  void row(std::span<const cell> cells);
  void row(std::initializer_list<cell> cells) { row(std::span(cells.begin(), cells.size())); }
  void finish();

 private:
  static constexpr std::size_t waiting_max = 512;

  void append_text(std::string& to, const cell& one) const;
  void json_row(std::span<const cell> cells);
  void separated_row(std::span<const cell> cells);
  void head();
  void show_waiting();
  void show(const std::vector<std::string>& texts, bool bold);

  output& out_;
  const options& how_;
  std::vector<column> columns_;
  format format_;
  bool color_;
  bool finished_ = false;
  std::uint64_t rows_ = 0;
  std::vector<std::vector<std::string>> waiting_;
  std::vector<std::size_t> widths_;
};

[[nodiscard]] format format_of(const options& how, format fallback) noexcept;
[[nodiscard]] bool color_of(const options& how, const output& out) noexcept;

/// The JSON text of one cell; a name that is not UTF-8 has U+FFFD in it.
void append_json_cell(std::string& out, const cell& one);

}  // namespace rdb_inspect

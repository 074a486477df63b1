#include "rdb_inspect/table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "rdb_inspect/escape.hpp"
#include "rdb_inspect/units.hpp"

namespace rdb_inspect {
namespace {

// Columns on a terminal: characters, not bytes. Wide ones are counted as one.
std::size_t width_of(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// What was appended from `from` on, as a cell of CSV.
void make_csv(std::string& to, std::size_t from, bool safe) {
  const std::string_view text(to.data() + from, to.size() - from);
  const bool formula = safe && !text.empty() && std::strchr("=+-@\t\r", text[0]) != nullptr;
  const auto special = [](char c) { return c == '"' || c == ',' || c == '\n' || c == '\r'; };
  if (!formula && std::none_of(text.begin(), text.end(), special)) return;
  std::string quoted = formula ? "\"'" : "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  to.replace(from, to.npos, quoted + '"');
}

template <class... Ts>
struct overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
overloaded(Ts...) -> overloaded<Ts...>;

template <class Number>
void append_number(std::string& to, Number n) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), n).ptr;
  to.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

}  // namespace

format format_of(const options& how, format fallback) noexcept {
  return how.format == format::automatic ? fallback : how.format;
}

bool color_of(const options& how, const output& out) noexcept {
  if (how.color != when::automatic) return how.color == when::always;
  const char* const no_color = std::getenv("NO_COLOR");
  const char* const term = std::getenv("TERM");
  if ((no_color != nullptr && *no_color != '\0') ||
      (term != nullptr && !std::strcmp(term, "dumb"))) {
    return false;
  }
  return out.is_terminal();
}

void append_json_cell(std::string& out, const cell& one) {
  std::visit(overloaded{[&](std::monostate) { out += "null"; },
                        [&](std::string_view text) { append_json_lossy(out, text); },
                        [&](const std::string& text) { append_json_lossy(out, text); },
                        [&](const name_cell& name) { append_json_lossy(out, name.bytes); },
                        [&](const size_cell& size) { out += std::to_string(size.bytes); },
                        [&](double number) { append_json_number(out, number); },
                        [&](auto number) { out += std::to_string(number); }},
             one);
}

table::table(output& out, const options& how, std::vector<column> columns, format fallback)
    : out_(out),
      how_(how),
      columns_(std::move(columns)),
      format_(format_of(how, fallback)),
      color_(color_of(how, out)) {
  if (format_ == format::csv || format_ == format::tsv) head();
}

void table::head() {
  std::vector<cell> names;
  for (const auto& one : columns_) names.emplace_back(std::string_view(one.name));
  separated_row(names);
}

void table::append_text(std::string& to, const cell& one) const {
  std::visit(overloaded{[](std::monostate) {}, [&](std::string_view text) { to += text; },
                        [&](const std::string& text) { to += text; },
                        [&](const name_cell& name) { append_escaped(to, name.bytes, how_.escape); },
                        [&](const size_cell& size) {
                          how_.human ? void(to += human_bytes(size.bytes))
                                     : append_number(to, size.bytes);
                        },
                        [&](double number) { append_json_number(to, number); },
                        [&](auto number) { append_number(to, number); }},
             one);
}

void table::row(std::span<const cell> cells) {
  ++rows_;
  if (format_ == format::json || format_ == format::ndjson) return json_row(cells);
  if (format_ != format::table) return separated_row(cells);
  std::vector<std::string> texts;
  for (const auto& one : cells) append_text(texts.emplace_back(), one);
  if (!widths_.empty()) return show(texts, false);
  waiting_.push_back(std::move(texts));
  if (waiting_.size() == waiting_max) show_waiting();
}

void table::json_row(std::span<const cell> cells) {
  auto& to = out_.buffer();
  to += format_ == format::ndjson ? "{" : rows_ == 1 ? "[\n{" : ",\n{";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    to.append(i > 0 ? ",\"" : "\"").append(columns_[i].name).append("\":");
    append_json_cell(to, cells[i]);
    const auto* const name = std::get_if<name_cell>(&cells[i]);
    if (name == nullptr || is_utf8(name->bytes)) continue;
    to.append(",\"").append(columns_[i].name).append("_b64\":\"");
    append_base64(to, name->bytes);
    to += '"';
  }
  to += format_ == format::ndjson ? "}\n" : "}";
  out_.settle();
}

void table::separated_row(std::span<const cell> cells) {
  auto& to = out_.buffer();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) to += format_ == format::csv ? ',' : '\t';
    const auto from = to.size();
    append_text(to, cells[i]);
    const bool foreign = std::holds_alternative<name_cell>(cells[i]) ||
                         std::holds_alternative<std::string>(cells[i]);
    if (format_ == format::csv && foreign) make_csv(to, from, how_.csv_safe);
  }
  to += '\n';
  out_.settle();
}

void table::show_waiting() {
  std::vector<std::string> names;
  for (const auto& one : columns_) names.push_back(one.name), widths_.push_back(one.name.size());
  for (const auto& texts : waiting_) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
      widths_[i] = std::max(widths_[i], width_of(texts[i]));
    }
  }
  show(names, true);
  for (const auto& texts : waiting_) show(texts, false);
  waiting_.clear();
}

void table::show(const std::vector<std::string>& texts, bool bold) {
  std::string line;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto width = width_of(texts[i]);
    const std::string gap(widths_[i] > width ? widths_[i] - width : 0, ' ');
    if (i > 0) line += "  ";
    line += columns_[i].right ? gap + texts[i] : texts[i] + gap;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out_ << (bold && color_ ? "\033[1m" + line + "\033[0m\n" : line + "\n");
}

void table::finish() {
  if (finished_) return;
  finished_ = true;
  if (format_ == format::json) out_ << (rows_ == 0 ? "[]\n" : "\n]\n");
  if (format_ == format::table && widths_.empty()) show_waiting();
}

}  // namespace rdb_inspect

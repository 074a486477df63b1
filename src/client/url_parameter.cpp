#include "client/url_parameter.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>

namespace sandpiper::url {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view a_time =
    "write a whole number and its unit, as in 500ms, 5s or 2m, "
    "from 1ms to 1440m";
constexpr std::string_view a_file = "write a file's path of 1 to 1024 bytes, / may stand as it is";

// A number without unit is no time: some clients take it for seconds and some for milliseconds.
bool read_time(std::string_view text, milliseconds& into) {
  const auto unit_at = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto unit = text.substr(unit_at);
  const std::int64_t unit_ms = unit == "ms" ? 1 : unit == "s" ? 1000 : unit == "m" ? 60'000 : 0;

  std::int64_t count = 0;
  if (unit_ms == 0 || !read_whole(text.substr(0, unit_at), count)) return false;
  if (count < 1 || count > options::time_max.count() / unit_ms) return false;
  into = milliseconds(count * unit_ms);
  return true;
}

std::string written_time(milliseconds value, milliseconds usual) {
  if (value == usual) return {};
  const auto ms = value.count();
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + "s" : std::to_string(ms) + "ms";
}

bool read_text(const std::string& value, std::string& into) {
  into = value;
  return !value.empty() && value.size() <= 1024;
}

bool read_insecure(const std::string& value, options& into) {
  into.tls.verify_peer = into.tls.verify_name = value == "false";
  return value == "true" || value == "false";
}

bool read_protocol(const std::string& value, options& into) {
  return read_whole(value, into.protocol) && (into.protocol == 2 || into.protocol == 3);
}

}  // namespace

const std::array<parameter, 11> parameters_known = {{
    {"db", false, [](const std::string& v, options& o) { return read_whole(v, o.database); },
     [](const options& o) { return o.database == 0 ? "" : std::to_string(o.database); },
     "write a number from 0 to 2147483647"},
    {"timeout", false,
     [](const std::string& v, options& o) { return read_time(v, o.command_timeout); },
     [](const options& o) { return written_time(o.command_timeout, options{}.command_timeout); },
     a_time},
    {"connect_timeout", false,
     [](const std::string& v, options& o) { return read_time(v, o.connect_timeout); },
     [](const options& o) { return written_time(o.connect_timeout, options{}.connect_timeout); },
     a_time},
    {"stall_timeout", false,
     [](const std::string& v, options& o) { return read_time(v, o.stall_timeout); },
     [](const options& o) { return written_time(o.stall_timeout, options{}.stall_timeout); },
     a_time},
    {"protocol", false, read_protocol,
     [](const options& o) { return o.protocol == 3 ? "" : std::to_string(o.protocol); },
     "write 2 or 3"},
    {"client_name", false, [](const std::string& v, options& o) { return read_text(v, o.name); },
     [](const options& o) { return o.name; },
     "write 1 to 1024 bytes of printable ASCII without spaces"},
    {"sni", true, [](const std::string& v, options& o) { return read_text(v, o.tls.server_name); },
     [](const options& o) { return o.tls.server_name; }, "write the name in the certificate"},
    {"cafile", true, [](const std::string& v, options& o) { return read_text(v, o.tls.ca_file); },
     [](const options& o) { return o.tls.ca_file; }, a_file},
    {"cert", true,
     [](const std::string& v, options& o) { return read_text(v, o.tls.certificate_file); },
     [](const options& o) { return o.tls.certificate_file; }, a_file},
    {"key", true, [](const std::string& v, options& o) { return read_text(v, o.tls.key_file); },
     [](const options& o) { return o.tls.key_file; }, a_file},
    {"insecure", true, read_insecure,
     [](const options& o) {
       return std::string(o.tls.verify_peer || o.tls.verify_name ? "" : "true");
     },
     "write true (the server is believed to be whoever it says) or false"},
}};

const parameter* find_parameter(std::string_view name) {
  const auto found = std::find_if(parameters_known.begin(), parameters_known.end(),
                                  [&](const parameter& each) { return each.name == name; });
  return found == parameters_known.end() ? nullptr : &*found;
}

std::string_view nearest_parameter(std::string_view name) {
  std::array<std::string_view, 11> names;
  std::transform(parameters_known.begin(), parameters_known.end(), names.begin(),
                 [](const parameter& each) { return each.name; });
  return nearest(name, names);
}

namespace {

constexpr std::size_t compared_bytes_max = 32;

// Levenshtein's distance, one row at a time.
std::size_t distance(std::string_view a, std::string_view b) {
  std::array<std::size_t, compared_bytes_max + 1> row;
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row[b.size()];
}

int hex_digit(char c) {
  if ('0' <= c && c <= '9') return c - '0';
  if ('a' <= c && c <= 'f') return c - 'a' + 10;
  if ('A' <= c && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> known) {
  const auto cut = [](std::string_view text) { return text.substr(0, compared_bytes_max); };
  return *std::min_element(known.begin(), known.end(), [&](std::string_view a, std::string_view b) {
    return distance(cut(word), cut(a)) < distance(cut(word), cut(b));
  });
}

std::optional<std::string> decoded(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain.push_back(text[i]);
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0 || (high | low) == 0) return std::nullopt;
    plain.push_back(static_cast<char>(high << 4 | low));
    i += 2;
  }
  return plain;
}

std::string encoded(std::string_view text, std::string_view also) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool plain = '!' <= c && c <= '~' && c != '%' && c != '@' && c != '#';
    if (plain && also.find(c) == also.npos) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.append({'%', hex[byte >> 4], hex[byte & 15]});
  }
  return out;
}

}  // namespace sandpiper::url

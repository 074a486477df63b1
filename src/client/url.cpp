#include "client/url.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "client/url_parameter.hpp"

namespace sandpiper::url {
namespace {

constexpr std::size_t host_bytes_max = 253;
constexpr std::string_view other_deployment =
    "this version talks to one server, not to a cluster or by way of sentinels; give the address "
    "of one server, such as redis://host:6379";

enum class kind : std::uint8_t { tcp, tls, socket };

struct scheme {
  std::string_view name;
  url::kind kind;
};

constexpr std::array<scheme, 7> schemes = {{{"redis", kind::tcp},
                                            {"rediss", kind::tls},
                                            {"valkey", kind::tcp},
                                            {"valkeys", kind::tls},
                                            {"unix", kind::socket},
                                            {"redis+unix", kind::socket},
                                            {"redis-socket", kind::socket}}};

bool is_digit(char c) { return '0' <= c && c <= '9'; }
bool is_letter(char c) { return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z'); }

// No text repeats a byte of the address: with one '/' or '@' unescaped, any part may hold a piece
// of the password.
error refused(std::string_view part, std::string_view why) {
  return error(errc::bad_url, std::string(part).append(": ").append(why));
}

bool is_ipv6(std::string_view text) {
  const auto zone = std::min(text.find('%'), text.size());
  const auto of_zone = [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-'; };
  if (zone + 1 == text.size()) return false;
  const auto* const end = text.data() + text.size();
  if (zone < text.size() && !std::all_of(text.data() + zone + 1, end, of_zone)) return false;

  in6_addr address;
  const std::string plain(text.substr(0, zone));  // inet_pton wants a NUL behind it
  return plain.find('\0') == plain.npos && ::inet_pton(AF_INET6, plain.c_str(), &address) == 1;
}

result<std::string> name(std::string_view host) {
  if (is_host(host)) return std::string(host);
  return refused("host", "not a host name or an address: letters, digits, '-', '.' and '_'");
}

result<std::string> ipv6(std::string_view host) {
  auto plain = decoded(host);  // a zone's '%' is written %25
  if (!plain) return refused("host", bad_escape);
  if (plain->back() == ']') {
    auto inside = plain->substr(1, plain->size() - 2);
    if (is_ipv6(inside)) return inside;
  }
  return refused("host",
                 "what stands in brackets is not an IPv6 address such as [::1], or "
                 "something other than a ':' and a port follows it");
}

/// Reads one address, part by part. Each step takes its part from the front of what is left.
class reader {
 public:
  explicit reader(std::string_view text) : rest_(text) {}

  result<options> read() {
    for (const auto step :
         {&reader::bytes, &reader::scheme_name, &reader::parts, &reader::credentials,
          &reader::place, &reader::database, &reader::parameters}) {
      if (auto done = (this->*step)(); !done) return std::move(done).error();
    }
    if (auto sane = made_.check(); !sane) {
      return error(errc::bad_url, std::string(sane.error().text()));
    }
    return std::move(made_);
  }

 private:
  result<void> bytes();
  result<void> scheme_name();
  result<void> parts();
  result<void> credentials();
  result<void> place();
  result<void> socket();
  result<void> port(std::string_view digits);
  result<void> database();
  result<void> parameters();
  result<void> parameter(std::string_view text, const std::string& part);

  std::string_view rest_;
  std::string_view authority_;  // between "//" and the path, later without user and password
  std::string_view path_;       // from its '/'
  std::optional<std::string_view> query_;
  kind kind_ = kind::tcp;
  bool has_database_ = false;
  std::array<bool, parameters_known.size()> seen_{};
  options made_;
};

result<void> reader::bytes() {
  if (rest_.empty()) return refused("address", "empty; write redis://localhost:6379");
  if (rest_.size() > bytes_max) return refused("address", "longer than 8192 bytes; shorten it");
  for (std::size_t i = 0; i < rest_.size(); ++i) {
    if ('!' <= rest_[i] && rest_[i] <= '~' && rest_[i] != '#') continue;
    return refused("address", "the byte at offset " + std::to_string(i) +
                                  " is a space, a control byte, a '#' or not ASCII; inside a part "
                                  "write it as '%' and two hexadecimal digits");
  }
  return {};
}

result<void> reader::scheme_name() {
  const auto end = rest_.find("://");
  std::string name(rest_.substr(0, end));
  const auto allowed = [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '-'; };
  if (end == rest_.npos || name.empty() || !std::all_of(name.begin(), name.end(), allowed)) {
    return refused("scheme", "missing; an address begins with redis://, rediss:// or unix://");
  }
  for (char& c : name) c = static_cast<char>('A' <= c && c <= 'Z' ? c + ('a' - 'A') : c);
  if (name.find("cluster") != name.npos || name.find("sentinel") != name.npos) {
    return refused("scheme", other_deployment);
  }

  const auto known = std::find_if(schemes.begin(), schemes.end(),
                                  [&](const scheme& each) { return each.name == name; });
  if (known == schemes.end()) {
    std::array<std::string_view, schemes.size()> names;
    std::transform(schemes.begin(), schemes.end(), names.begin(),
                   [](const scheme& each) { return each.name; });
    return refused(
        "scheme", "unknown; the nearest known one is " + std::string(nearest(name, names)) + "://");
  }
  kind_ = known->kind;
  made_.tls.enabled = kind_ == kind::tls;
  rest_.remove_prefix(end + 3);
  return {};
}

result<void> reader::parts() {
  if (const auto mark = rest_.find('?'); mark != rest_.npos) {
    query_ = rest_.substr(mark + 1);
    rest_ = rest_.substr(0, mark);
  }
  authority_ = rest_.substr(0, rest_.find('/'));
  path_ = rest_.substr(authority_.size());

  const auto at = authority_.find('@');
  const bool again = at != authority_.npos && authority_.find('@', at + 1) != authority_.npos;
  if (again || path_.find('@') != path_.npos || (query_ && query_->find('@') != query_->npos)) {
    return refused("address",
                   "an '@' where none can stand; inside a user, a password or a value "
                   "write @ as %40, / as %2F, ? as %3F and % as %25");
  }
  return {};
}

result<void> reader::credentials() {
  const auto at = authority_.find('@');
  if (at == authority_.npos) return {};
  const auto before = authority_.substr(0, at);
  authority_.remove_prefix(at + 1);

  const auto colon = before.find(':');
  if (colon == before.npos) {
    return refused("user",
                   "one word before '@' may be a name or a password; write "
                   "redis://:PASSWORD@host or redis://USER:PASSWORD@host");
  }
  auto user = decoded(before.substr(0, colon));
  if (!user) return refused("user", bad_escape);
  auto password = decoded(before.substr(colon + 1));
  if (!password) return refused("password", bad_escape);
  if (password->empty()) {
    return refused("password",
                   "empty; write redis://USER:PASSWORD@host, or leave out the '@' and "
                   "what stands before it");
  }
  made_.user = *std::move(user);
  made_.password = *std::move(password);
  return {};
}

result<void> reader::place() {
  if (kind_ == kind::socket) return socket();
  if (authority_.find(',') != authority_.npos) return refused("host", other_deployment);

  const bool brackets = !authority_.empty() && authority_.front() == '[';
  const auto close = brackets ? authority_.find(']') : 0;
  if (close == authority_.npos) return refused("host", "a '[' without its ']'");
  const auto colon = authority_.find(':', close);
  if (!brackets && colon != authority_.npos && authority_.find(':', colon + 1) != authority_.npos) {
    return refused("host",
                   "more than one ':'; an IPv6 address stands in brackets, as in [::1]:6379");
  }

  const auto host = authority_.substr(0, colon);
  if (!host.empty()) {
    auto named = brackets ? ipv6(host) : name(host);
    if (!named) return std::move(named).error();
    made_.endpoints.front().host = *std::move(named);
  }
  return colon == authority_.npos ? result<void>() : port(authority_.substr(colon + 1));
}

result<void> reader::socket() {
  if (!authority_.empty()) {
    return refused("host", "a Unix socket has none; write three slashes, as in unix:///path");
  }
  auto path = decoded(path_);
  if (!path) return refused("path", bad_escape);
  if (path->size() < 2) return refused("path", "missing; write unix:///path/of/socket");
  made_.endpoints.front().path = *std::move(path);
  return {};
}

result<void> reader::port(std::string_view digits) {
  auto& port = made_.endpoints.front().port;
  if (read_whole(digits, port) && port > 0) return {};
  return refused("port",
                 "not a number from 1 to 65535; inside a password write : as %3A, / as %2F, "
                 "? as %3F and @ as %40");
}

result<void> reader::database() {
  if (kind_ == kind::socket || path_.size() < 2) return {};
  has_database_ = true;
  if (read_whole(path_.substr(1), made_.database)) return {};
  return refused("database", "what follows the host's '/' is not a number from 0 to 2147483647");
}

result<void> reader::parameters() {
  if (!query_) return {};
  auto left = *query_;
  for (int number = 1;; ++number) {
    const auto end = std::min(left.find('&'), left.size());
    const auto part = "query parameter " + std::to_string(number);
    if (auto done = parameter(left.substr(0, end), part); !done) return done;
    if (end == left.size()) return {};
    left.remove_prefix(end + 1);
  }
}

result<void> reader::parameter(std::string_view text, const std::string& part) {
  const auto equals = text.find('=');
  const auto name = text.substr(0, equals);
  if (name.empty()) return refused(part, "has no name; write name=value, parted by '&'");

  const auto* known = find_parameter(name);
  if (known == nullptr) {
    return refused(
        part, "unknown name; the nearest known one is " + std::string(nearest_parameter(name)));
  }
  const auto told = part + " (" + std::string(known->name) + ")";
  if (auto& seen = seen_[static_cast<std::size_t>(known - parameters_known.data())];
      std::exchange(seen, true) || (known->name == "db" && has_database_)) {
    return refused(told, "given twice; leave one out");
  }
  if (known->needs_tls && kind_ != kind::tls) {
    return refused(told,
                   "means nothing without TLS; write rediss:// or valkeys://, or leave it out");
  }
  const auto value = decoded(equals == text.npos ? std::string_view() : text.substr(equals + 1));
  if (!value) return refused(told, bad_escape);
  if (!known->read(*value, made_)) return refused(told, known->expects);
  return {};
}

std::string place_of(const options& what) {
  const auto& where = what.endpoints.front();
  if (!where.path.empty()) return encoded(where.path, "?");
  auto host = encoded(where.host, "");
  if (host.find(':') != host.npos) host = "[" + host + "]";
  host.append(":").append(std::to_string(where.port));
  return what.database == 0 ? host : host + "/" + std::to_string(what.database);
}

}  // namespace

result<options> parse(std::string_view text) { return reader(text).read(); }

std::string redacted(const options& what) {
  if (what.endpoints.empty()) return "(no endpoint)";
  const bool socket = !what.endpoints.front().path.empty();
  std::string text = socket ? "unix://" : what.tls.enabled ? "rediss://" : "redis://";
  if (!what.user.empty() || !what.password.empty()) {
    text.append(encoded(what.user, ":/?")).append(":").append("***@");
  }
  text.append(place_of(what));

  char separator = '?';
  for (const auto& each : parameters_known) {
    if (each.name == "db" && !socket) continue;  // it stands in the path
    const auto value = each.write(what);
    if (value.empty()) continue;
    text.append(1, std::exchange(separator, '&')).append(each.name).append("=");
    text.append(encoded(value, "&"));
  }
  return text;
}

bool is_host(std::string_view text) {
  if (text.empty() || text.size() > host_bytes_max) return false;
  if (text.find(':') != text.npos) return is_ipv6(text);
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
  });
}

}  // namespace sandpiper::url

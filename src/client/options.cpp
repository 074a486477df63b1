#include "sandpiper/client/options.hpp"

#include <sys/un.h>

#include <array>
#include <cstdint>
#include <utility>

#include "client/url.hpp"

namespace sandpiper {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t socket_path_bytes_max = sizeof(sockaddr_un::sun_path) - 1;
constexpr std::size_t text_bytes_max = 1 << 10;  // of a user, a client name, a file name
constexpr milliseconds keep_alive_max = std::chrono::seconds(32'767);  // what TCP_KEEPIDLE takes

error refused(std::string_view field, std::string_view why) {
  return error(errc::bad_request, std::string(field).append(" ").append(why));
}

result<void> check_time(std::string_view field, milliseconds value, milliseconds min,
                        milliseconds max) {
  if (min <= value && value <= max) return {};
  return refused(field, "is " + std::to_string(value.count()) + " ms; give " +
                            std::to_string(min.count()) + " to " + std::to_string(max.count()));
}

result<void> check_bound(std::string_view field, std::size_t value) {
  if (value > 0) return {};
  return refused(field, "is 0, so nothing could ever be done; give at least 1");
}

bool is_graphic(unsigned char byte) { return '!' <= byte && byte <= '~'; }

// What the server itself refuses in a client's name.
result<void> check_name(std::string_view name) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (is_graphic(static_cast<unsigned char>(name[i]))) continue;
    return refused("name", "has a byte that is not printable ASCII, or a space, at offset " +
                               std::to_string(i) + "; use letters, digits and signs such as - _ .");
  }
  return {};
}

result<void> check_file(std::string_view field, std::string_view path) {
  if (path.size() > text_bytes_max) return refused(field, "is longer than 1024 bytes; shorten it");
  if (path.find('\0') == path.npos) return {};
  return refused(field, "holds a NUL byte, which no file name can; remove it");
}

result<void> check_socket(std::string_view path) {
  constexpr std::string_view field = "endpoints[0].path";
  if (path.front() != '/') return refused(field, "is relative; give an absolute path");
  if (path.size() > socket_path_bytes_max) {
    return refused(field, "is " + std::to_string(path.size()) +
                              " bytes long; a socket's path has " +
                              std::to_string(socket_path_bytes_max) + " at most");
  }
  return check_file(field, path);
}

result<void> check_place(const options& o) {
  if (o.endpoints.size() != 1) {
    return refused("endpoints", "names " + std::to_string(o.endpoints.size()) +
                                    " places; this version talks to one server, give one");
  }
  const auto& where = o.endpoints.front();
  if (!where.path.empty()) return check_socket(where.path);
  if (!url::is_host(where.host)) {
    return refused("endpoints[0].host",
                   "is neither a host name nor an address; give one, an IPv6 address without "
                   "brackets, and the port in its own field");
  }
  if (where.port == 0) return refused("endpoints[0].port", "is 0; give 1 to 65535, often 6379");
  return {};
}

result<void> check_identity(const options& o) {
  if (o.user.size() > text_bytes_max) return refused("user", "is longer than 1024 bytes");
  for (const char c : o.user) {
    if (static_cast<unsigned char>(c) > ' ' && c != '\x7f') continue;
    return refused("user", "holds a space or a control byte, which no server allows; remove it");
  }
  if (!o.user.empty() && o.password.empty()) {
    return refused("user",
                   "is set and password is not, so no AUTH would be sent; set both (a user "
                   "with nopass takes any password), or neither");
  }
  if (o.name.size() > text_bytes_max) return refused("name", "is longer than 1024 bytes");
  if (auto name = check_name(o.name); !name) return name;
  if (o.database < 0) {
    return refused("database", "is " + std::to_string(o.database) + "; give 0 or more");
  }
  if (o.protocol != 2 && o.protocol != 3) {
    return refused("protocol", "is " + std::to_string(o.protocol) + "; give 3, or 2");
  }
  return {};
}

result<void> check_tls_files(const tls_options& tls) {
  for (const auto& [field, path] : std::array<std::pair<std::string_view, const std::string*>, 4>{
           {{"tls.ca_file", &tls.ca_file},
            {"tls.ca_path", &tls.ca_path},
            {"tls.certificate_file", &tls.certificate_file},
            {"tls.key_file", &tls.key_file}}}) {
    if (auto file = check_file(field, *path); !file) return file;
  }
  if (tls.certificate_file.empty() == tls.key_file.empty()) return {};
  return tls.key_file.empty()
             ? refused("tls.certificate_file",
                       "is set and tls.key_file is not; set both or neither")
             : refused("tls.key_file",
                       "is set and tls.certificate_file is not; set both or neither");
}

result<void> check_tls(const options& o) {
  const auto& tls = o.tls;
  if (!tls.enabled) {
    if (tls == tls_options{}) return {};
    return refused("tls.enabled",
                   "is false while other tls fields are set, so nothing would be "
                   "encrypted; set it to true, or leave the others alone");
  }
  if (!o.endpoints.front().path.empty()) {
    return refused("tls.enabled",
                   "is true for a Unix socket; set it to false, the bytes never "
                   "leave the machine");
  }
  if (!tls.server_name.empty() && !url::is_host(tls.server_name)) {
    return refused("tls.server_name", "is not a host name; give the name in the certificate");
  }
  if (tls.verify_name && !tls.verify_peer) {
    return refused("tls.verify_name",
                   "is true and tls.verify_peer is false: a name means nothing "
                   "on a certificate nobody vouches for; set both alike");
  }
  return check_tls_files(tls);
}

result<void> check_times(const options& o) {
  struct row {
    std::string_view field;
    milliseconds value, min, max;
  };
  constexpr milliseconds none{0}, tick{1}, day = options::time_max;
  for (const auto& [field, value, min, max] : {
           row{"command_timeout", o.command_timeout, tick, day},
           row{"connect_timeout", o.connect_timeout, tick, day},
           row{"stall_timeout", o.stall_timeout, tick, day},
           row{"reconnect_delay_min", o.reconnect_delay_min, tick, day},
           row{"reconnect_delay_max", o.reconnect_delay_max, tick, day},
           row{"keep_alive", o.keep_alive, none, keep_alive_max},
           row{"tcp_user_timeout", o.tcp_user_timeout, none, day},
           row{"lane_idle_timeout", o.lane_idle_timeout, tick, day},
       }) {
    if (auto time = check_time(field, value, min, max); !time) return time;
  }
  if (o.reconnect_delay_min <= o.reconnect_delay_max) return {};
  return refused("reconnect_delay_min", "is " + std::to_string(o.reconnect_delay_min.count()) +
                                            " ms, above reconnect_delay_max, which is " +
                                            std::to_string(o.reconnect_delay_max.count()) +
                                            " ms; lower it, or raise that");
}

result<void> check_bounds(const options& o) {
  if (o.when_full != when_full::refuse && o.when_full != when_full::wait) {
    return refused("when_full", "is " + std::to_string(static_cast<int>(o.when_full)) +
                                    "; give when_full::refuse or when_full::wait");
  }
  for (const auto& [field, value] : std::array<std::pair<std::string_view, std::size_t>, 9>{
           {{"in_flight_max", o.in_flight_max},
            {"lanes_max", o.lanes_max},
            {"large_bytes_min", o.large_bytes_min},
            {"pending_max", o.pending_max},
            {"pending_bytes_max", o.pending_bytes_max},
            {"limits.line_bytes_max", o.limits.line_bytes_max},
            {"limits.bulk_bytes_max", o.limits.bulk_bytes_max},
            {"limits.elements_max", o.limits.elements_max},
            {"limits.depth_max", o.limits.depth_max}}}) {
    if (auto bound = check_bound(field, value); !bound) return bound;
  }
  return {};
}

}  // namespace

result<options> options::from_url(std::string_view url) { return url::parse(url); }

result<void> options::check() const {
  for (const auto each : {check_place, check_identity, check_tls, check_times, check_bounds}) {
    if (auto sane = each(*this); !sane) return sane;
  }
  return {};
}

std::string to_string(const options& what) { return url::redacted(what); }

}  // namespace sandpiper

#include "rdb_inspect/server.hpp"

#include <filesystem>
#include <utility>

#include "rdb_inspect/escape.hpp"
#include "rdb_inspect/interrupt.hpp"
#include "sandpiper/client/replication.hpp"

namespace rdb_inspect {
namespace {

namespace rdb = sandpiper::rdb;
namespace sp = sandpiper;

class live_source final : public rdb::source {
 public:
  explicit live_source(sp::replication from) : from_(std::move(from)) {}

  sp::result<std::string_view> next() override { return from_.snapshot(); }
  [[nodiscard]] std::optional<std::uint64_t> size_bytes() const override {
    return from_.size_bytes();
  }

 private:
  sp::replication from_;
};

}  // namespace

sp::result<sp::options> server_of(const server_options& s) {
  const bool by_url = !s.url.empty();
  auto o = sp::options::from_url(by_url  ? s.url
                                 : s.tls ? "rediss://localhost:" + std::to_string(s.port)
                                         : "redis://localhost:" + std::to_string(s.port));
  if (!o) return o;
  if (!by_url) o->endpoints.front().host = s.host;
  o->tls.enabled = o->tls.enabled || s.tls;
  if (o->user.empty()) o->user = s.user;
  if (o->password.empty()) o->password = s.password;
  if (!s.ca_file.empty()) o->tls.ca_file = s.ca_file;
  if (auto sane = o->check(); !sane) return sane.error();
  return o;
}

sp::result<std::unique_ptr<rdb::source>> live_snapshot(const sp::options& server) {
  auto from = sp::replication::start(server, {.cancelled = interrupted_by_user});
  if (!from) return from.error();
  return std::unique_ptr<rdb::source>(std::make_unique<live_source>(std::move(*from)));
}

bool is_url(const std::string& path) {
  std::error_code ignored;
  return path.find("://") != path.npos && !std::filesystem::exists(path, ignored);
}

sp::result<std::unique_ptr<rdb::source>> open_input(const std::string& path, const options& how) {
  if (!is_url(path)) return rdb::open_file(path);
  auto place = how.server;
  place.url = path;
  const auto server = server_of(place);
  if (!server) return server.error();
  return live_snapshot(*server);
}

std::string input_name(const std::string& path) {
  if (path == "-") return "standard input";
  if (!is_url(path)) return escaped(path, escape_style::utf8);
  const auto server = sp::options::from_url(path);
  return server ? to_string(*server) : "the server";
}

}  // namespace rdb_inspect

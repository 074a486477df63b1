#include "net/tls_context.hpp"

#if SANDPIPER_TLS

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace sandpiper::net {
namespace {

constexpr std::string_view ca_file = "tls.ca_file (cafile=...)";
constexpr std::string_view ca_path = "tls.ca_path";
constexpr std::string_view certificate_file = "tls.certificate_file (cert=...)";
constexpr std::string_view key_file = "tls.key_file (key=...)";

error no_file(std::string_view option, const std::string& path, std::string_view why) {
  return {errc::tls_failed, std::string(option).append(" '").append(path).append("' ").append(why)};
}

// OpenSSL's words for a missing file name neither the file nor the option.
result<void> find(std::string_view option, const std::string& path, bool folder) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat about {};
  if (fd < 0 || ::fstat(fd, &about) != 0) {
    const auto why = std::generic_category().message(errno);
    if (fd >= 0) ::close(fd);
    return no_file(option, path, "cannot be read: " + why);
  }
  ::close(fd);
  if (S_ISDIR(about.st_mode) == folder) return {};
  return no_file(option, path, folder ? "is no folder" : "is a folder: give a file in PEM form");
}

result<void> trust(SSL_CTX* context, const tls_options& options) {
  if (options.ca_file.empty() && options.ca_path.empty()) {
    if (SSL_CTX_set_default_verify_paths(context) == 1) return {};
    return error(errc::tls_failed,
                 "the system's list of authorities cannot be read: give tls.ca_file (cafile=...)");
  }
  if (!options.ca_file.empty()) {
    if (auto found = find(ca_file, options.ca_file, false); !found) return found;
    if (SSL_CTX_load_verify_file(context, options.ca_file.c_str()) != 1) {
      return no_file(ca_file, options.ca_file,
                     "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
    }
  }
  if (!options.ca_path.empty()) {
    if (auto found = find(ca_path, options.ca_path, true); !found) return found;
    if (SSL_CTX_load_verify_dir(context, options.ca_path.c_str()) != 1) {
      return no_file(ca_path, options.ca_path, "cannot be used");
    }
  }
  // What is given is what is trusted, be it an authority's certificate or a server's own.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
  return {};
}

// Without this OpenSSL would ask at the terminal.
int refuse_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

result<void> load_key(SSL_CTX* context, const std::string& path) {
  bool encrypted = false;
  SSL_CTX_set_default_passwd_cb(context, refuse_passphrase);
  SSL_CTX_set_default_passwd_cb_userdata(context, &encrypted);
  const bool loaded = SSL_CTX_use_PrivateKey_file(context, path.c_str(), SSL_FILETYPE_PEM) == 1;
  SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
  if (loaded) return {};
  if (encrypted) {
    return no_file(key_file, path,
                   "is protected by a passphrase: give a key without one, readable to its owner "
                   "alone (openssl pkey -in ... -out ...)");
  }
  if (ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH) {
    return no_file(key_file, path,
                   "does not belong to the certificate in tls.certificate_file (cert=...): give "
                   "the key that this certificate was made for");
  }
  return no_file(key_file, path, "holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)");
}

result<void> identify(SSL_CTX* context, const tls_options& options) {
  if (options.certificate_file.empty() && options.key_file.empty()) return {};
  if (options.certificate_file.empty() || options.key_file.empty()) {
    const bool lone_key = options.certificate_file.empty();
    return error(errc::tls_failed,
                 std::string(lone_key ? key_file : certificate_file) + " is given without " +
                     std::string(lone_key ? certificate_file : key_file) + ": give both");
  }
  if (auto found = find(certificate_file, options.certificate_file, false); !found) return found;
  if (auto found = find(key_file, options.key_file, false); !found) return found;
  if (SSL_CTX_use_certificate_chain_file(context, options.certificate_file.c_str()) != 1) {
    return no_file(certificate_file, options.certificate_file,
                   "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
  }
  return load_key(context, options.key_file);
}

result<std::shared_ptr<SSL_CTX>> make(const tls_options& options) {
  constexpr std::size_t read_bytes = 64 << 10;  // several records by one recv()
  ERR_clear_error();
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1) {
    return error(errc::tls_failed, "OpenSSL cannot be set up: is there memory left?");
  }
  SSL_CTX_set_options(context.get(),
                      SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context.get(), 1);
  SSL_CTX_set_default_read_buffer_len(context.get(), read_bytes);
  if (auto trusted = trust(context.get(), options); !trusted) return std::move(trusted).error();
  if (auto known = identify(context.get(), options); !known) return std::move(known).error();
  ERR_clear_error();
  return context;
}

struct stamp {
  ino_t number = 0;
  off_t size_bytes = 0;
  time_t changed_s = 0;
  long changed_ns = 0;

  friend bool operator==(const stamp&, const stamp&) = default;
};

stamp stamp_of(const std::string& path) {
  struct stat about {};
  if (path.empty() || ::stat(path.c_str(), &about) != 0) return {};
  return {about.st_ino, about.st_size, about.st_ctim.tv_sec, about.st_ctim.tv_nsec};
}

std::string system_ca_file() {
  const char* const chosen = std::getenv(X509_get_default_cert_file_env());
  return chosen != nullptr ? chosen : X509_get_default_cert_file();
}

using stamps = std::array<stamp, 5>;

stamps stamps_of(const tls_options& options) {
  return {
      stamp_of(options.ca_file), stamp_of(options.ca_path), stamp_of(options.certificate_file),
      stamp_of(options.key_file),
      options.ca_file.empty() && options.ca_path.empty() ? stamp_of(system_ca_file()) : stamp{}};
}

struct kept_context {
  tls_options options;
  stamps files;
  std::shared_ptr<SSL_CTX> context;
};

// The names to verify belong to the connection, not to what is shared.
tls_options shared_part(tls_options options) {
  options.enabled = true;
  options.server_name.clear();
  options.verify_peer = options.verify_name = true;
  return options;
}

}  // namespace

// Reading the system's authorities takes tens of milliseconds, too long for a thread that serves
// other connections, so what was read last is kept. Never destroyed: the last client may be a
// static object too.
result<std::shared_ptr<SSL_CTX>> tls_context(const tls_options& options) {
  constexpr std::size_t kept_max = 8;
  static auto& guard = *new std::mutex;
  static auto& kept = *new std::deque<kept_context>;  // under guard; the newest in front

  auto shared = shared_part(options);
  const auto files = stamps_of(shared);  // before reading: what changes meanwhile is read again
  {
    const std::lock_guard lock(guard);
    for (const auto& each : kept) {
      if (each.options == shared && each.files == files) return each.context;
    }
  }
  auto made = make(shared);
  if (!made) return made;

  const std::lock_guard lock(guard);
  std::erase_if(kept, [&](const kept_context& each) { return each.options == shared; });
  kept.push_front({std::move(shared), files, *made});
  if (kept.size() > kept_max) kept.pop_back();
  return made;
}

}  // namespace sandpiper::net

#endif

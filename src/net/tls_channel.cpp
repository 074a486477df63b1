#include "net/tls_channel.hpp"

#if !SANDPIPER_TLS

namespace sandpiper::net {

struct tls_channel::state {};

tls_channel::~tls_channel() = default;

result<std::unique_ptr<tls_channel>> tls_channel::start(const tls_options&, std::string_view, int) {
  return error(errc::tls_failed,
               "this build of sandpiper has no TLS: build it where OpenSSL is installed (Debian: "
               "apt-get install libssl-dev) and with SANDPIPER_TLS=ON");
}

// Without start() there is no channel that these could be called on.
transfer tls_channel::handshake() { return {io::failed, 0}; }
transfer tls_channel::read(std::span<char>) { return {io::failed, 0}; }
transfer tls_channel::write(std::span<const std::string_view>) { return {io::failed, 0}; }
bool tls_channel::buffered() const noexcept { return false; }

}  // namespace sandpiper::net

#else

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "net/tls_context.hpp"
#include "net/tls_owned.hpp"
#include "net/tls_socket.hpp"
#include "net/tls_words.hpp"

namespace sandpiper::net {

struct tls_channel::state {
  tls_options options;
  std::string name;  // to verify and to send
  std::shared_ptr<SSL_CTX> context;
  tls_socket socket;
  owned<SSL, SSL_free> ssl;
  tls_refusal refusal;
  bool certificate_asked = false;
  bool shaken = false;
  bool heard = false;
  bool buffered = false;
  std::size_t pending_bytes = 0;  // in the record that is not wholly sent ...
  std::uint64_t pending_end = 0;  // ... before socket.sent_bytes has come to this
  std::string scratch;
  transfer read_end;  // once it is ended or failed, it stays so
  transfer write_end;
  pid_t process = ::getpid();

  bool attach();
  void verify_peer();
  bool accepts(X509_STORE_CTX* chain);
};

namespace {

constexpr std::size_t record_bytes_max = SSL3_RT_MAX_PLAIN_LENGTH;

bool is_final(io status) { return status == io::ended || status == io::failed; }

// A name may be written with the dot of the root, an address with the zone that it is valid in;
// certificates have neither.
std::string plain_name(std::string_view name) {
  if (name.find(':') != name.npos) name = name.substr(0, name.find('%'));
  if (name.size() > 1 && name.ends_with('.')) name.remove_suffix(1);
  return std::string(name);
}

bool is_mismatch(int code) {
  return code == X509_V_ERR_HOSTNAME_MISMATCH || code == X509_V_ERR_IP_ADDRESS_MISMATCH;
}

// An empty name must not come so far: OpenSSL would verify none.
result<void> expect_name(SSL* ssl, const std::string& name, bool verify) {
  auto* const expected = SSL_get0_param(ssl);
  if (name.empty()) {
    if (!verify) return {};
    return error(errc::tls_failed,
                 "there is no host whose name the certificate could be made out to: set "
                 "tls.server_name (sni=...)");
  }
  const bool plain = name.find('\0') == name.npos;
  const owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> address(plain ? a2i_IPADDRESS(name.c_str())
                                                                       : nullptr);
  ERR_clear_error();
  bool good = plain;
  if (address) {  // SNI is for names alone
    if (verify) good = X509_VERIFY_PARAM_set1_ip_asc(expected, name.c_str()) == 1;
  } else if (good) {
    X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    good = (!verify || X509_VERIFY_PARAM_set1_host(expected, name.data(), name.size()) == 1) &&
           SSL_set_tlsext_host_name(ssl, name.c_str()) == 1;
  }
  if (good) return {};
  return error(errc::tls_failed,
               "the server's name is none that a certificate could be made out to: write a host "
               "name of at most 255 bytes as tls.server_name (sni=...)");
}

// What OpenSSL queued last is the consequence, what it queued first the cause.
int first_reason() {
  int reason = 0;
  while (const auto code = ERR_get_error()) {
    if (reason == 0 && ERR_GET_LIB(code) == ERR_LIB_SSL) reason = ERR_GET_REASON(code);
  }
  return reason;
}

// A server that refuses us says so and hangs up. When that ends our write first, its word is still
// to be read.
int parting_reason(SSL* ssl) {
  char byte = 0;
  std::size_t n = 0;
  ERR_clear_error();
  if (SSL_peek_ex(ssl, &byte, 1, &n) == 1) return 0;
  return first_reason();
}

}  // namespace

tls_channel::tls_channel(std::unique_ptr<state> s) : state_(std::move(s)) {}

result<std::unique_ptr<tls_channel>> tls_channel::start(const tls_options& options,
                                                        std::string_view host, int socket) {
  auto context = tls_context(options);
  if (!context) return std::move(context).error();

  auto s = std::make_unique<state>();
  s->options = options;
  s->name = plain_name(options.server_name.empty() ? host : options.server_name);
  s->context = *std::move(context);
  s->socket.fd = socket;
  if (!s->attach()) return error(errc::tls_failed, "OpenSSL has no memory for a connection");
  if (options.verify_peer || options.verify_name) s->verify_peer();
  if (auto good = expect_name(s->ssl.get(), s->name, options.verify_name); !good) {
    return std::move(good).error();
  }
  return std::unique_ptr<tls_channel>(new tls_channel(std::move(s)));
}

bool tls_channel::state::attach() {
  ssl.reset(SSL_new(context.get()));
  auto* const bio = ssl ? make_bio(socket) : nullptr;
  if (bio == nullptr) return false;
  SSL_set_bio(ssl.get(), bio, bio);
  SSL_set_connect_state(ssl.get());
  SSL_set_app_data(ssl.get(), this);
  const auto asked = [](SSL*, void* whose) {
    static_cast<state*>(whose)->certificate_asked = true;
    return 1;
  };
  SSL_set_cert_cb(ssl.get(), asked, this);
  return true;
}

void tls_channel::state::verify_peer() {
  const auto judge = [](int good, X509_STORE_CTX* chain) {
    const auto index = SSL_get_ex_data_X509_STORE_CTX_idx();
    auto* const of = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(chain, index));
    return good == 1 || static_cast<state*>(SSL_get_app_data(of))->accepts(chain) ? 1 : 0;
  };
  SSL_set_verify(ssl.get(), SSL_VERIFY_PEER, judge);
}

// Something is wrong with the certificate; does it matter?
bool tls_channel::state::accepts(X509_STORE_CTX* chain) {
  const bool about_name = is_mismatch(X509_STORE_CTX_get_error(chain));
  if (about_name ? options.verify_name : options.verify_peer) {
    refusal = refusal_of(chain);
    return false;
  }
  X509_STORE_CTX_set_error(chain, X509_V_OK);
  return true;
}

tls_channel::~tls_channel() {
  const auto& s = *state_;
  const bool sound = s.write_end.status == io::done && s.read_end.status != io::failed;
  if (s.shaken && sound && s.socket.unsent.empty() && s.process == ::getpid()) {
    SSL_shutdown(s.ssl.get());
  }
  ERR_clear_error();
}

transfer tls_channel::handshake() {
  auto& s = *state_;
  if (is_final(s.read_end.status)) return s.read_end;
  if (const auto sent = flush(); sent.status != io::done || s.shaken) return sent;
  ERR_clear_error();
  const int returned = SSL_do_handshake(s.ssl.get());
  s.shaken = returned == 1;
  const auto step = s.shaken ? transfer{} : outcome(returned, false);
  return is_final(step.status) || s.socket.unsent.empty() ? step : transfer{io::want_writable, 0};
}

transfer tls_channel::flush() {
  auto& socket = state_->socket;
  if (!socket.flush()) return failed(parting_reason(state_->ssl.get()));
  return {socket.unsent.empty() ? io::done : io::want_writable, 0};
}

transfer tls_channel::read(std::span<char> into) {
  auto& s = *state_;
  std::size_t got = 0;
  s.buffered = false;
  if (is_final(s.read_end.status)) return s.read_end;
  // OpenSSL's own answers to the peer. A record of the caller's leaves under write() alone: what is
  // not told as sent must not be sent.
  if (s.pending_bytes == 0) s.socket.flush();
  do {
    std::size_t n = 0;
    ERR_clear_error();
    const int returned = SSL_read_ex(s.ssl.get(), into.data() + got, into.size() - got, &n);
    if (returned != 1) {
      const auto stop = outcome(returned, false);
      return got == 0 ? stop : transfer{io::done, got};
    }
    s.heard = true;
    got += n;
  } while (got < into.size() && SSL_has_pending(s.ssl.get()) == 1);
  s.buffered = SSL_has_pending(s.ssl.get()) == 1;
  return {io::done, got};
}

bool tls_channel::buffered() const noexcept { return state_->buffered; }

transfer tls_channel::write(std::span<const std::string_view> pieces) {
  auto& s = *state_;
  std::size_t total = 0;
  for (const auto piece : pieces) total += piece.size();
  assert(total >= s.pending_bytes);
  total = std::min(total, write_bytes_max);
  std::size_t sent = 0;
  while (sent < total) {
    if (is_final(s.write_end.status)) return sent == 0 ? s.write_end : transfer{io::done, sent};
    auto step = s.pending_bytes == 0 ? make_record(pieces, sent) : transfer{};
    if (step.status == io::done) step = flush();
    if (s.pending_bytes > 0 && s.socket.sent_bytes >= s.pending_end) {
      sent += std::exchange(s.pending_bytes, 0);
    } else if (step.status != io::done) {
      return sent == 0 ? step : transfer{io::done, sent};
    }
  }
  return {io::done, sent};
}

// One record of what follows the first `skip` bytes. Small pieces are put together, so that a batch
// of commands is one record.
transfer tls_channel::make_record(std::span<const std::string_view> pieces, std::size_t skip) {
  auto& s = *state_;
  while (skip >= pieces.front().size()) {
    skip -= pieces.front().size();
    pieces = pieces.subspan(1);
  }
  auto record = pieces.front().substr(skip, record_bytes_max);
  if (record.size() < record_bytes_max && pieces.size() > 1) {
    s.scratch.assign(record);
    for (const auto piece : pieces.subspan(1)) {
      s.scratch.append(piece.substr(0, record_bytes_max - s.scratch.size()));
      if (s.scratch.size() == record_bytes_max) break;
    }
    record = s.scratch;
  }
  ERR_clear_error();
  const int returned = SSL_write_ex(s.ssl.get(), record.data(), record.size(), &s.pending_bytes);
  s.pending_end = s.socket.sent_bytes + s.socket.unsent.size();
  return returned == 1 ? transfer{} : outcome(returned, true);
}

transfer tls_channel::outcome(int returned, bool writing) {
  auto& s = *state_;
  const int what = SSL_get_error(s.ssl.get(), returned);
  if (what == SSL_ERROR_WANT_READ) return {io::want_readable, 0};
  if (what == SSL_ERROR_WANT_WRITE) return {io::want_writable, 0};
  if (what == SSL_ERROR_ZERO_RETURN && s.shaken) return s.read_end = {io::ended, 0};
  const auto reason = first_reason();
  return failed(writing && reason == 0 ? parting_reason(s.ssl.get()) : reason);
}

transfer tls_channel::failed(int reason) {
  auto& s = *state_;
  why_ = words_for({.options = s.options,
                    .name = s.name,
                    .socket = s.socket,
                    .refusal = s.refusal,
                    .shaking_hands = !s.shaken,
                    .heard = s.heard,
                    .certificate_asked = s.certificate_asked,
                    .reason = reason});
  return s.read_end = s.write_end = {io::failed, 0};
}

}  // namespace sandpiper::net

#endif

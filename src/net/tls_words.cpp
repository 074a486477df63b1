#include "net/tls_words.hpp"

#if SANDPIPER_TLS

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <memory>
#include <system_error>

#include "net/tls_owned.hpp"

namespace sandpiper::net {
namespace {

constexpr std::size_t shown_bytes_max = 120;
constexpr int names_max = 5;

std::string printable(std::string_view text) {
  std::string out(text.substr(0, shown_bytes_max));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return text.size() > shown_bytes_max ? out + "..." : out;
}

std::string quoted(std::string_view text) { return "'" + printable(text) + "'"; }

std::string bytes_of(const ASN1_STRING* text) {
  const auto* const data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(text));
  return {data, static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string distinguished(const X509_NAME* name) {
  const owned<BIO, BIO_free> out(BIO_new(BIO_s_mem()));
  if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_ONELINE) < 0) return "?";
  char* data = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &data);
  return printable({data, static_cast<std::size_t>(size)});
}

std::string address(const ASN1_OCTET_STRING* bytes) {
  const auto* const data = ASN1_STRING_get0_data(bytes);
  std::string out;
  const int size = ASN1_STRING_length(bytes);
  if (size == 4) {
    for (int i = 0; i < 4; ++i) out += (i == 0 ? "" : ".") + std::to_string(data[i]);
    return out;
  }
  constexpr char digits[] = "0123456789abcdef";
  for (int i = 0; i < std::min(size, 16); ++i) {
    if (i > 0 && i % 2 == 0) out += ':';
    out += digits[data[i] >> 4];
    out += digits[data[i] & 15];
  }
  return out;
}

// Modern certificates name their owner in an extension of its own; a common name stands in when
// there is none.
std::string names_of(const X509* certificate) {
  const owned<GENERAL_NAMES, GENERAL_NAMES_free> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  const int count = names ? sk_GENERAL_NAME_num(names.get()) : 0;
  std::string out;
  for (int i = 0; i < std::min(count, names_max); ++i) {
    const auto* const name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS && name->type != GEN_IPADD) continue;
    if (!out.empty()) out += ", ";
    out +=
        name->type == GEN_DNS ? printable(bytes_of(name->d.dNSName)) : address(name->d.iPAddress);
  }
  if (count > names_max && !out.empty()) out += ", ...";
  return out.empty() ? distinguished(X509_get_subject_name(certificate)) : out;
}

std::string time_of(const ASN1_TIME* time) {
  std::tm parts{};
  std::array<char, 32> text{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "a time that cannot be read";
  const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &parts);
  return {text.data(), size};
}

std::string certificate_of(const tls_trouble& t) {
  if (t.refusal.own) return "the certificate of " + quoted(t.name);
  return "the authority " + quoted(t.refusal.names) + " that vouches for " + quoted(t.name);
}

std::string untrusted(const tls_trouble& t) {
  const auto& given = t.options.ca_file.empty() ? t.options.ca_path : t.options.ca_file;
  auto text = "the certificate of " + quoted(t.name) + " is signed by no trusted authority (by " +
              quoted(t.refusal.issuer) + ")";
  text += given.empty() ? ": if it is the right server, give the authority's certificate as "
                        : ", as trusted are those in '" + given + "' alone: give the right one as ";
  return text + "tls.ca_file (cafile=...)";
}

std::string refused_certificate(const tls_trouble& t) {
  const auto subject = certificate_of(t);
  switch (t.refusal.code) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return subject + " is made out to another name (" + t.refusal.names +
             "): set tls.server_name to that (sni=...) or get a certificate for this name";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return subject + " expired on " + t.refusal.ends +
             ": renew it, or set this machine's clock if that is wrong";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return subject + " is valid from " + t.refusal.begins +
             " on only: set this machine's clock if that is wrong, or get a certificate for today";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE: return untrusted(t);
    case X509_V_ERR_INVALID_PURPOSE:
      return subject + " is not meant for a server: get one for server authentication";
    default:
      return subject + " is refused (" + X509_verify_cert_error_string(t.refusal.code) +
             "): get another one from its authority";
  }
}

bool is_about_our_certificate(int reason) {
  switch (reason) {
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    case SSL_R_SSLV3_ALERT_NO_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
    case SSL_R_TLSV1_ALERT_DECRYPT_ERROR:
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE: return true;  // the last is how TLS 1.2 misses one
    default: return false;
  }
}

std::string reason_text(int reason) {
  const char* const text =
      ERR_reason_error_string(ERR_PACK(ERR_LIB_SSL, 0, static_cast<unsigned>(reason)));
  return text == nullptr ? "reason " + std::to_string(reason) : text;
}

std::string ending(const tls_trouble& t) {
  if (t.reason != 0 && t.reason != SSL_R_UNEXPECTED_EOF_WHILE_READING) return reason_text(t.reason);
  if (t.socket.ended || t.socket.error == 0) return "the server closed the connection";
  return std::generic_category().message(t.socket.error);
}

std::string our_certificate(const tls_trouble& t) {
  if (t.options.certificate_file.empty()) {
    return "the server asks for a client certificate (" + ending(t) +
           "): give tls.certificate_file (cert=...) and tls.key_file (key=...)";
  }
  return "the server refuses our certificate in tls.certificate_file (cert=...) '" +
         t.options.certificate_file + "' (" + ending(t) +
         "): give one that is in date and signed by an authority that the server trusts";
}

// Content types 20 to 23, and a version that begins with 3.
bool looks_like_tls(std::string_view bytes) {
  if (bytes.empty()) return true;
  const bool known_type = '\x14' <= bytes[0] && bytes[0] <= '\x17';
  return known_type && (bytes.size() < 2 || bytes[1] == '\x03');
}

std::string no_handshake(const tls_trouble& t) {
  if (!looks_like_tls(t.socket.first_bytes)) {
    return "the server does not speak TLS (it answered " + quoted(t.socket.first_bytes) +
           "): use its TLS port, or redis:// in place of rediss://";
  }
  switch (t.reason) {
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_UNSUPPORTED_SSL_VERSION:
    case SSL_R_WRONG_SSL_VERSION:
    case SSL_R_WRONG_VERSION_NUMBER:
      return "the server speaks no TLS of version 1.2 or newer (" + reason_text(t.reason) +
             "): allow it there (tls-protocols \"TLSv1.2 TLSv1.3\")";
    case SSL_R_TLSV1_UNRECOGNIZED_NAME:
      return "the server knows no " + quoted(t.name) +
             ": set tls.server_name (sni=...) to a name that it serves";
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
    case SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY:
      return "the server has no cipher or key in common with us (" + reason_text(t.reason) +
             "): allow more there (tls-ciphers, tls-ciphersuites)";
    case 0:
    case SSL_R_UNEXPECTED_EOF_WHILE_READING:
      return ending(t) + (t.socket.first_bytes.empty()
                              ? ", with no answer to the TLS handshake: is this its TLS port?"
                              : ", in the middle of the TLS handshake: its log may tell why");
    default:
      return "the TLS handshake failed (" + reason_text(t.reason) +
             "): the server's log may tell more; it must allow TLS 1.2 or 1.3";
  }
}

std::string broken(const tls_trouble& t) {
  if (t.reason == SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC || t.reason == SSL_R_BAD_RECORD_TYPE ||
      t.reason == SSL_R_WRONG_VERSION_NUMBER) {
    return "what came was changed on its way or is not TLS (" + reason_text(t.reason) +
           "): look for what stands between here and the server";
  }
  if (t.reason != 0 && t.reason != SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    return "TLS ended with an error (" + reason_text(t.reason) +
           "): the server's log may tell more";
  }
  return ending(t) +
         " without TLS's closing message: it was killed, or something on the way cut the line";
}

}  // namespace

tls_refusal refusal_of(X509_STORE_CTX* chain) {
  tls_refusal out;
  out.code = X509_STORE_CTX_get_error(chain);
  out.own = X509_STORE_CTX_get_error_depth(chain) == 0;
  if (const auto* const certificate = X509_STORE_CTX_get_current_cert(chain)) {
    out.names = names_of(certificate);
    out.issuer = distinguished(X509_get_issuer_name(certificate));
    out.begins = time_of(X509_get0_notBefore(certificate));
    out.ends = time_of(X509_get0_notAfter(certificate));
  }
  return out;
}

// With TLS 1.3 a server looks at our certificate when for us the handshake is over, and some hang
// up without a word.
std::string words_for(const tls_trouble& t) {
  if (t.refusal.code != X509_V_OK) return refused_certificate(t);
  const bool silent = t.reason == 0 || t.reason == SSL_R_UNEXPECTED_EOF_WHILE_READING;
  const bool missing = silent && t.options.certificate_file.empty() && !t.heard;
  if (t.certificate_asked && (is_about_our_certificate(t.reason) || missing)) {
    return our_certificate(t);
  }
  return t.shaking_hands ? no_handshake(t) : broken(t);
}

}  // namespace sandpiper::net

#endif

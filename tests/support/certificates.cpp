#include "support/certificates.hpp"

#if SANDPIPER_TLS

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <cstdio>
#include <stdexcept>

#include "support/temporary_folder.hpp"

namespace sandpiper::test {
namespace {

template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using key_pointer = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using certificate_pointer = std::unique_ptr<X509, freed_by<X509_free>>;

template <class T>
T good(T value, const char* what) {
  if (!value) {
    throw std::runtime_error(std::string(what) + ": " +
                             ERR_error_string(ERR_peek_last_error(), nullptr));
  }
  return value;
}

key_pointer new_key() { return key_pointer(good(EVP_EC_gen("P-256"), "EVP_EC_gen")); }

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  auto* const extension =
      good(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()), value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

certificate_pointer blank(const std::string& name, EVP_PKEY* key, int begins_in_days,
                          int ends_in_days) {
  static std::atomic<long> serial = 1;
  certificate_pointer out(good(X509_new(), "X509_new"));
  X509_set_version(out.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(out.get()), serial++);
  X509_time_adj_ex(X509_getm_notBefore(out.get()), begins_in_days, 0, nullptr);
  X509_time_adj_ex(X509_getm_notAfter(out.get()), ends_in_days, 0, nullptr);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(out.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_pubkey(out.get(), key);
  return out;
}

void sign(X509* certificate, X509* issuer, EVP_PKEY* key) {
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  good(X509_sign(certificate, key, EVP_sha256()), "X509_sign");
}

using file_pointer = std::unique_ptr<std::FILE, freed_by<std::fclose>>;

file_pointer create(const std::string& path) {
  return file_pointer(good(std::fopen(path.c_str(), "we"), path.c_str()));
}

void save(const std::string& path, X509* certificate) {
  good(PEM_write_X509(create(path).get(), certificate), path.c_str());
}

void save(const std::string& path, EVP_PKEY* key) {
  good(PEM_write_PrivateKey(create(path).get(), key, nullptr, nullptr, 0, nullptr, nullptr),
       path.c_str());
}

std::string alternative_names(const certificate_wish& wish) {
  std::string out;
  for (const auto& host : wish.hosts) out += ",DNS:" + host;
  for (const auto& address : wish.addresses) out += ",IP:" + address;
  return out.empty() ? out : out.substr(1);
}

}  // namespace

struct authority::state {
  temporary_folder folder;
  key_pointer key = new_key();
  certificate_pointer certificate;
  std::string certificate_file;
  int issued = 0;

  certificate_files issue(const certificate_wish& wish, bool self_signed) {
    const auto own_key = new_key();
    const auto made =
        blank(wish.common_name, own_key.get(), wish.begins_in_days, wish.ends_in_days);
    auto* const issuer = self_signed ? made.get() : certificate.get();
    extend(made.get(), issuer, NID_ext_key_usage, wish.for_servers ? "serverAuth" : "clientAuth");
    const auto names = alternative_names(wish);
    if (!names.empty()) extend(made.get(), issuer, NID_subject_alt_name, names);
    sign(made.get(), issuer, self_signed ? own_key.get() : key.get());

    const auto stem = folder.path(std::to_string(++issued));
    certificate_files files{stem + ".crt", stem + ".key"};
    save(files.certificate, made.get());
    save(files.key, own_key.get());
    return files;
  }
};

authority::authority(const std::string& name, int ends_in_days)
    : state_(std::make_unique<state>()) {
  constexpr int begins_in_days = -10;
  auto& s = *state_;
  s.certificate = blank(name, s.key.get(), begins_in_days, ends_in_days);
  extend(s.certificate.get(), s.certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  sign(s.certificate.get(), s.certificate.get(), s.key.get());
  s.certificate_file = s.folder.path("ca.crt");
  save(s.certificate_file, s.certificate.get());
}

authority::~authority() = default;

const std::string& authority::certificate_file() const noexcept { return state_->certificate_file; }
const std::string& authority::folder() const noexcept { return state_->folder.path(); }

certificate_files authority::issue(const certificate_wish& wish) const {
  return state_->issue(wish, false);
}

certificate_files authority::issue_for_client(const std::string& name) const {
  return issue({.common_name = name, .hosts = {}, .for_servers = false});
}

certificate_files authority::self_signed(const certificate_wish& wish) const {
  return state_->issue(wish, true);
}

std::string authority::encrypted_key(const certificate_files& of,
                                     const std::string& passphrase) const {
  const file_pointer in(good(std::fopen(of.key.c_str(), "re"), of.key.c_str()));
  const key_pointer key(
      good(PEM_read_PrivateKey(in.get(), nullptr, nullptr, nullptr), of.key.c_str()));
  const auto path = of.key + ".encrypted";
  good(
      PEM_write_PKCS8PrivateKey(create(path).get(), key.get(), EVP_aes_128_cbc(), passphrase.data(),
                                static_cast<int>(passphrase.size()), nullptr, nullptr),
      path.c_str());
  return path;
}

}  // namespace sandpiper::test

#endif

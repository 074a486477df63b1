#pragma once
// What went wrong with TLS, told to a person: the cause and the cure, each option by its name in
// the code and in an address. What a peer says of itself is shown short and printable.

#include <string>
#include <string_view>

#include "net/tls_socket.hpp"
#include "sandpiper/net/endpoint.hpp"

struct x509_store_ctx_st;

namespace sandpiper::net {

/// Why a certificate was not accepted. A value; code 0 says that none was refused.
struct tls_refusal {
  int code = 0;             // X509_V_ERR_...
  bool own = true;          // the server's own certificate, not one of an authority above it
  std::string names = {};   // whom it is made out to: "db.example, 10.0.0.1"
  std::string issuer = {};  // who signed it
  std::string begins = {};  // "2026-01-02 03:04 UTC"
  std::string ends = {};
};

/// What the verification that failed in `chain` found.
tls_refusal refusal_of(x509_store_ctx_st* chain);

/// Everything that is known about a connection that failed.
struct tls_trouble {
  const tls_options& options;
  std::string_view name;       // the one to verify
  const tls_socket& socket;    // how its last calls came out
  const tls_refusal& refusal;  // of the server's certificate by us
  bool shaking_hands = false;
  bool heard = false;              // the server said something after the handshake
  bool certificate_asked = false;  // of us, by the server
  int reason = 0;                  // SSL_R_... or 0
};

std::string words_for(const tls_trouble& trouble);

}  // namespace sandpiper::net

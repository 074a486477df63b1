#include "net/tls_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#if SANDPIPER_TLS

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "net/tls_client.hpp"
#include "support/certificates.hpp"

namespace sandpiper::net {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct situation {
  tls_options options = {.enabled = true};
  tls_socket socket = {};
  tls_refusal refusal = {};
  bool shaking_hands = true;
  bool heard = false;
  bool certificate_asked = false;
  int reason = 0;

  [[nodiscard]] std::string words() const {
    return words_for(
        {options, "db.example", socket, refusal, shaking_hands, heard, certificate_asked, reason});
  }
};

TEST(TlsWords, EveryRefusalOfACertificateHasACure) {
  for (int code = 1; code <= X509_V_ERR_CA_CERT_MISSING_KEY_USAGE; ++code) {
    situation now;
    now.refusal = {.code = code, .names = "other.example", .issuer = "CN = somebody"};
    EXPECT_THAT(now.words(), AllOf(HasSubstr("'db.example'"), HasSubstr(": "))) << code;
  }
}

TEST(TlsWords, EveryAlertHasACauseAndACure) {
  for (int alert = 0; alert < 256; ++alert) {
    for (const bool shaking_hands : {true, false}) {
      situation now{.shaking_hands = shaking_hands, .reason = SSL_AD_REASON_OFFSET + alert};
      EXPECT_THAT(now.words(), AllOf(HasSubstr(": "), Not(HasSubstr("(null)")))) << alert;
    }
  }
}

TEST(TlsWords, AnAlertAboutACertificateIsAboutOursOnlyIfOneWasAskedFor) {
  situation now{.reason = SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE};
  EXPECT_THAT(now.words(), HasSubstr("no cipher or key in common"));
  now.certificate_asked = true;
  EXPECT_THAT(now.words(), AllOf(HasSubstr("asks for a client certificate"), HasSubstr("cert=")));
  now.options.certificate_file = "mine.crt";
  EXPECT_THAT(now.words(), AllOf(HasSubstr("refuses our certificate"), HasSubstr("mine.crt")));
}

TEST(TlsWords, AServerThatHangsUpBeforeItsFirstWordMayMissOurCertificate) {
  situation now{.shaking_hands = false, .certificate_asked = true};
  now.socket.error = ECONNRESET;
  EXPECT_THAT(now.words(),
              AllOf(HasSubstr("asks for a client certificate"), HasSubstr("reset by peer")));
  now.heard = true;
  EXPECT_THAT(now.words(), AllOf(HasSubstr("reset by peer"), HasSubstr("closing message"),
                                 Not(HasSubstr("client certificate"))));
}

TEST(TlsWords, ANameThatTheServerDoesNotKnowIsTold) {
  const situation now{.reason = SSL_R_TLSV1_UNRECOGNIZED_NAME};
  EXPECT_THAT(now.words(), AllOf(HasSubstr("knows no 'db.example'"), HasSubstr("sni=")));
}

TEST(TlsWords, WhatAStrangerSaysIsShownShortAndPrintable) {
  situation now;
  now.socket.first_bytes = std::string("HTTP/1.1 400 \x1b[2J\r\n\0\xff", 20);
  const auto text = now.words();
  EXPECT_THAT(text, AllOf(HasSubstr("does not speak TLS"), HasSubstr("HTTP/1.1 400 ?[2J")));
  EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) { return ' ' <= c && c <= '~'; }));
}

// Certificates come from whoever answers, so what they say is anything at all.
TEST(TlsWords, HostileNamesInACertificateStayShortAndPrintable) {
  const sandpiper::test::authority signer("evil\x1b[31m\n authority " + std::string(30, 'e'));
  std::vector<std::string> many;
  for (int i = 0; i < 300; ++i) many.push_back("host" + std::to_string(i) + ".example");
  many[0] = std::string(200, 'h') + "\x1b[31m";
  for (const auto& hosts : {many, std::vector<std::string>{}}) {
    const auto files = signer.issue({.common_name = "a\r\nb\x07", .hosts = hosts});
    const tls_options options{.enabled = true, .ca_file = signer.certificate_file()};
    const auto text = test::tls_client(
                          {.certificate_file = files.certificate, .key_file = files.key},
                          [](sandpiper::test::tls_session& session) { session.accept(); }, options)
                          .refusal();
    EXPECT_THAT(text, HasSubstr("made out to another name"));
    EXPECT_LT(text.size(), 600u) << text;
    EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) { return ' ' <= c && c <= '~'; }))
        << text;
  }
}

}  // namespace
}  // namespace sandpiper::net

#endif

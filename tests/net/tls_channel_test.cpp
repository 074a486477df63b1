#include "net/tls_channel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#if SANDPIPER_TLS

#include <openssl/ssl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "net/tls_client.hpp"
#include "support/certificates.hpp"

namespace sandpiper::net {
namespace {

using sandpiper::test::authority;
using sandpiper::test::certificate_wish;
using sandpiper::test::tls_server_options;
using sandpiper::test::tls_session;
using test::tls_client;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const authority& ours() {
  static const authority made;
  return made;
}

tls_options trusting() { return {.enabled = true, .ca_file = ours().certificate_file()}; }

tls_server_options serving(const sandpiper::test::certificate_files& files) {
  return {.certificate_file = files.certificate, .key_file = files.key};
}
tls_server_options serving(const certificate_wish& wish = {}) {
  return serving(ours().issue(wish));
}

// Answers every read with what it read, until the client ends.
void echo(tls_session& session) {
  if (!session.accept()) return;
  for (auto bytes = session.read(); !bytes.empty(); bytes = session.read()) session.write(bytes);
}

void accept_only(tls_session& session) { session.accept(); }

std::string refusal(const certificate_wish& wish, const tls_options& options,
                    std::string_view host = "localhost") {
  return tls_client(serving(wish), accept_only, options, host).refusal();
}

TEST(TlsChannel, ShakesHandsAndCarriesBytesBothWays) {
  tls_client client(serving(), echo, trusting());
  ASSERT_EQ(client.handshake().status, io::done) << client.channel().why();
  ASSERT_EQ(client.write("hello").status, io::done);
  EXPECT_EQ(client.read(), "hello");
  EXPECT_EQ(client.channel().why(), "");
}

TEST(TlsChannel, SpeaksTls13AndTls12AndNothingOlder) {
  for (const auto& [version, name] :
       {std::pair(TLS1_3_VERSION, "TLSv1.3"), std::pair(TLS1_2_VERSION, "TLSv1.2")}) {
    auto served = serving();
    served.version_max = version;
    std::string spoken;
    tls_client client(
        served, [&](tls_session& s) { s.accept(), spoken = s.version(); }, trusting());
    EXPECT_EQ(client.refusal(), "");
    client.close();
    EXPECT_EQ(spoken, name);
  }
  auto old = serving();
  old.old = true;
  EXPECT_THAT(tls_client(old, accept_only, trusting()).refusal(),
              AllOf(HasSubstr("no TLS of version 1.2 or newer"), HasSubstr("tls-protocols")));
}

TEST(TlsChannel, SendsTheNameItVerifiesAndNoneForAnAddress) {
  const certificate_wish wish{.hosts = {"db.example", "other.example"},
                              .addresses = {"10.1.2.3", "::1", "fe80::1"}};
  const auto asked = [&](std::string_view host, std::string server_name) {
    auto options = trusting();
    options.server_name = std::move(server_name);
    std::string name;
    tls_client client(
        serving(wish), [&](tls_session& s) { s.accept(), name = s.name_asked(); }, options, host);
    EXPECT_EQ(client.refusal(), "") << host;
    client.close();
    return name;
  };
  EXPECT_EQ(asked("db.example", ""), "db.example");
  EXPECT_EQ(asked("db.example.", ""), "db.example");
  EXPECT_EQ(asked("10.9.9.9", "other.example"), "other.example");
  EXPECT_EQ(asked("10.1.2.3", ""), "");
  EXPECT_EQ(asked("::1", ""), "");
  EXPECT_EQ(asked("fe80::1%eth0", ""), "");
  EXPECT_EQ(asked("db.example", "10.1.2.3"), "");
}

TEST(TlsChannel, RefusesACertificateOfAnotherName) {
  EXPECT_THAT(refusal({.hosts = {"redis.internal"}, .addresses = {"10.0.0.7"}}, trusting()),
              AllOf(HasSubstr("the certificate of 'localhost' is made out to another name "
                              "(redis.internal, 10.0.0.7)"),
                    HasSubstr("tls.server_name"), HasSubstr("sni="),
                    HasSubstr("get a certificate for this name")));
  EXPECT_THAT(refusal({.addresses = {"10.0.0.7"}}, trusting(), "10.0.0.8"),
              AllOf(HasSubstr("'10.0.0.8'"), HasSubstr("another name (localhost, 10.0.0.7)")));
  EXPECT_THAT(refusal({.common_name = "ann", .hosts = {}}, trusting()), HasSubstr("CN = ann"));
}

TEST(TlsChannel, TakesAWildcardForOneWholeLabel) {
  const certificate_wish wish{.hosts = {"*.example.com"}};
  EXPECT_EQ(refusal(wish, trusting(), "db.example.com"), "");
  EXPECT_THAT(refusal(wish, trusting(), "a.db.example.com"), HasSubstr("another name"));
  EXPECT_THAT(refusal({.hosts = {"d*.example.com"}}, trusting(), "db.example.com"),
              HasSubstr("another name"));
}

TEST(TlsChannel, RefusesWhatNoTrustedAuthoritySigned) {
  EXPECT_THAT(
      refusal({}, {.enabled = true}),
      AllOf(HasSubstr("signed by no trusted authority"), HasSubstr("CN = sandpiper test authority"),
            HasSubstr("tls.ca_file"), HasSubstr("cafile=")));
  const authority other("somebody else");
  auto options = trusting();
  options.ca_file = other.certificate_file();
  EXPECT_THAT(refusal({}, options),
              AllOf(HasSubstr("signed by no trusted authority"), HasSubstr(options.ca_file)));

  // The name of the right one with another key.
  const authority twin("sandpiper test authority");
  options.ca_file = twin.certificate_file();
  EXPECT_THAT(refusal({}, options), HasSubstr("signed by no trusted authority"));
}

TEST(TlsChannel, TrustsACertificateThatIsItselfGiven) {
  const auto alone = ours().self_signed();
  EXPECT_THAT(tls_client(serving(alone), accept_only, trusting()).refusal(),
              HasSubstr("signed by no trusted authority"));
  auto options = trusting();
  options.ca_file = alone.certificate;
  EXPECT_EQ(tls_client(serving(alone), accept_only, options).refusal(), "");

  const auto signed_by_us = ours().issue();
  options.ca_file = signed_by_us.certificate;
  EXPECT_EQ(tls_client(serving(signed_by_us), accept_only, options).refusal(), "");
}

TEST(TlsChannel, RefusesACertificateOutOfDate) {
  EXPECT_THAT(refusal({.begins_in_days = -9, .ends_in_days = -2}, trusting()),
              AllOf(HasSubstr("the certificate of 'localhost' expired on 20"), HasSubstr("UTC"),
                    HasSubstr("renew it"), HasSubstr("clock")));
  EXPECT_THAT(refusal({.begins_in_days = 2, .ends_in_days = 9}, trusting()),
              AllOf(HasSubstr("is valid from 20"), HasSubstr("clock")));

  const authority old("an old authority", -1);
  auto options = trusting();
  options.ca_file = old.certificate_file();
  EXPECT_THAT(
      tls_client(serving(old.issue()), accept_only, options).refusal(),
      AllOf(HasSubstr("the authority 'CN = an old authority'"), HasSubstr("expired on 20")));
}

TEST(TlsChannel, RefusesACertificateMadeForClients) {
  EXPECT_THAT(refusal({.for_servers = false}, trusting()), HasSubstr("not meant for a server"));
}

TEST(TlsChannel, VerifiesWhatIsNotSwitchedOff) {
  const certificate_wish elsewhere{.hosts = {"elsewhere"}};
  auto no_name = trusting();
  no_name.verify_name = false;
  EXPECT_EQ(refusal(elsewhere, no_name), "");
  no_name.ca_file.clear();
  EXPECT_THAT(refusal(elsewhere, no_name), HasSubstr("no trusted authority"));

  const tls_options name_alone{.enabled = true, .verify_peer = false};
  EXPECT_EQ(refusal({.ends_in_days = -1}, name_alone), "");
  EXPECT_THAT(refusal(elsewhere, name_alone), HasSubstr("another name"));

  const tls_options nothing{.enabled = true, .verify_peer = false, .verify_name = false};
  EXPECT_EQ(refusal(elsewhere, nothing), "");
  EXPECT_EQ(refusal({.begins_in_days = -9, .ends_in_days = -2}, nothing), "");
}

TEST(TlsChannel, WithoutANameThereIsNothingToVerify) {
  const auto started = tls_channel::start(trusting(), "", 0);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error(), errc::tls_failed);
  EXPECT_THAT(std::string(started.error().text()), HasSubstr("tls.server_name (sni=...)"));

  for (const auto& name : {std::string("a\0b", 3), std::string(300, 'n')}) {
    const auto odd = tls_channel::start(trusting(), name, 0);
    ASSERT_FALSE(odd);
    EXPECT_THAT(std::string(odd.error().text()), HasSubstr("tls.server_name"));
  }
}

TEST(TlsChannel, ShowsItsCertificateWhenAsked) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    auto served = serving();
    served.ca_file = ours().certificate_file();
    served.version_max = version;
    const auto mine = ours().issue_for_client("ann");
    auto options = trusting();
    options.certificate_file = mine.certificate;
    options.key_file = mine.key;
    tls_client client(served, echo, options);
    ASSERT_EQ(client.refusal(), "");
    ASSERT_EQ(client.write("hello").status, io::done);
    EXPECT_EQ(client.read(), "hello") << client.channel().why();
  }
}

// With TLS 1.3 the server judges us after our side of the handshake is over.
TEST(TlsChannel, AMissingClientCertificateIsToldWhenItShows) {
  const auto told = AllOf(HasSubstr("the server asks for a client certificate"),
                          HasSubstr("tls.certificate_file (cert=...) and tls.key_file (key=...)"));
  auto served = serving();
  served.ca_file = ours().certificate_file();
  served.version_max = TLS1_2_VERSION;
  EXPECT_THAT(tls_client(served, accept_only, trusting()).refusal(), told);

  served.version_max = TLS1_3_VERSION;
  tls_client reading(served, accept_only, trusting());
  ASSERT_EQ(reading.refusal(), "");
  EXPECT_EQ(reading.read(), "");
  EXPECT_THAT(reading.channel().why(), told);

  tls_client writing(served, accept_only, trusting());
  ASSERT_EQ(writing.refusal(), "");
  while (writing.write("ping").status == io::done) {
  }
  EXPECT_THAT(writing.channel().why(), told);
}

TEST(TlsChannel, ARefusedClientCertificateIsNamed) {
  const authority other("somebody else");
  const auto mine = other.issue_for_client("mallory");
  auto options = trusting();
  options.certificate_file = mine.certificate;
  options.key_file = mine.key;
  auto served = serving();
  served.ca_file = ours().certificate_file();
  const auto told = AllOf(HasSubstr("refuses our certificate"), HasSubstr(mine.certificate),
                          HasSubstr("signed by an authority that the server trusts"));
  tls_client reading(served, accept_only, options);
  ASSERT_EQ(reading.refusal(), "");
  EXPECT_EQ(reading.read(), "");
  EXPECT_THAT(reading.channel().why(), told);

  // A write that fails has the server's word still to be read.
  tls_client writing(served, accept_only, options);
  ASSERT_EQ(writing.refusal(), "");
  while (writing.write("ping").status == io::done) {
  }
  EXPECT_THAT(writing.channel().why(), told);
}

TEST(TlsChannel, AServerWithoutTlsIsToldByWhatItSays) {
  const auto plain = [](tls_session& session) {
    session.read_raw();
    session.write_raw("-ERR unknown command\r\n");
  };
  EXPECT_THAT(tls_client({}, plain, trusting()).refusal(),
              AllOf(HasSubstr("the server does not speak TLS"), HasSubstr("-ERR unknown command"),
                    HasSubstr("redis://")));
}

TEST(TlsChannel, AServerThatClosesInTheHandshakeIsTold) {
  const auto silent = [](tls_session& session) { session.read_raw(), session.hang_up(); };
  EXPECT_THAT(tls_client({}, silent, trusting()).refusal(),
              AllOf(HasSubstr("the server closed the connection"), HasSubstr("its TLS port?")));

  const auto half = [](tls_session& session) {
    session.read_raw();
    session.write_raw(std::string_view("\x16\x03\x03\x00\x50\x02", 6));
    session.hang_up();
  };
  EXPECT_THAT(tls_client({}, half, trusting()).refusal(),
              HasSubstr("in the middle of the TLS handshake"));
}

TEST(TlsChannel, APeerThatStopsInTheMiddleKeepsNobody) {
  const auto stops = [](tls_session& session) {
    session.read_raw();
    session.write_raw(std::string_view("\x16\x03\x03\x00\x50\x02", 6));
    session.read_raw();  // until the client goes
  };
  tls_client client({}, stops, trusting());
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(client.channel().handshake().status, io::want_readable);
}

TEST(TlsChannel, ABuffersWorthOfGarbageIsRefused) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::string bytes(300, '\0');
    std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(random()); });
    if (round % 2 == 0) bytes.replace(0, 5, std::string("\x16\x03\x03\x00\x60", 5));
    const auto garbage = [&](tls_session& s) { s.read_raw(), s.write_raw(bytes), s.hang_up(); };
    EXPECT_THAT(tls_client({}, garbage, trusting()).refusal(), HasSubstr("TLS"));
  }
}

}  // namespace
}  // namespace sandpiper::net

#else

namespace sandpiper::net {
namespace {

TEST(TlsChannel, ABuildWithoutOpenSslSaysHowToGetOneWith) {
  const auto started = tls_channel::start({.enabled = true}, "localhost", 0);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error(), errc::tls_failed);
  EXPECT_THAT(std::string(started.error().text()),
              ::testing::AllOf(::testing::HasSubstr("no TLS"), ::testing::HasSubstr("libssl-dev"),
                               ::testing::HasSubstr("SANDPIPER_TLS=ON")));
}

}  // namespace
}  // namespace sandpiper::net

#endif

#include "net/tls_context.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#if SANDPIPER_TLS

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "net/tls_client.hpp"
#include "net/tls_owned.hpp"
#include "support/certificates.hpp"
#include "support/temporary_folder.hpp"

namespace sandpiper::net {
namespace {

namespace fs = std::filesystem;
using sandpiper::test::authority;
using sandpiper::test::temporary_folder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string refusal(const tls_options& options) {
  const auto made = tls_context(options);
  if (made) return "";
  EXPECT_EQ(made.error(), errc::tls_failed);
  return std::string(made.error().text());
}

std::string content(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(TlsContext, FilesThatCannotBeReadAreNamedWithTheirOption) {
  const authority signer;
  const auto mine = signer.issue_for_client("ann");
  const std::string missing = signer.folder() + "/missing.pem";

  EXPECT_THAT(refusal({.ca_file = missing}), AllOf(HasSubstr("tls.ca_file (cafile=...)"),
                                                   HasSubstr(missing), HasSubstr("No such file")));
  EXPECT_THAT(refusal({.ca_path = missing}),
              AllOf(HasSubstr("tls.ca_path"), HasSubstr(missing), HasSubstr("No such file")));
  EXPECT_THAT(refusal({.certificate_file = missing, .key_file = mine.key}),
              AllOf(HasSubstr("tls.certificate_file (cert=...)"), HasSubstr(missing)));
  EXPECT_THAT(refusal({.certificate_file = mine.certificate, .key_file = missing}),
              AllOf(HasSubstr("tls.key_file (key=...)"), HasSubstr(missing)));
}

TEST(TlsContext, FilesThatHoldSomethingElseAreNamedToo) {
  const authority signer;
  const auto mine = signer.issue_for_client("ann");
  const temporary_folder folder;
  const auto prose = folder.write("prose", "To whom it may concern");

  EXPECT_THAT(refusal({.ca_file = prose}),
              AllOf(HasSubstr("cafile="), HasSubstr(prose), HasSubstr("BEGIN CERTIFICATE")));
  EXPECT_THAT(refusal({.ca_file = folder.path()}), HasSubstr("is a folder"));
  EXPECT_THAT(refusal({.ca_path = prose}), HasSubstr("is no folder"));
  EXPECT_THAT(refusal({.certificate_file = prose, .key_file = mine.key}),
              AllOf(HasSubstr("cert="), HasSubstr("BEGIN CERTIFICATE")));
  EXPECT_THAT(refusal({.certificate_file = mine.certificate, .key_file = prose}),
              AllOf(HasSubstr("key="), HasSubstr("BEGIN PRIVATE KEY")));
}

TEST(TlsContext, ACertificateAndItsKeyComeTogether) {
  const authority signer;
  const auto mine = signer.issue_for_client("ann");
  EXPECT_EQ(refusal({.certificate_file = mine.certificate, .key_file = mine.key}), "");
  EXPECT_THAT(refusal({.certificate_file = mine.certificate}),
              AllOf(HasSubstr("without tls.key_file (key=...)"), HasSubstr("give both")));
  EXPECT_THAT(refusal({.key_file = mine.key}),
              HasSubstr("without tls.certificate_file (cert=...)"));
}

TEST(TlsContext, NothingOfAKeyOrItsPassphraseIsTold) {
  const authority signer;
  const auto mine = signer.issue_for_client("ann");
  const auto other = signer.issue_for_client("bob");
  const auto mismatch = refusal({.certificate_file = mine.certificate, .key_file = other.key});
  EXPECT_THAT(mismatch, AllOf(HasSubstr(other.key), HasSubstr("does not belong"),
                              HasSubstr("tls.certificate_file")));

  const std::string passphrase = "open-sesame";
  const auto locked = signer.encrypted_key(mine, passphrase);
  const auto refused = refusal({.certificate_file = mine.certificate, .key_file = locked});
  EXPECT_THAT(refused, AllOf(HasSubstr(locked), HasSubstr("passphrase"), HasSubstr("without one")));

  for (const auto& text : {mismatch, refused}) {
    EXPECT_THAT(text, Not(HasSubstr(passphrase)));
    for (const auto& file : {mine.key, other.key, locked}) {
      const auto pem = content(file);
      EXPECT_THAT(text, Not(HasSubstr(pem.substr(pem.find('\n') + 1, 16))));
    }
  }
}

TEST(TlsContext, SaysTheSameWhoeverVerifiesWhatName) {
  const authority signer;
  const tls_options one{.ca_file = signer.certificate_file(), .server_name = "a"};
  const tls_options other{.enabled = true,
                          .ca_file = signer.certificate_file(),
                          .server_name = "b",
                          .verify_name = false};
  EXPECT_EQ(*tls_context(one), *tls_context(other));
  EXPECT_NE(*tls_context(one), *tls_context({}));
  EXPECT_EQ(*tls_context({}), *tls_context({}));
}

TEST(TlsContext, AFileThatWasRenewedIsReadAgain) {
  const authority old;
  const authority renewed;
  const temporary_folder folder;
  const auto file = folder.path("ca.pem");
  fs::copy(old.certificate_file(), file);
  const auto before = tls_context({.ca_file = file});
  ASSERT_TRUE(before);
  fs::copy(renewed.certificate_file(), folder.path("next"));
  fs::rename(folder.path("next"), file);
  const auto after = tls_context({.ca_file = file});
  ASSERT_TRUE(after);
  EXPECT_NE(*before, *after);
  EXPECT_EQ(*after, *tls_context({.ca_file = file}));
  fs::remove(file);
  EXPECT_THAT(refusal({.ca_file = file}), HasSubstr("No such file"));
}

TEST(TlsContext, KeepsAFewAndServesMany) {
  const authority signer;
  const temporary_folder folder;
  std::vector<std::shared_ptr<ssl_ctx_st>> made;
  for (int i = 0; i < 20; ++i) {
    const auto file = folder.path(std::to_string(i));
    fs::copy(signer.certificate_file(), file);
    made.push_back(*tls_context({.ca_file = file}));
  }
  EXPECT_EQ(made[0].use_count(), 1) << "let go of";
  EXPECT_EQ(made[19], *tls_context({.ca_file = folder.path("19")}));
}

TEST(TlsContext, ManyThreadsMayAskAtOnce) {
  const authority signer;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) {
        EXPECT_TRUE(tls_context({.ca_file = signer.certificate_file()}));
      }
    });
  }
  for (auto& each : threads) each.join();
}

TEST(TlsContext, AFolderOfAuthoritiesIsLookedIntoByHash) {
  const authority signer;
  const auto files = signer.issue();
  const owned<std::FILE, std::fclose> in(std::fopen(signer.certificate_file().c_str(), "re"));
  const owned<X509, X509_free> parsed(PEM_read_X509(in.get(), nullptr, nullptr, nullptr));
  ASSERT_TRUE(parsed);
  char name[32];
  std::snprintf(name, sizeof name, "%08lx.0", X509_subject_name_hash(parsed.get()));

  const temporary_folder folder;
  const tls_options options{.enabled = true, .ca_path = folder.path()};
  const auto refusal_now = [&] {
    return test::tls_client(
               {.certificate_file = files.certificate, .key_file = files.key},
               [](sandpiper::test::tls_session& session) { session.accept(); }, options)
        .refusal();
  };
  EXPECT_THAT(refusal_now(), AllOf(HasSubstr("no trusted authority"), HasSubstr(folder.path())));
  fs::copy(signer.certificate_file(), folder.path(name));
  EXPECT_EQ(refusal_now(), "");
}

}  // namespace
}  // namespace sandpiper::net

#endif

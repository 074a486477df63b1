// A connection over TLS: the same promises, with records in between.

#include <gtest/gtest.h>

#if SANDPIPER_TLS

#include <memory>
#include <string>
#include <vector>

#include "net/connection.hpp"
#include "net/running.hpp"
#include "support/certificates.hpp"
#include "support/redis_server.hpp"
#include "support/scripted_server.hpp"

namespace sandpiper::net {
namespace {

class ConnectionTls : public testing::Test {
 protected:
  settings settings_over_tls() const {
    auto what = settings_for(server.tls_port());
    what.place.host = "localhost";
    what.tls = {.enabled = true, .ca_file = signer.certificate_file()};
    return what;
  }

  test::authority signer;
  test::certificate_files files = signer.issue();
  test::redis_server server{{.tls_certificate_file = files.certificate,
                             .tls_key_file = files.key,
                             .tls_ca_file = signer.certificate_file()}};
};

TEST_F(ConnectionTls, RequestsAndRepliesOfEverySize) {
  running one(settings_over_tls());
  ASSERT_TRUE(one.open());
  for (const std::size_t size : {1, 100, 16'383, 16'384, 16'385, 100'000, 3'000'000}) {
    counting_request both("SET k *" + std::to_string(size) + " / GET k");
    ASSERT_TRUE(one->submit(both));
    const auto told = both.wait();
    EXPECT_EQ(told[0], "+OK");
    EXPECT_TRUE(told[1] == "$" + std::string(size, 'x')) << size;
  }
}

TEST_F(ConnectionTls, LargeValuesBothWaysAtOnce) {
  running one(settings_over_tls());
  ASSERT_TRUE(one.open());
  constexpr std::size_t count = 20;
  std::vector<std::unique_ptr<counting_request>> all;
  std::vector<counting_request*> each;
  for (std::size_t i = 0; i < count; ++i) {
    const auto k = "k" + std::to_string(i);
    all.push_back(std::make_unique<counting_request>(
        "SET " + k + " *" + std::to_string(1'000'000 + i) + " / GET " + k + " / GET " + k));
    each.push_back(all.back().get());
  }
  one.submit_together(each);
  for (std::size_t i = 0; i < count; ++i) {
    const auto told = all[i]->wait();
    const auto expected = "$" + std::string(1'000'000 + i, 'x');
    EXPECT_TRUE(told[1] == expected && told[2] == expected) << i;
  }
  EXPECT_EQ(one->totals().losses, 0U);
}

TEST_F(ConnectionTls, TenThousandSmallOnesInOneBatch) {
  running one(settings_over_tls());
  ASSERT_TRUE(one.open());
  counting_request batch(std::vector(10'000, wire::command_of({"PING"})));
  ASSERT_TRUE(one->submit(batch));
  for (const auto& told : batch.wait()) ASSERT_EQ(told, "+PONG");
}

TEST_F(ConnectionTls, ASilentServerIsGivenUpAndARestartSurvived) {
  auto what = settings_over_tls();
  what.stall_timeout = 60ms;
  running one(what);
  ASSERT_TRUE(one.open());
  server.pause();
  counting_request get("GET none");
  ASSERT_TRUE(one->submit(get));
  ASSERT_TRUE(eventually([&] { return one->totals().losses > 0; }));
  server.resume();
  server.restart();
  EXPECT_EQ(get.wait_for_one(), "_");
}

TEST_F(ConnectionTls, ACertificateMadeOutToAnotherNameIsRefusedWithACure) {
  auto what = settings_over_tls();
  what.place.host = "127.0.0.1";
  running one(what);
  const auto opened = one.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error(), errc::tls_failed);
  expect_in(opened.error().message(), {"127.0.0.1:", "name"});
}

TEST_F(ConnectionTls, AServerWithoutTlsIsTold) {
  const test::scripted_server plain({test::script().write("-ERR unknown command\r\n")});
  auto what = settings_over_tls();
  what.place.port = plain.port();
  running one(what);
  const auto opened = one.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error(), errc::tls_failed);
  expect_in(opened.error().message(), {"TLS"});
}

TEST_F(ConnectionTls, AServerThatNeverShakesHands) {
  const test::scripted_server mute({test::script().wait()});
  auto what = settings_over_tls();
  what.place.port = mute.port();
  what.connect_timeout = 50ms;
  running one(what);
  const auto opened = one.open();
  ASSERT_FALSE(opened);
  expect_in(opened.error().message(), {"no answer within 50 ms", "TLS"});
}

}  // namespace
}  // namespace sandpiper::net

#endif

#include "sandpiper/net/endpoint.hpp"

#include <gtest/gtest.h>

namespace sandpiper {
namespace {

TEST(Endpoint, IsToldAsAPersonWouldWriteIt) {
  EXPECT_EQ(to_string(endpoint{}), "localhost:6379");
  EXPECT_EQ(to_string(endpoint{.host = "::1", .port = 7000}), "[::1]:7000");
  EXPECT_EQ(to_string(endpoint{.path = "/run/redis.sock"}), "unix:///run/redis.sock");
}

}  // namespace
}  // namespace sandpiper

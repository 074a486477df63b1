#include "sandpiper/store/key.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <chrono>
#include <cstring>
#include <exception>
#include <random>

namespace sandpiper::store {
namespace {

constexpr std::size_t secret_bytes = 192;
using secret_type = std::array<char, secret_bytes>;

// Where the machine gives no randomness: the time and two addresses, stirred.
secret_type drawn_from_little() {
  const int here = 0;
  const auto time = std::chrono::steady_clock::now().time_since_epoch().count();
  const std::array<std::uint64_t, 3> little = {static_cast<std::uint64_t>(time),
                                               reinterpret_cast<std::uint64_t>(&here),
                                               reinterpret_cast<std::uint64_t>(&hash_of)};
  secret_type secret{};
  std::uint64_t stirred = XXH3_64bits(little.data(), sizeof little);
  for (std::size_t at = 0; at < secret_bytes; at += sizeof stirred) {
    stirred = XXH3_64bits_withSeed(little.data(), sizeof little, stirred + at);
    std::memcpy(secret.data() + at, &stirred, sizeof stirred);
  }
  return secret;
}

secret_type drawn() {
  try {
    std::random_device source;
    secret_type secret{};
    for (std::size_t at = 0; at < secret_bytes; at += sizeof(std::uint32_t)) {
      const std::uint32_t word = source();
      std::memcpy(secret.data() + at, &word, sizeof word);
    }
    return secret;
  } catch (const std::exception&) {
    return drawn_from_little();
  }
}

}  // namespace

std::uint64_t hash_of(std::string_view text) noexcept {
  static const secret_type secret = drawn();
  return XXH3_64bits_withSecret(text.data(), text.size(), secret.data(), secret.size());
}

}  // namespace sandpiper::store

#pragma once
// A key and its hash, computed once and used for the shard, the bucket and the tag.

#include <concepts>
#include <cstdint>
#include <string_view>

namespace sandpiper::store {

/// XXH3 under a secret of 192 random bytes, drawn once for each process: who chooses the keys
/// cannot know which of them collide. The same text has the same hash until the process ends.
/// Thread-safe.
[[nodiscard]] std::uint64_t hash_of(std::string_view text) noexcept;

/// A key looked at for the length of a call. Made from any text; keep one to hash only once.
class key_ref {
 public:
  template <class Text>
  requires std::convertible_to<const Text&, std::string_view> key_ref(const Text& text)
  noexcept : bytes_(text), hash_(hash_of(bytes_)) {}

  [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::uint64_t hash() const noexcept { return hash_; }

 private:
  std::string_view bytes_;
  std::uint64_t hash_;
};

}  // namespace sandpiper::store

#pragma once
// The server's own patterns (KEYS, SCAN MATCH, PSUBSCRIBE), compiled once, matched without memory.
//
//   *        any bytes, also none          [abc]    one of these bytes
//   ?        any one byte                  [a-z]    one of this range, either end first
//   \x       the byte x                    [^abc]   any one byte but these
//
// Bytes, not characters: no locale, no encoding, no special slash. Where a pattern is odd the
// answer is the server's: a class that is never closed ends with the pattern; "[a-]" is a range
// that ends at ']'; "[]" is no byte and "[^]" any byte; a range compares signed bytes, as a server
// on x86 does; a lone '\' at the end is itself. An empty subject matches "" and "*", but not "**".

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sandpiper {

/// One compiled pattern. A value; matching is const and thread-safe.
///
/// Cost       building: linear in the pattern, in time and bytes
///            matching: no allocation, no recursion; one comparison or search for the simple
///            shapes, else at most subject bytes times the longest run between two stars
/// Source     https://redis.io/docs/latest/commands/keys/
class glob {
 public:
  /// What the pattern came down to, cheapest first.
  enum class shape : std::uint8_t {
    nothing,        // holds a class of no byte: "[]"
    exact,          // "user:1"
    everything,     // "*"
    prefix,         // "user:*"
    suffix,         // "*:profile"
    prefix_suffix,  // "user:*:profile"
    contains,       // "*session*"
    general,        // all the rest
  };

  explicit glob(std::string_view pattern);

  [[nodiscard]] bool matches(std::string_view subject) const noexcept;

  [[nodiscard]] shape form() const noexcept { return shape_; }

  /// Bytes that every subject begins with that this pattern matches; often empty.
  [[nodiscard]] std::string_view literal_prefix() const noexcept;

 private:
  // Bytes of one class, indexed by byte ^ 0x80 so that a signed range is one run of bits.
  using byte_set = std::array<std::uint64_t, 4>;

  // A run of atoms between two stars: each atom stands for one byte.
  struct segment {
    std::size_t first = 0;
    std::size_t size = 0;
    std::size_t anchor = 0;  // its first atom that is a plain byte; `size` when it has none
    bool plain = true;       // every atom is a plain byte
  };

  void add_atom(char byte, std::uint32_t kind);
  void add_class(const byte_set& set);
  std::size_t parse_class(std::string_view pattern, std::size_t at);
  void close_segment();
  void choose_shape();

  [[nodiscard]] bool atoms_match(const segment& run, const char* at) const noexcept;
  [[nodiscard]] const char* find(const segment& run, const char* at,
                                 const char* end) const noexcept;
  [[nodiscard]] bool matches_general(std::string_view subject) const noexcept;

  shape shape_ = shape::exact;
  bool matches_empty_ = false;
  std::size_t split_ = 0;             // prefix_suffix: where in text_ the suffix begins
  std::string text_;                  // one byte for each atom
  std::vector<std::uint32_t> kinds_;  // plain, any, or first_class + an index; one for each atom
  std::vector<byte_set> classes_;
  std::vector<segment> segments_;  // one more than there are stars
};

}  // namespace sandpiper

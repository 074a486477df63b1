#pragma once
// A command as it goes over the wire: encoded once, by whoever makes it.
//
//     resp::command c("SET");
//     c.add_key("greeting").add("hello").add("EX").add(60);
//
//     bytes_   ........*5\r\n$3\r\nSET\r\n$8\r\ngreeting\r\n$5\r\nhello\r\n...
//                      ^ begin_: the header is written in front of the arguments it counts

#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandpiper/resp/buffer.hpp"

namespace sandpiper::resp {

/// What one must know of a command to route, cache, retry or time it.
struct command_flags {
  bool read_only : 1 = false;
  bool idempotent : 1 = false;  // running it twice in a row is as good as once
  bool blocking : 1 = false;    // it may wait on the server
  bool cacheable : 1 = false;   // read-only and a function of its keys alone
  bool keyless : 1 = false;     // it is known to touch no key
  bool refused : 1 = false;     // it would change a connection that others share

  friend bool operator==(const command_flags&, const command_flags&) = default;
};

/// Why no server would take a command as it was made. What its type cannot rule out, the factory
/// notes, and a client refuses to send it.
enum class misuse : std::uint8_t {
  none,
  nothing_given,  // a range is empty where there must be something
  not_positive,   // a span of time that must be
  negative,       // a span of time that must not be
  not_a_number,   // a double that is NaN
  counts_differ,  // not as many of one thing as of another
};

/// What is wrong, in words for the error: "a range that must hold something is empty".
[[nodiscard]] std::string_view to_string(misuse m) noexcept;

/// A value: copy and move freely. A command of ordinary size holds all of its bytes itself and
/// allocates nothing. An argument of referenced_bytes_min or more is not copied: when it was given
/// as a view it must outlive the command, or own() must be called; given as std::string&& it is
/// moved in.
class command {
 public:
  static constexpr std::size_t referenced_bytes_min = 16 << 10;

  /// `name`: "GET"; a subcommand is an argument of its own.
  explicit command(std::string_view name, command_flags flags = {}) : flags_(flags) { add(name); }

  command(const command& other);
  command(command&& other) noexcept;
  command& operator=(const command& other) {
    auto copy = other;
    return *this = std::move(copy);
  }
  command& operator=(command&& other) noexcept;
  ~command() {
    if (bytes_ != inline_) delete[] bytes_;
  }

  [[gnu::always_inline]] command& add(std::string_view argument) {
    if (argument.size() >= referenced_bytes_min) return add_reference(argument, nullptr);
    char* const out = room(bulk_size_max(argument));
    end_ = static_cast<std::uint32_t>(put_bulk(out, argument) - bytes_);
    count_one();
    return *this;
  }
  [[gnu::always_inline]] command& add(const char* argument) {
    return add(std::string_view(argument));
  }
  command& add(const std::string& argument) { return add(std::string_view(argument)); }
  command& add(std::string&& argument) {
    if (argument.size() < referenced_bytes_min) return add(std::string_view(argument));
    return add_reference(argument, &argument);
  }
  template <std::integral T>
  requires(!std::same_as<T, bool> && !std::same_as<T, char>) command& add(T number) {
    if (std::in_range<std::uint8_t>(number) && number < 100)
      return add_small(static_cast<unsigned>(number));
    if constexpr (std::signed_integral<T>) {
      return add_integer(number);
    } else {
      return add_unsigned(number);
    }
  }
  /// The shortest text that reads back as the same double; "inf", "-inf", "nan".
  command& add(double number);

  // Neither has one obvious text.
  command& add(bool) = delete;
  command& add(char) = delete;

  /// No command has such an argument, and as a number it would be one that nobody meant.
  template <class T>
  requires(std::same_as<T, bool> || std::same_as<T, char>) command& add(T) = delete;

  /// add(), and notes that the argument is a key. From the second on, the keys of a command stand
  /// at equal distances: "MSET k v k v" has one in two, "ZUNIONSTORE to 2 k k" has its first apart.
  template <class T>
  command& add_key(T&& name) {
    if (keys_ == 0) {
      first_key_ = static_cast<std::uint16_t>(arguments_);
    } else if (keys_ == 1) {
      key_gap_ = key_step_ = static_cast<std::uint16_t>(arguments_ - first_key_);
    } else if (keys_ == 2) {
      key_step_ = static_cast<std::uint16_t>(arguments_ - first_key_ - key_gap_);
    }
    assert(arguments_ == place_of_key(keys_));
    ++keys_;
    return add(std::forward<T>(name));
  }

  /// Why it must not be sent, if there is a reason; the first that was noted.
  [[nodiscard]] misuse misused() const noexcept { return misuse_; }
  void note(misuse why) noexcept {
    if (misuse_ == misuse::none) misuse_ = why;
  }

  [[nodiscard]] command_flags flags() const noexcept { return flags_; }
  void set_flags(command_flags flags) noexcept { flags_ = flags; }

  /// Arguments, the name included.
  [[nodiscard]] std::uint32_t size() const noexcept { return arguments_; }
  [[nodiscard]] std::size_t size_bytes() const noexcept {
    return end_ - begin_ + referenced_bytes_;
  }

  class walker;

  /// Its arguments from the name on, each found where the last one ended.
  [[nodiscard]] walker walk() const noexcept;

  /// Argument `i`, found by walking to it; 0 is the name.
  [[nodiscard]] std::string_view argument(std::uint32_t i) const noexcept;
  [[nodiscard]] std::string_view name() const noexcept { return argument(0); }

  /// Whether its keys are known: key_count() then tells how many there are.
  [[nodiscard]] bool keys_known() const noexcept { return keys_ > 0 || flags_.keyless; }
  [[nodiscard]] std::uint32_t key_count() const noexcept { return keys_; }
  [[nodiscard]] std::string_view key(std::uint32_t i) const {
    assert(i < keys_);
    return argument(place_of_key(i));
  }

  /// Nothing is referenced: bytes() is all of it.
  [[nodiscard]] bool flat() const noexcept { return large_ == nullptr; }
  [[nodiscard]] std::string_view bytes() const noexcept {
    assert(flat());
    return encoded();
  }

  /// Calls `each(piece, referenced)` for its bytes, in order.
  template <class Each>
  void each_piece(Each each) const {
    const auto run = encoded();
    std::size_t at = 0;
    for (const auto& one : references()) {
      each(run.substr(at, one.at - begin_ - at), false);
      each(one.bytes, true);
      at = one.at - begin_;
    }
    each(run.substr(at), false);
  }

  /// Copies what it references: from here on it depends on nobody else's memory.
  void own();

  /// All of its bytes in one string.
  [[nodiscard]] std::string to_string() const;

 private:
  struct reference {
    std::uint32_t at;  // its bytes come before this offset of bytes_
    std::string_view bytes;
    std::string owned;  // holds them, or is empty
  };

  static constexpr std::uint32_t header_room = 12;  // "*99999999\r\n"
  static constexpr std::uint32_t inline_capacity = 112;

  [[nodiscard]] std::uint32_t place_of_key(std::uint32_t i) const noexcept {
    return i == 0 ? first_key_ : first_key_ + key_gap_ + (i - 1) * key_step_;
  }
  [[nodiscard]] char* room(std::size_t n) {
    if (capacity_ - end_ < n) grow(n);
    return bytes_ + end_;
  }
  void count_one() noexcept {
    if (++arguments_ == 1) {
      begin_ = header_room - 4;
      std::memcpy(bytes_ + begin_, "*1\r\n", 4);
    } else if (arguments_ < 10) [[likely]] {
      bytes_[header_room - 3] = static_cast<char>('0' + arguments_);
    } else {
      write_header();
    }
  }
  [[nodiscard]] std::string_view encoded() const noexcept {
    return {bytes_ + begin_, end_ - begin_};
  }
  [[nodiscard]] std::span<const reference> references() const noexcept {
    if (large_ == nullptr) return {};
    return *large_;
  }

  command& add_small(unsigned number) {
    char text[2];
    return add(std::string_view(text, put_decimal(text, number)));
  }
  command& add_integer(std::int64_t number);
  command& add_unsigned(std::uint64_t number);
  command& add_reference(std::string_view argument, std::string* owned);
  void copy_references(const command& other);
  void write_header() noexcept;
  void grow(std::size_t n);

  char* bytes_ = inline_;
  std::uint32_t capacity_ = inline_capacity;
  std::uint32_t begin_ = header_room;
  std::uint32_t end_ = header_room;
  std::uint32_t arguments_ = 0;
  std::uint32_t keys_ = 0;
  std::uint16_t first_key_ = 0;
  std::uint16_t key_gap_ = 0;   // from the first key to the second
  std::uint16_t key_step_ = 0;  // from each of the others to the next
  command_flags flags_;
  misuse misuse_ = misuse::none;
  std::unique_ptr<std::vector<reference>> large_;
  std::size_t referenced_bytes_ = 0;
  char inline_[inline_capacity];
};

/// A walk over a command's arguments. A value; good as long as the command stays as it is.
class command::walker {
 public:
  /// Arguments still to come.
  [[nodiscard]] std::uint32_t left() const noexcept { return left_; }

  /// Requires left().
  std::string_view next() noexcept {
    assert(left_ > 0);
    --left_;
    const char* const text = at_ + read_header();
    if (references_left_ != 0 && text == referenced_at_) [[unlikely]]
      return next_reference(text);
    at_ = text + bytes_ + 2;
    return {text, bytes_};
  }

 private:
  friend class command;
  explicit walker(const command& c) noexcept : at_(c.bytes_ + header_room), left_(c.arguments_) {
    if (c.large_) [[unlikely]]
      begin_references(c);
  }

  // Reads "$n\r\n", which the command itself wrote; says how long it is.
  std::size_t read_header() noexcept {
    std::size_t i = 1;
    for (bytes_ = 0; at_[i] != '\r'; ++i) {
      bytes_ = bytes_ * 10 + static_cast<std::size_t>(at_[i] - '0');
    }
    return i + 2;
  }
  void begin_references(const command& c) noexcept;
  std::string_view next_reference(const char* text) noexcept;

  const char* at_;
  std::uint32_t left_;
  std::uint32_t references_left_ = 0;
  std::size_t bytes_ = 0;
  const reference* reference_ = nullptr;  // the next one
  const char* referenced_at_ = nullptr;   // where its bytes would stand
  const char* begin_ = nullptr;
};

inline command::walker command::walk() const noexcept { return walker(*this); }

}  // namespace sandpiper::resp

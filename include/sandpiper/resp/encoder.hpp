#pragma once
// Writes replies: what a server says. Every kind of RESP3, and what stands for it in RESP2.
//
//     buffer out;
//     encoder to(out, 3);
//     to.map(1);  to.bulk("answer");  to.integer(42);
//
//     kind          RESP3        RESP2
//     null          _            $-1
//     boolean       #t #f        :1 :0
//     number        ,1.5         $3 1.5
//     big_number    (123         $3 123
//     map           %n           *2n
//     set, push     ~n >n        *n
//     bulk_error    !n           -...
//     verbatim      =n txt:...   $n ...
//     attribute     |n           nothing can stand for it: not for a RESP2 client

#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sandpiper/resp/buffer.hpp"
#include "sandpiper/resp/reply_view.hpp"

namespace sandpiper::resp {

/// Appends to a buffer it borrows. An aggregate is announced by its count; its elements follow.
/// Strand-bound.
class encoder {
 public:
  /// `protocol`: 2 or 3.
  explicit encoder(buffer& out, int protocol = 3) noexcept : out_(out), resp3_(protocol >= 3) {
    assert(protocol == 2 || protocol == 3);
  }

  [[nodiscard]] int protocol() const noexcept { return resp3_ ? 3 : 2; }

  void ok() { out_.append("+OK\r\n"); }

  /// CR and LF, which would split the line into two replies, become spaces.
  void simple_string(std::string_view text) { line('+', text); }
  void error(std::string_view text) { line('-', text); }

  void integer(std::int64_t n) {
    char* out = out_.reserve(header_size_max + 1);
    *out++ = ':';
    if (n < 0) *out++ = '-';
    const auto magnitude = static_cast<std::uint64_t>(n);
    out_.commit(put_line_end(put_decimal(out, n < 0 ? 0 - magnitude : magnitude)));
  }
  void bulk(std::string_view text) {
    out_.commit(put_bulk(out_.reserve(bulk_size_max(text)), text));
  }
  void null() { out_.append(resp3_ ? "_\r\n" : "$-1\r\n"); }
  void null_array() { out_.append(resp3_ ? "_\r\n" : "*-1\r\n"); }
  void boolean(bool b) {
    out_.append(resp3_ ? (b ? "#t\r\n" : "#f\r\n") : (b ? ":1\r\n" : ":0\r\n"));
  }
  void number(double d);

  /// A number in digits of one's own, where it matters which: "0.10000000000000001".
  void number(std::string_view digits) { resp3_ ? line(',', digits) : bulk(digits); }

  /// `digits`: [+-]?[0-9]+
  void big_number(std::string_view digits) { resp3_ ? line('(', digits) : bulk(digits); }
  void bulk_error(std::string_view text);

  /// `format`: three letters, "txt" or "mkd".
  void verbatim(std::string_view format, std::string_view text);

  /// An array of bulk strings, which is what a command is; room for it is made once.
  template <std::convertible_to<std::string_view>... Texts>
  [[gnu::always_inline]] void command(const Texts&... texts) {
    char* end = out_.reserve(header_size_max + (bulk_size_max(texts) + ...));
    end = put_header(end, '*', sizeof...(texts));
    ((end = put_bulk(end, texts)), ...);
    out_.commit(end);
  }

  void array(std::size_t n) { header('*', n); }
  void set(std::size_t n) { header(resp3_ ? '~' : '*', n); }
  void push(std::size_t n) { header(resp3_ ? '>' : '*', n); }
  void map(std::size_t pairs) { resp3_ ? header('%', pairs) : header('*', 2 * pairs); }

  /// Requires RESP3. The value it annotates follows behind its pairs.
  void attribute(std::size_t pairs) {
    assert(resp3_);
    header('|', pairs);
  }

  /// RESP3's streamed forms, for whoever does not know a length beforehand; each is ended.
  void begin_string() { out_.append("$?\r\n"); }
  void chunk(std::string_view text);  // not empty
  void end_string() { out_.append(";0\r\n"); }
  void begin_array() { out_.append("*?\r\n"); }
  void begin_map() { out_.append("%?\r\n"); }
  void begin_set() { out_.append("~?\r\n"); }
  void end_stream() { out_.append(".\r\n"); }

  /// The whole of a reply. Attributes are left out for RESP2.
  void value(const reply_view& view);

 private:
  void header(char type, std::uint64_t n) {
    out_.commit(put_header(out_.reserve(header_size_max), type, n));
  }
  void line(char type, std::string_view text);
  void scalar(const reply_view& view);
  void announce(kind type, std::size_t children);

  buffer& out_;
  const bool resp3_;
};

}  // namespace sandpiper::resp

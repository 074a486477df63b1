#pragma once
// What a mock server answers: any reply there is in RESP, or what else may become of a command.
//
//     mock::answer a = "text";                          // a bulk string; 7, 1.5, true, nullptr,
//     too mock::answer b = mock::array({"a", nullptr, 3});  // std::vector and std::optional, too
//     mock::answer c = mock::server_error("WRONGTYPE Operation against a key ...");
//     mock::answer d = mock::lost();                    // no answer: the connection ends

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandpiper/resp/reply.hpp"

namespace sandpiper::mock {

/// A command as it was sent: its name and its arguments.
using words = std::vector<std::string>;

/// GET "greeting", for messages; a long one is cut.
[[nodiscard]] std::string to_string(const words& command);

/// Holds answers back until it is opened, so that a test need not wait for time to pass. A handle:
/// copies mean the same gate. Made by server::make_gate(). Thread-safe.
class gate {
 public:
  /// What was held back goes out. Once open it stays so.
  void open() const;
  [[nodiscard]] bool is_open() const noexcept;

 private:
  friend class server;
  struct state;
  explicit gate(std::shared_ptr<state> s) noexcept : state_(std::move(s)) {}
  std::shared_ptr<state> state_;
};

/// A value. It holds the reply's bytes as RESP3; a client that speaks RESP2 gets what stands for
/// them there.
class answer {
 public:
  answer(std::string_view text);
  answer(const char* text) : answer(std::string_view(text)) {}
  answer(const std::string& text) : answer(std::string_view(text)) {}
  template <std::integral T>
  requires(!std::same_as<T, bool> && !std::same_as<T, char>) answer(T n)
      : answer(number_tag(), static_cast<std::int64_t>(n)) {}
  template <std::same_as<bool> T>
  answer(T yes) : answer(boolean_tag(), yes) {}
  answer(double d);
  answer(std::nullptr_t);
  answer(std::nullopt_t) : answer(nullptr) {}
  template <class T>
  answer(const std::optional<T>& maybe) : answer(maybe ? answer(*maybe) : answer(nullptr)) {}
  template <class T>
  answer(const std::vector<T>& elements)
      : answer(joined('*', elements.size(), {elements.begin(), elements.end()})) {}
  answer(const resp::reply& kept);

  /// The same answer, once `g` is open. Answers leave a connection in the order of their commands:
  /// later ones wait behind it.
  [[nodiscard]] answer behind(const gate& g) &&;

 private:
  struct number_tag {};
  struct boolean_tag {};
  struct bytes_tag {};
  answer(number_tag, std::int64_t n);
  answer(boolean_tag, bool yes);
  answer(bytes_tag, std::string bytes) noexcept : bytes_(std::move(bytes)) {}
  static answer joined(char type, std::size_t size, const std::vector<answer>& children);

  friend class conversation;
  friend answer array(std::vector<answer>);
  friend answer set(std::vector<answer>);
  friend answer map(const std::vector<std::pair<answer, answer>>&);
  friend answer push(std::vector<answer>);
  friend answer status(std::string_view);
  friend answer server_error(std::string_view);
  friend answer raw(std::string);
  friend answer lost();
  friend answer silence();

  std::string bytes_;
  std::vector<gate> gates_;
  bool raw_ = false;     // not to be translated for RESP2
  bool lost_ = false;    // the connection ends instead
  bool silent_ = false;  // nothing is said, now or later
};

/// "+OK", what most writes are answered with, and any other such line.
[[nodiscard]] answer status(std::string_view line);
[[nodiscard]] inline answer ok() { return status("OK"); }

/// An error's line, its code first: "WRONGTYPE Operation against ...", "OOM command not ...".
[[nodiscard]] answer server_error(std::string_view line);

[[nodiscard]] answer array(std::vector<answer> elements);
[[nodiscard]] answer set(std::vector<answer> elements);
[[nodiscard]] answer map(const std::vector<std::pair<answer, answer>>& pairs);

/// For server::push().
[[nodiscard]] answer push(std::vector<answer> elements);

/// These bytes and no others, to see what becomes of bytes that no server should send.
[[nodiscard]] answer raw(std::string bytes);

/// The connection ends in place of an answer: the command may have run, or not.
[[nodiscard]] answer lost();

/// Nothing is said on this connection any more, and it stays open.
[[nodiscard]] answer silence();

}  // namespace sandpiper::mock

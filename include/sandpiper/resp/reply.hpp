#pragma once
// A reply that owns what it holds: to keep, to hand to another thread, to walk later.

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "sandpiper/base/result.hpp"
#include "sandpiper/resp/decode.hpp"
#include "sandpiper/resp/limits.hpp"
#include "sandpiper/resp/reply_view.hpp"

namespace sandpiper::resp {

/// Walk it like a reply_view (which it converts to), or ask it for a C++ value with as<T>().
///
/// A value: one allocation holds all of it, however deep; moving is cheap, copying copies. As
/// thread-safe as a std::string.
class reply {
 public:
  /// A null reply.
  reply() noexcept = default;

  /// A copy of what `view` shows, attributes included. Of view.attributes() it makes a map.
  explicit reply(const reply_view& view);

  reply(const reply& other) : reply(other.view()) {}
  reply(reply&& other) noexcept;
  reply& operator=(reply other) noexcept;

  /// Exactly one value in RESP, such as "*1\r\n:1\r\n".
  /// Errors    malformed (also when it stops short or goes on behind the value), over_limit
  static result<reply> parse(std::string_view bytes, limits l = {});

  [[nodiscard]] const reply_view& view() const& noexcept { return view_; }
  const reply_view& view() && = delete;  // it would outlive what it shows
  operator const reply_view&() const noexcept { return view_; }  // NOLINT: that is what it is for

  [[nodiscard]] kind type() const noexcept { return view_.type(); }
  [[nodiscard]] bool is_null() const noexcept { return view_.is_null(); }
  [[nodiscard]] bool is_error() const noexcept { return view_.is_error(); }
  [[nodiscard]] std::string_view text() const noexcept { return view_.text(); }
  [[nodiscard]] std::int64_t integer() const noexcept { return view_.integer(); }
  [[nodiscard]] std::size_t size() const noexcept { return view_.size(); }
  [[nodiscard]] auto begin() const noexcept { return view_.begin(); }
  [[nodiscard]] auto end() const noexcept { return view_.end(); }
  [[nodiscard]] reply_view operator[](std::size_t i) const& noexcept { return view_[i]; }
  reply_view operator[](std::size_t i) && = delete;

  /// See decode.hpp for what converts to what.
  /// Errors    wrong_type; the server's error when that is what the reply is
  template <class T>
  [[nodiscard]] result<T> as() const {
    return decode<T>(view_);
  }

 private:
  std::unique_ptr<char[]> block_;  // the nodes, and behind them the texts
  reply_view view_;
};

template <>
struct decoder<reply> {
  static result<void> read(const reply_view& view, reply& into) {
    into = reply(view);
    return {};
  }
};

}  // namespace sandpiper::resp

namespace sandpiper {
using resp::reply;
}

#pragma once
// A value, or the error that says why there is none. Stands in for std::expected (C++23).

#include <cassert>
#include <type_traits>
#include <utility>
#include <variant>

#include "sandpiper/base/error.hpp"

namespace sandpiper {

/// Either a T or an error, never neither. As thread-safe as T.
template <class T>
class [[nodiscard]] result {
  static_assert(!std::is_same_v<T, sandpiper::error>, "return the error itself");
  static_assert(!std::is_reference_v<T>, "a result owns its value");

 public:
  using value_type = T;

  /// T's default value, for containers and tuples of results that are filled in later.
  result() noexcept(
      std::is_nothrow_default_constructible_v<T>) requires std::is_default_constructible_v<T>
      : state_(std::in_place_index<0>) {}
  result(T value) noexcept(std::is_nothrow_move_constructible_v<T>)
      : state_(std::in_place_index<0>, std::move(value)) {}
  result(sandpiper::error why) noexcept : state_(std::in_place_index<1>, std::move(why)) {}
  result(errc why) noexcept : result(sandpiper::error(why)) {}

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// Requires has_value().
  [[nodiscard]] const T& operator*() const& noexcept { return *get(*this); }
  [[nodiscard]] T& operator*() & noexcept { return *get(*this); }
  [[nodiscard]] T&& operator*() && noexcept { return std::move(*get(*this)); }
  [[nodiscard]] const T* operator->() const noexcept { return get(*this); }
  [[nodiscard]] T* operator->() noexcept { return get(*this); }

  /// Requires !has_value().
  [[nodiscard]] const sandpiper::error& error() const& noexcept {
    assert(!has_value());
    return *std::get_if<1>(&state_);
  }
  [[nodiscard]] sandpiper::error&& error() && noexcept {
    assert(!has_value());
    return std::move(*std::get_if<1>(&state_));
  }

  /// For callers who prefer exceptions: the value, or sandpiper::failure carrying error(). It may
  /// be called for the exception alone.
  T value() && {
    if (!has_value()) throw failure(std::move(*this).error());
    return *std::move(*this);
  }
  const T& value() const& {
    if (!has_value()) throw failure(error());
    return **this;
  }

  template <class U>
  [[nodiscard]] T value_or(U&& other) && {
    return has_value() ? *std::move(*this) : static_cast<T>(std::forward<U>(other));
  }

 private:
  template <class Self>
  static auto* get(Self& self) noexcept {
    assert(self.has_value());
    return std::get_if<0>(&self.state_);
  }

  std::variant<T, sandpiper::error> state_;
};

/// Done, or the error that says why not.
template <>
class [[nodiscard]] result<void> {
 public:
  using value_type = void;

  result() noexcept = default;
  result(sandpiper::error why) noexcept : state_(std::move(why)) {}
  result(errc why) noexcept : result(sandpiper::error(why)) {}

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// Requires !has_value().
  [[nodiscard]] const sandpiper::error& error() const& noexcept {
    assert(!has_value());
    return *std::get_if<1>(&state_);
  }
  [[nodiscard]] sandpiper::error&& error() && noexcept {
    assert(!has_value());
    return std::move(*std::get_if<1>(&state_));
  }

  /// For callers who prefer exceptions: throws sandpiper::failure carrying error().
  void value() const {
    if (!has_value()) throw failure(error());
  }

 private:
  std::variant<std::monostate, sandpiper::error> state_;
};

}  // namespace sandpiper

#pragma once
// Replies as futures: auto f = db.send(sp::get("k"), sp::use_future); ... f.get().value();

#include <future>
#include <utility>

#include "sandpiper/client/client.hpp"

namespace sandpiper {

/// Given to client::send() it makes it return a std::future<result<T>>.
struct use_future_t {};
inline constexpr use_future_t use_future;

template <class T>
struct completion<use_future_t, T> {
  static std::future<result<T>> start(const client& db, resp::command&& command, use_future_t) {
    static_assert(!borrows_reply<T>, "the bytes it would borrow are gone when the future is asked");
    std::promise<result<T>> promise;
    auto future = promise.get_future();
    auto told = [promise = std::move(promise)](result<T> value) mutable {
      promise.set_value(std::move(value));
    };
    completion<decltype(told), T>::start(db, std::move(command), std::move(told));
    return future;
  }
};

}  // namespace sandpiper

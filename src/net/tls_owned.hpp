#pragma once
// OpenSSL's objects, freed in order.

#include <memory>

namespace sandpiper::net {

template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};

/// owned<SSL, SSL_free>
template <class T, auto Free>
using owned = std::unique_ptr<T, freed_by<Free>>;

}  // namespace sandpiper::net

#pragma once
// What every TLS connection with the same options has in common: whom we trust and who we are.

#include <memory>

#include "sandpiper/base/result.hpp"
#include "sandpiper/net/endpoint.hpp"

struct ssl_ctx_st;

namespace sandpiper::net {

/// Thread-safe, and so is what it returns. The files are read again when one of them has changed:
/// a renewed certificate serves from the next connection on.
/// Errors    tls_failed: a file that cannot be read or is something else, a key that does not
///           match; the text names the option and the file
result<std::shared_ptr<ssl_ctx_st>> tls_context(const tls_options& options);

}  // namespace sandpiper::net

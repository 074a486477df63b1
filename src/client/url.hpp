#pragma once
// The text form of options. The grammar stands in sandpiper/client/options.hpp.

#include <cstddef>
#include <string>
#include <string_view>

#include "sandpiper/base/result.hpp"
#include "sandpiper/client/options.hpp"

namespace sandpiper::url {

inline constexpr std::size_t bytes_max = 8 << 10;

/// What options::from_url() promises.
[[nodiscard]] result<options> parse(std::string_view text);

/// What to_string(const options&) promises.
[[nodiscard]] std::string redacted(const options& what);

/// A DNS name, an IPv4 address, or an IPv6 address without brackets ("fe80::1%eth0" included).
[[nodiscard]] bool is_host(std::string_view text);

}  // namespace sandpiper::url

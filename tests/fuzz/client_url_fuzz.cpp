// Any bytes are an address or are refused with errc::bad_url and a printable text. What is accepted
// makes sense, and what is told of it reads again and says the same.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sandpiper/client/options.hpp"

namespace {

// The text told may be a little longer than the text read ("1m" is "60s", a port is spelt out).
constexpr std::size_t bytes_max = (8 << 10) - 64;

void require(bool holds) {
  if (!holds) std::abort();
}

void refused(const sandpiper::error& why) {
  require(why == sandpiper::errc::bad_url && !why.text().empty());
  require(std::all_of(why.text().begin(), why.text().end(),
                      [](char c) { return ' ' <= c && c <= '~'; }));
}

void accepted(const sandpiper::options& made) {
  require(made.check().has_value());
  const auto told = to_string(made);
  const auto again = sandpiper::options::from_url(told);
  require(again.has_value());
  require(to_string(*again) == told);
  require(again->endpoints == made.endpoints && again->tls == made.tls);
  require(again->user == made.user && again->name == made.name);
  require(again->password == (made.password.empty() ? "" : "***"));
  require(again->database == made.database && again->command_timeout == made.command_timeout);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto made = sandpiper::options::from_url(text);
  if (!made) {
    refused(made.error());
  } else if (size <= bytes_max) {
    accepted(*made);
  }
  return 0;
}

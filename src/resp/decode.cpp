#include "sandpiper/resp/decode.hpp"

#include <charconv>

#include "resp/scan.hpp"

namespace sandpiper::resp {
namespace {

std::string shown(const reply_view& view) {
  std::string words(to_string(view.type()));
  if (view.type() == kind::integer) return words + " (" + std::to_string(view.integer()) + ")";
  if (view.is_aggregate()) return words + " of " + std::to_string(view.size());
  return words;
}

template <class T>
bool read_whole(std::string_view text, T& into) noexcept {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const auto* const last = text.data() + text.size();
  const auto [end, failed] = std::from_chars(text.data(), last, into);
  return !text.empty() && end == last && failed == std::errc{};
}

}  // namespace

error wrong_type(const reply_view& view, std::string_view asked) {
  if (view.is_error()) return error::from_server(view.text());
  std::string text = "asked for ";
  text.append(asked).append(", the reply is ").append(shown(view));
  return {errc::wrong_type, std::move(text), fate::answered};
}

error in_element(const error& why, std::size_t place) {
  if (why.code().category() == server_error_category()) return why;
  return why.at("element " + std::to_string(place));
}

bool read_integer(std::string_view text, std::int64_t& into) noexcept {
  return read_whole(text, into);
}
bool read_integer(std::string_view text, std::uint64_t& into) noexcept {
  return read_whole(text, into);
}

bool read_number(std::string_view text, double& into) noexcept {
  return !text.empty() && parse_number(text, into);
}

}  // namespace sandpiper::resp

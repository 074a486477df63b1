#include "sandpiper/wire/confirmations.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace sandpiper::wire {
namespace {

struct shape {
  std::string_view word;
  std::size_t size;
};

constexpr std::array<shape, 3> messages = {{{"message", 3}, {"pmessage", 4}, {"smessage", 3}}};

constexpr std::array<std::string_view, 3> beginnings = {"subscribe", "psubscribe", "ssubscribe"};
constexpr std::array<std::string_view, 3> endings = {"unsubscribe", "punsubscribe", "sunsubscribe"};

bool is_in(const std::array<std::string_view, 3>& words, std::string_view word) noexcept {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string lower(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) {
    if ('A' <= c && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lowered;
}

// ["message", channel, payload], ["pmessage", pattern, channel, payload]: all of them strings.
bool is_message(const resp::reply_view& value, std::string_view word) noexcept {
  const auto* known = std::find_if(messages.begin(), messages.end(),
                                   [word](const shape& one) { return one.word == word; });
  return known != messages.end() && value.size() == known->size &&
         std::all_of(value.begin(), value.end(),
                     [](const resp::reply_view& each) { return each.is_string(); });
}

// ["subscribe", channel, how many there are]; the channel is null when there was none to end.
bool is_confirmation(const resp::reply_view& value) noexcept {
  return value.size() == 3 && (value[1].is_string() || value[1].is_null()) &&
         value[2].type() == resp::kind::integer;
}

}  // namespace

void confirmations::expect(const resp::command& command) {
  auto word = lower(command.name());
  if (!is_in(beginnings, word) && !is_in(endings, word)) return expected_.push_back({});
  const auto channel = command.size() == 2 ? command.argument(1) : std::string_view();
  expected_.push_back({std::move(word), std::string(channel)});
}

confirmations::sort confirmations::sort_of(const resp::reply_view& value) const noexcept {
  const bool push = value.type() == resp::kind::push;
  const bool words = push || value.type() == resp::kind::array;
  if (words && !value.empty() && value[0].is_string()) return sort_of_words(value);
  return push ? sort::message : sort_of_reply(value);
}

confirmations::sort confirmations::sort_of_words(const resp::reply_view& value) const noexcept {
  const auto word = value[0].text();
  if (is_message(value, word)) return sort::message;
  const bool begins = is_in(beginnings, word);
  if (begins || is_in(endings, word)) {
    if (!is_confirmation(value)) return sort::stranger;
    const bool asked = !expected_.empty() && expected_.front().word == word &&
                       expected_.front().channel == value[1].text();
    if (asked) return sort::answer;
    // A server ends a subscription unasked, when a slot moves; it never begins one.
    return begins ? sort::stranger : sort::message;
  }
  return value.type() == resp::kind::push ? sort::message : sort_of_reply(value);
}

confirmations::sort confirmations::sort_of_reply(const resp::reply_view& value) const noexcept {
  if (expected_.empty()) return sort::stranger;
  if (value.is_error()) return sort::answer;
  if (!expected_.front().word.empty()) return sort::stranger;
  const bool pong = value.size() == 2 && value[0].text() == "pong";
  return value.is_string() || pong ? sort::answer : sort::stranger;
}

}  // namespace sandpiper::wire

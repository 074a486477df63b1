#include "client/replica_framing.hpp"

#include <algorithm>
#include <charconv>

namespace sandpiper {
namespace {

struct refusal {
  std::string_view words;  // the answer begins with them
  std::string_view cure;
};

constexpr refusal known_refusals[] = {
    {"NOAUTH", "give a user and a password"},
    {"NOPERM", "give this user the rights +psync and +replconf"},
    {"LOADING", "it is still reading its own snapshot; ask again later"},
    {"NOMASTERLINK", "it is a replica without its master; ask the master, or ask again later"},
    {"MASTERDOWN", "it is a replica without its master; ask the master, or ask again later"},
    {"ERR unknown command", "it is older than Redis 2.8, or its PSYNC was renamed or switched off"},
    {"ERR Can't SYNC while failing over", "ask again once the failover is over"},
    {"ERR unable to perform background", "see its log: it could not fork or write its snapshot"},
    {"ERR BGSAVE failed", "see its log: it could not fork or write its snapshot"},
    {"MISCONF", "see its log: it cannot write its snapshots"},
};

error refused(std::string_view server_says) {
  std::string_view cure = "see the server's log";
  for (const auto& one : known_refusals) {
    if (server_says.starts_with(one.words)) cure = one.cure;
  }
  return {errc::handshake_failed,
          std::string("the server said \"").append(server_says).append("\"; ").append(cure),
          fate::unsent};
}

// The bytes themselves stay out of the text: they may be anything.
error unexpected(std::string_view where) {
  return {errc::malformed,
          std::string(where) + ": is this a Redis server that replicates, and the right port?",
          fate::unsent};
}

std::optional<std::uint64_t> number(std::string_view digits) noexcept {
  std::uint64_t n = 0;
  const auto [end, why] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
  if (why != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return n;
}

bool is_graphic(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return '!' <= c && c <= '~'; });
}

// Bytes at the end of `bytes` that may be the beginning of `mark`.
std::size_t begun_mark(std::string_view bytes, std::string_view mark) noexcept {
  for (auto n = std::min(bytes.size(), mark.size() - 1); n > 0; --n) {
    if (bytes.ends_with(mark.substr(0, n))) return n;
  }
  return 0;
}

}  // namespace

result<replica_framing::taken> replica_framing::take(std::string_view input) {
  switch (at_) {
    case state::answers:
    case state::granted: return take_line(input);
    case state::sized: return take_sized(input);
    case state::marked: return take_marked(input);
    case state::over: break;
  }
  return taken{};
}

result<replica_framing::taken> replica_framing::take_line(std::string_view input) {
  const auto first = std::min(input.find_first_not_of('\n'), input.size());
  if (first > 0) return taken{.input_bytes = first};  // it only says that it is alive
  const auto end = input.substr(0, line_bytes_max + 2).find('\n');
  if (end == std::string_view::npos) {
    if (input.size() < line_bytes_max) return taken{};
    return unexpected("a line without an end");
  }
  if (end == 0 || input[end - 1] != '\r') return unexpected("a line with a wrong end");
  if (auto read = on_line(input.substr(0, end - 1)); !read) return read.error();
  return taken{.input_bytes = end + 1};
}

result<void> replica_framing::on_line(std::string_view line) {
  if (at_ == state::granted) return on_header(line);
  if (answers_ == 0) return on_answer(line);
  if (!line.starts_with('+') && !line.starts_with('-')) return unexpected("no answer to REPLCONF");
  --answers_;
  return {};
}

result<void> replica_framing::on_answer(std::string_view line) {
  constexpr std::string_view granted = "+FULLRESYNC ";
  if (line.starts_with('-')) return refused(line.substr(1));
  if (!line.starts_with(granted)) return unexpected("no answer to PSYNC");
  line.remove_prefix(granted.size());
  const auto space = line.find(' ');
  const auto id = line.substr(0, space);
  const auto offset = space == line.npos ? std::nullopt : number(line.substr(space + 1));
  if (id.empty() || id.size() > mark_bytes || !is_graphic(id) || !offset) {
    return unexpected("an answer to PSYNC without id and offset");
  }
  begun_ = {std::string(id), *offset};
  at_ = state::granted;
  return {};
}

result<void> replica_framing::on_header(std::string_view line) {
  constexpr std::string_view by_mark = "$EOF:";
  if (line.starts_with('-')) return refused(line.substr(1));
  if (line.starts_with(by_mark)) {
    mark_ = line.substr(by_mark.size());
    if (mark_.size() != mark_bytes) return unexpected("a mark that is not of 40 bytes");
    at_ = state::marked;
    return {};
  }
  size_bytes_ = line.starts_with('$') ? number(line.substr(1)) : std::nullopt;
  if (!size_bytes_) return unexpected("no snapshot");
  at_ = *size_bytes_ == 0 ? state::over : state::sized;
  return {};
}

replica_framing::taken replica_framing::take_sized(std::string_view input) {
  const auto left = *size_bytes_ - received_bytes_;
  const auto bytes =
      input.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left, input.size())));
  received_bytes_ += bytes.size();
  if (received_bytes_ == *size_bytes_) at_ = state::over;
  return {bytes.size(), bytes};
}

replica_framing::taken replica_framing::take_marked(std::string_view input) {
  const auto place = input.find(mark_);
  const bool found = place != input.npos;
  const auto bytes = input.substr(0, found ? place : input.size() - begun_mark(input, mark_));
  received_bytes_ += bytes.size();
  if (!found) return {bytes.size(), bytes};
  at_ = state::over;
  return {place + mark_.size(), bytes};
}

}  // namespace sandpiper

#include "mock/conversation.hpp"

#include <algorithm>
#include <utility>

#include "sandpiper/resp/encoder.hpp"

namespace sandpiper::mock {
namespace {

bool makes_a_transaction(std::string_view name) {
  return name == "MULTI" || name == "EXEC" || name == "DISCARD" || name == "WATCH" ||
         name == "UNWATCH";
}

}  // namespace

void conversation::hear(const words& command) {
  const auto name = upper(command.front());
  if (in_transaction_ && !makes_a_transaction(name)) return queue(command);
  say(answer_to(command).what);
}

void conversation::queue(const words& command) {
  auto [what, expected] = answer_to(command);
  if (!expected) {
    refused_ = true;
    return say(what);
  }
  queued_.push_back(std::move(what));
  say(status("QUEUED"));
}

conversation::verdict conversation::answer_to(const words& command) {
  const auto name = upper(command.front());
  if (auto own = by_itself(name, command)) {
    auto told = book_.react(command, true);
    return {told ? *std::move(told) : *std::move(own), true};
  }
  if (auto told = book_.react(command, false)) return {*std::move(told), true};
  return {book_.complain(command), false};
}

// The state of the connection follows its commands even where a rule has another answer.
std::optional<answer> conversation::by_itself(std::string_view name, const words& command) {
  if (name == "HELLO") return hello(command);
  if (name == "CLIENT") return about_client(command);
  if (name == "AUTH" || name == "SELECT" || name == "WATCH" || name == "UNWATCH") return ok();
  if (name == "PING") return command.size() > 1 ? answer(command[1]) : status("PONG");
  if (name == "MULTI") {
    in_transaction_ = true;
    return ok();
  }
  if (name == "EXEC") return exec();
  if (name == "DISCARD") {
    in_transaction_ = refused_ = false;
    queued_.clear();
    return ok();
  }
  if (tracks_ && name == "PTTL") return answer(-1);
  if (tracks_ && name == "COMMAND") return array({nullptr});
  return {};
}

answer conversation::hello(const words& command) {
  if (command.size() > 1) protocol_ = command[1] == "3" ? 3 : 2;
  return map({{"server", "redis"},
              {"version", "7.0.0"},
              {"proto", protocol_},
              {"id", number_},
              {"mode", "standalone"},
              {"role", "master"},
              {"modules", array({})}});
}

answer conversation::about_client(const words& command) {
  const auto what = command.size() > 1 ? upper(command[1]) : std::string();
  if (what == "TRACKING") tracks_ = command.size() > 2 && upper(command[2]) == "ON";
  if (what == "ID") return number_;
  if (what == "UNBLOCK" || what == "KILL") return 0;
  return ok();
}

answer conversation::exec() {
  if (!std::exchange(in_transaction_, false)) return server_error("ERR EXEC without MULTI");
  auto answers = std::exchange(queued_, {});
  if (std::exchange(refused_, false)) {
    return server_error("EXECABORT Transaction discarded because of previous errors.");
  }
  return array(std::move(answers));
}

void conversation::push(const answer& message) { pushed_ += message.bytes_; }

void conversation::say(const answer& what) {
  pending_.push_back({bytes_of(what), what.gates_, what.lost_, what.silent_});
}

std::string conversation::bytes_of(const answer& what) const {
  if (protocol_ == 3 || what.raw_) return what.bytes_;
  const auto parsed = resp::reply::parse(what.bytes_);
  if (!parsed) return what.bytes_;  // lost or silent: there are none
  resp::buffer out;
  resp::encoder(out, 2).value(parsed->view());
  return std::string(out.view());
}

bool conversation::speak(std::string& out) {
  out += std::exchange(pushed_, {});
  while (!pending_.empty()) {
    auto& first = pending_.front();
    const bool held = std::any_of(first.gates.begin(), first.gates.end(),
                                  [](const gate& one) { return !one.is_open(); });
    if (held || first.silent) return true;
    if (first.lost) return false;
    out += first.bytes;
    pending_.pop_front();
  }
  return true;
}

}  // namespace sandpiper::mock

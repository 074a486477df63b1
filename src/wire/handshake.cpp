#include "sandpiper/wire/handshake.hpp"

#include <string_view>
#include <utility>

#include "sandpiper/resp/command.hpp"

namespace sandpiper::wire {
namespace {

template <class... Arguments>
void say(std::string& bytes, std::string_view name, const Arguments&... arguments) {
  resp::command command(name);
  (command.add(std::string_view(arguments)), ...);
  bytes += command.to_string();
}

std::string_view default_user(const std::string& user) {
  return user.empty() ? std::string_view("default") : std::string_view(user);
}

constexpr std::string_view check_credentials = "check the user and the password";
constexpr std::string_view check_name = "check the client name: no spaces, no new lines";
constexpr std::string_view wants_none = "the server wants no password: give none";

struct refusal {
  std::string_view words;  // the answer begins with them
  std::string_view cure;
};

constexpr refusal known_refusals[] = {
    {"WRONGPASS", check_credentials},
    {"ERR invalid password", check_credentials},
    {"ERR wrong number of arguments for 'auth'", "it knows no users: give a password alone"},
    {"ERR AUTH <password> called without any password", wants_none},
    {"ERR Client sent AUTH, but no password", wants_none},
    {"NOAUTH", "give a user and a password"},
    {"NOPERM", "check the rights of this user"},
    {"ERR Client names", check_name},
    {"ERR max number of clients", "close connections, or raise the server's \"maxclients\""},
    {"DENIED", "give the server a password, or see its \"protected-mode\" and \"bind\""},
};

bool knows_no_resp3(std::string_view text) {
  return text.starts_with("ERR unknown command") || text.starts_with("NOPROTO") ||
         text.starts_with("ERR Protocol");
}

error told(std::string_view server_says, std::string_view cure) {
  return {errc::handshake_failed,
          std::string("the server said \"").append(server_says).append("\"; ").append(cure),
          fate::unsent};
}

}  // namespace

handshake::handshake(greeting what) : what_(std::move(what)), protocol_(what_.protocol) {
  protocol_ == 3 ? say_hello() : say_resp2();
}

void handshake::say_hello() {
  resp::command hello("HELLO");
  hello.add(3);
  if (!what_.password.empty()) {
    hello.add("AUTH").add(default_user(what_.user)).add(std::string_view(what_.password));
  }
  if (!what_.name.empty()) hello.add("SETNAME").add(std::string_view(what_.name));
  bytes_ = hello.to_string();
  expected_ = {part::hello};
  say_the_rest();
}

void handshake::say_resp2() {
  bytes_.clear();
  expected_.clear();
  answered_ = 0;
  fall_back_ = false;
  protocol_ = 2;
  if (!what_.password.empty()) {
    // Servers before 6 know AUTH with a password only.
    what_.user.empty() ? say(bytes_, "AUTH", what_.password)
                       : say(bytes_, "AUTH", what_.user, what_.password);
    expected_.push_back(part::auth);
  }
  if (!what_.name.empty()) {
    say(bytes_, "CLIENT", "SETNAME", what_.name);
    expected_.push_back(part::set_name);
  }
  say_the_rest();
}

void handshake::say_the_rest() {
  if (what_.database != 0) {
    say(bytes_, "SELECT", std::to_string(what_.database));
    expected_.push_back(part::select);
  }
  if (what_.tracking && protocol_ == 3) say_tracking();
  if (what_.wants_id && protocol_ == 2) {  // by RESP3 the answer to HELLO holds it
    say(bytes_, "CLIENT", "ID");
    expected_.push_back(part::id);
  }
  say(bytes_, "CLIENT", "SETINFO", "LIB-NAME", "sandpiper");
  say(bytes_, "CLIENT", "SETINFO", "LIB-VER", "0.1.0");
  expected_.insert(expected_.end(), {part::set_info, part::set_info});
}

void handshake::say_tracking() {
  resp::command tracking("CLIENT");
  tracking.add("TRACKING").add("ON");
  if (!what_.tracked_prefixes.empty()) tracking.add("BCAST");
  for (const auto& prefix : what_.tracked_prefixes) tracking.add("PREFIX").add(prefix);
  bytes_ += tracking.to_string();
  expected_.push_back(part::tracking);
}

result<handshake::step> handshake::on_reply(const resp::reply_view& reply) {
  if (reply.type() == resp::kind::push) return step::wait;
  const part asked = expected_[answered_++];
  note_id(asked, reply);
  // Servers before 7.2 know no SETINFO, those before 5 no ID: courtesies, not conditions.
  if (reply.is_error() && !fall_back_ && asked != part::set_info && asked != part::id) {
    auto verdict = refused(asked, reply);
    if (!verdict) return verdict;
  }
  return answered_ < expected_.size() ? step::wait : end_of_round();
}

void handshake::note_id(part asked, const resp::reply_view& reply) {
  if (asked == part::id && reply.type() == resp::kind::integer) connection_id_ = reply.integer();
  if (asked != part::hello || reply.type() != resp::kind::map) return;
  for (auto at = reply.begin(); at != reply.end(); ++at) {
    const auto key = *at;
    const auto value = *++at;
    const bool named = key.is_string() && key.text() == "id";
    if (named && value.type() == resp::kind::integer) connection_id_ = value.integer();
  }
}

result<handshake::step> handshake::end_of_round() {
  if (!fall_back_) return step::done;
  say_resp2();
  return step::again;
}

result<handshake::step> handshake::refused(part asked, const resp::reply_view& reply) {
  const auto text = reply.text();
  for (const auto& [words, cure] : known_refusals) {
    if (text.starts_with(words)) return told(text, cure);
  }
  switch (asked) {
    case part::hello:
      if (!knows_no_resp3(text)) return told(text, "is this a Redis server, and the right port?");
      fall_back_ = true;
      return step::wait;
    case part::select: return told(text, "check the database number");
    case part::set_name: return told(text, check_name);
    case part::tracking:
      return told(text, "the near cache needs CLIENT TRACKING, which servers know since 6.0");
    case part::auth:
    case part::id:
    case part::set_info: break;
  }
  return told(text, check_credentials);
}

}  // namespace sandpiper::wire

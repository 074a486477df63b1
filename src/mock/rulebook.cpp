#include "mock/rulebook.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace sandpiper::mock {
namespace {

char upper_of(char c) noexcept { return 'a' <= c && c <= 'z' ? static_cast<char>(c - 32) : c; }

}  // namespace

std::string upper(std::string_view name) {
  std::string all(name);
  std::transform(all.begin(), all.end(), all.begin(), upper_of);
  return all;
}

bool rule::names(const words& command) const {
  if (name.empty() || upper(command.front()) != name) return false;
  return !exactly ||
         std::equal(exactly->begin() + 1, exactly->end(), command.begin() + 1, command.end());
}

std::string rule::shown() const {
  if (exactly) return to_string(*exactly);
  return name.empty() ? "what on_match() was made for" : name + " with any arguments";
}

std::shared_ptr<rule> rulebook::add(rule one) {
  auto shared = std::make_shared<rule>(std::move(one));
  const std::scoped_lock lock(mutex_);
  rules_.push_back(shared);
  return shared;
}

void rulebook::add_reaction(rule& to, reaction next) {
  const std::scoped_lock lock(mutex_);
  to.reactions.push_back(std::move(next));
}

void rulebook::set(bool rule::*mark, rule& of) {
  const std::scoped_lock lock(mutex_);
  of.*mark = true;
}

std::size_t rulebook::times_asked(const rule& of) const {
  const std::scoped_lock lock(mutex_);
  return of.asked;
}

bool rulebook::wait_until_asked(const rule& of, std::size_t times,
                                std::chrono::milliseconds span) const {
  std::unique_lock lock(mutex_);
  return asked_more_.wait_for(lock, span, [&] { return of.asked >= times; });
}

std::optional<answer> rulebook::react(const words& command, bool by_name) {
  std::vector<std::shared_ptr<rule>> rules;
  {
    const std::scoped_lock lock(mutex_);
    rules = rules_;
  }
  for (auto one = rules.rbegin(); one != rules.rend(); ++one) {
    if (!fits(**one, command, by_name)) continue;
    auto taken = take(**one, command);
    if (!taken) continue;
    if (auto* const ready = std::get_if<answer>(&*taken)) return std::move(*ready);
    return call(std::get<1>(*taken), command);
  }
  return {};
}

bool rulebook::fits(const rule& one, const words& command, bool by_name) {
  if (one.names(command)) return true;
  if (by_name || !one.fits) return false;
  try {
    return one.fits(command);
  } catch (...) {
    note("what was given to on_match() threw at " + to_string(command));
    return false;
  }
}

// Nothing: it has been used up.
std::optional<reaction> rulebook::take(rule& from, const words& command) {
  std::unique_lock lock(mutex_);
  const bool over = from.next == from.reactions.size();
  if (over && from.only) return {};
  ++from.asked;
  keep(command);
  asked_more_.notify_all();
  if (from.reactions.empty()) {
    lock.unlock();
    return note("was given no answer: " + from.shown());
  }
  return from.reactions[over ? from.next - 1 : from.next++];
}

answer rulebook::call(const std::function<answer(const words&)>& how, const words& command) {
  try {
    return how(command);
  } catch (const std::exception& thrown) {
    return note("its function threw \"" + std::string(thrown.what()) + "\": " + to_string(command));
  } catch (...) {
    return note("its function threw: " + to_string(command));
  }
}

answer rulebook::complain(const words& command) {
  {
    const std::scoped_lock lock(mutex_);
    keep(command);
  }
  return note("was not expected: " + to_string(command));
}

answer rulebook::note(std::string complaint) {
  auto told = server_error("ERR mock: " + complaint);
  const std::scoped_lock lock(mutex_);
  if (complaints_.size() < complaints_max) complaints_.push_back(std::move(complaint));
  return told;
}

void rulebook::keep(const words& command) {
  asked_.push_back(command);
  if (asked_.size() > asked_max_) asked_.pop_front();
}

std::vector<words> rulebook::asked() const {
  const std::scoped_lock lock(mutex_);
  return {asked_.begin(), asked_.end()};
}

std::string rulebook::complaints() const {
  const std::scoped_lock lock(mutex_);
  std::string all;
  for (const auto& one : complaints_) all += one + '\n';
  for (const auto& one : rules_) {
    if (one->asked == 0 && !one->optional) all += "was never asked: " + one->shown() + '\n';
  }
  return all;
}

}  // namespace sandpiper::mock

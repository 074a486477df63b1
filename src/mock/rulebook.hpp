#pragma once
// What is answered to which command, and which commands there were.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sandpiper/mock/answer.hpp"

namespace sandpiper::mock {

[[nodiscard]] std::string upper(std::string_view name);

using reaction = std::variant<answer, std::function<answer(const words&)>>;

/// Which commands it fits stays as it was made; the rest is guarded by the book it is in.
struct rule {
  std::string name = {};  // in upper case; empty: `fits` decides
  std::optional<words> exactly = {};
  std::function<bool(const words&)> fits = {};

  std::vector<reaction> reactions = {};
  std::size_t next = 0;
  bool only = false;
  bool optional = false;
  std::size_t asked = 0;

  [[nodiscard]] bool names(const words& command) const;
  /// For messages.
  [[nodiscard]] std::string shown() const;
};

/// Shared: thread-safe. Functions of users are called by react() alone, with no lock held.
class rulebook {
 public:
  explicit rulebook(std::size_t asked_max) noexcept : asked_max_(asked_max) {}

  std::shared_ptr<rule> add(rule one);

  void add_reaction(rule& to, reaction next);
  void set(bool rule::*mark, rule& of);
  [[nodiscard]] std::size_t times_asked(const rule& of) const;
  [[nodiscard]] bool wait_until_asked(const rule& of, std::size_t times,
                                      std::chrono::milliseconds span) const;

  /// What the last rule that fits says. `by_name`: only rules that name the command are asked.
  /// Nothing: no rule fits.
  [[nodiscard]] std::optional<answer> react(const words& command, bool by_name);

  /// For a command that was not expected: notes it, and is its error.
  [[nodiscard]] answer complain(const words& command);

  [[nodiscard]] std::vector<words> asked() const;
  [[nodiscard]] std::string complaints() const;

 private:
  [[nodiscard]] bool fits(const rule& one, const words& command, bool by_name);
  [[nodiscard]] std::optional<reaction> take(rule& from, const words& command);
  [[nodiscard]] answer call(const std::function<answer(const words&)>& how, const words& command);
  answer note(std::string complaint);
  void keep(const words& command);

  static constexpr std::size_t complaints_max = 1000;

  const std::size_t asked_max_;
  mutable std::mutex mutex_;
  mutable std::condition_variable asked_more_;
  std::vector<std::shared_ptr<rule>> rules_;  // guarded by mutex_, as is what follows
  std::deque<words> asked_;
  std::vector<std::string> complaints_;
};

}  // namespace sandpiper::mock

#pragma once
// What the demo shows: steps with their progress, bars, a verdict. Colours only for a terminal.

#include <string>
#include <string_view>

namespace demo {

class screen {
 public:
  screen();

  void title(std::string_view text) const;
  void say(std::string_view text) const;

  /// Rewrites one line while something is under way; without a terminal it prints nothing.
  void progress(std::string_view text) const;
  void end_progress() const;

  /// "name      ####------  1,234,567 /s"
  void bar(std::string_view name, double value, double largest, std::string_view unit) const;

  void check(bool good, std::string_view text);
  [[nodiscard]] bool all_good() const noexcept { return all_good_; }

 private:
  [[nodiscard]] std::string coloured(std::string_view text, const char* code) const;

  const bool terminal_;
  bool all_good_ = true;
};

/// 1234567 as "1,234,567".
[[nodiscard]] std::string grouped(double number);

}  // namespace demo

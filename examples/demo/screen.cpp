#include "demo/screen.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace demo {

screen::screen() : terminal_(::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
}

std::string screen::coloured(std::string_view text, const char* code) const {
  if (!terminal_) return std::string(text);
  return std::string("\x1b[").append(code).append("m").append(text).append("\x1b[0m");
}

void screen::title(std::string_view text) const {
  std::printf("\n%s\n", coloured(text, "1").c_str());
}

void screen::say(std::string_view text) const {
  std::printf("  %.*s\n", static_cast<int>(text.size()), text.data());
}

void screen::progress(std::string_view text) const {
  if (!terminal_) return;
  std::printf("\r\x1b[2K  %.*s", static_cast<int>(text.size()), text.data());
  std::fflush(stdout);
}

void screen::end_progress() const {
  if (terminal_) std::printf("\r\x1b[2K");
}

void screen::bar(std::string_view name, double value, double largest, std::string_view unit) const {
  constexpr int width = 32;
  const double share = largest > 0 ? value / largest : 0;
  const auto filled = static_cast<std::size_t>(std::clamp(share * width + 0.5, 0.0, width * 1.0));
  const auto bar = coloured(std::string(filled, '#'), "36") + std::string(width - filled, '.');
  std::printf("  %-34.*s %s %12s %.*s\n", static_cast<int>(name.size()), name.data(), bar.c_str(),
              grouped(value).c_str(), static_cast<int>(unit.size()), unit.data());
}

void screen::check(bool good, std::string_view text) {
  all_good_ = all_good_ && good;
  const auto mark = good ? coloured("ok", "32") : coloured("FAILED", "31");
  std::printf("  [%s] %.*s\n", mark.c_str(), static_cast<int>(text.size()), text.data());
}

std::string grouped(double number) {
  auto digits = std::to_string(static_cast<long long>(number));
  const std::size_t first = digits.starts_with('-') ? 1 : 0;
  for (auto at = digits.size(); at > first + 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

}  // namespace demo

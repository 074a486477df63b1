#include "sandpiper/commands/bounds.hpp"

#include <charconv>
#include <cmath>

namespace sandpiper {

void score_bound::add_to(resp::command& c) const {
  if (std::isnan(score_)) c.note(resp::misuse::not_a_number);
  if (!exclusive_) {
    c.add(score_);
    return;
  }
  std::string text("(");
  char digits[32];
  text.append(digits, std::to_chars(digits, digits + sizeof digits, score_).ptr);
  c.add(text);
}

lex_bound::lex_bound(char kind, std::string_view member) {
  text_.reserve(1 + member.size());
  text_.push_back(kind);
  text_.append(member);
}

}  // namespace sandpiper

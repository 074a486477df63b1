#include "sandpiper/mock/answer.hpp"

#include <array>

#include "mock/gate.hpp"
#include "sandpiper/resp/encoder.hpp"

namespace sandpiper::mock {
namespace {

constexpr std::size_t shown_bytes_max = 200;

template <class Write>
std::string encoded(Write write) {
  resp::buffer out;
  resp::encoder to(out, 3);
  write(to);
  return std::string(out.view());
}

void show(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (byte >= ' ' && byte != 0x7f) {
      out += c;
    } else {
      out += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    }
    if (out.size() > shown_bytes_max) return;
  }
  out += '"';
}

}  // namespace

std::string to_string(const words& command) {
  std::string shown;
  for (const auto& word : command) {
    if (shown.empty()) {
      shown = word.substr(0, shown_bytes_max);
      continue;
    }
    shown += ' ';
    show(shown, word);
    if (shown.size() > shown_bytes_max) return shown.substr(0, shown_bytes_max) + " ...";
  }
  return shown;
}

void gate::open() const {
  state_->open.store(true, std::memory_order_release);
  state_->wakes->wake();
}

bool gate::is_open() const noexcept { return state_->open.load(std::memory_order_acquire); }

answer::answer(std::string_view text)
    : bytes_(encoded([&](resp::encoder& to) { to.bulk(text); })) {}

answer::answer(number_tag, std::int64_t n)
    : bytes_(encoded([&](resp::encoder& to) { to.integer(n); })) {}

answer::answer(boolean_tag, bool yes)
    : bytes_(encoded([&](resp::encoder& to) { to.boolean(yes); })) {}

answer::answer(double d) : bytes_(encoded([&](resp::encoder& to) { to.number(d); })) {}

answer::answer(std::nullptr_t) : bytes_(encoded([](resp::encoder& to) { to.null(); })) {}

answer::answer(const resp::reply& kept)
    : bytes_(encoded([&](resp::encoder& to) { to.value(kept.view()); })) {}

answer answer::behind(const gate& g) && {
  gates_.push_back(g);
  return std::move(*this);
}

answer answer::joined(char type, std::size_t size, const std::vector<answer>& children) {
  answer all(bytes_tag(), type + std::to_string(size) + "\r\n");
  for (const auto& child : children) {
    all.bytes_ += child.bytes_;
    all.gates_.insert(all.gates_.end(), child.gates_.begin(), child.gates_.end());
    all.raw_ |= child.raw_;
    all.lost_ |= child.lost_;
    all.silent_ |= child.silent_;
  }
  return all;
}

answer status(std::string_view line) {
  return {answer::bytes_tag(), encoded([&](resp::encoder& to) { to.simple_string(line); })};
}

answer server_error(std::string_view line) {
  return {answer::bytes_tag(), encoded([&](resp::encoder& to) { to.error(line); })};
}

answer array(std::vector<answer> elements) { return elements; }

answer set(std::vector<answer> elements) { return answer::joined('~', elements.size(), elements); }

answer map(const std::vector<std::pair<answer, answer>>& pairs) {
  std::vector<answer> flat;
  for (const auto& [key, value] : pairs) flat.insert(flat.end(), {key, value});
  return answer::joined('%', pairs.size(), flat);
}

answer push(std::vector<answer> elements) { return answer::joined('>', elements.size(), elements); }

answer raw(std::string bytes) {
  answer a(answer::bytes_tag(), std::move(bytes));
  a.raw_ = true;
  return a;
}

answer lost() {
  answer a(answer::bytes_tag(), {});
  a.lost_ = true;
  return a;
}

answer silence() {
  answer a(answer::bytes_tag(), {});
  a.silent_ = true;
  return a;
}

}  // namespace sandpiper::mock

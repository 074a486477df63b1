// Any list of arguments becomes an array of bulk strings that says just that, through copies and
// moves, with what is referenced and what is not.
//
//     input    step, then for each argument a byte that tells what it is, and what it needs
//              0 to 199      text of so many bytes
//              200 to 219    an integer, the next eight bytes
//              220 to 239    a double, the next eight bytes
//              240 to 247    a large text that is referenced
//              248 to 255    a large text that is moved in
//     step     1 to 3: every so many-th argument behind the name is a key

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandpiper/resp/command.hpp"
#include "sandpiper/resp/reply.hpp"

namespace {

using sandpiper::resp::command;

constexpr std::uint32_t large_arguments_max = 20;

void require(bool holds) {
  if (!holds) std::abort();
}

class source {
 public:
  explicit source(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] bool empty() const { return bytes_.empty(); }

  std::string_view text(std::size_t n) {
    const auto front = bytes_.substr(0, n);
    bytes_.remove_prefix(front.size());
    return front;
  }
  std::uint8_t byte() {
    const auto one = text(1);
    return one.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(one[0]);
  }
  std::uint64_t word() {
    std::uint64_t value = 0;
    const auto eight = text(sizeof value);
    if (!eight.empty()) std::memcpy(&value, eight.data(), eight.size());
    return value;
  }

 private:
  std::string_view bytes_;
};

struct built {
  command made{"NAME"};
  std::vector<std::string> expected{"NAME"};
  std::vector<std::uint32_t> keys;
  std::deque<std::string> referenced;  // what `made` may still look at
};

void expect_double(const std::string_view text, double d) {
  double read = 0;
  if (text == "nan") return require(std::isnan(d));
  if (text == "inf" || text == "-inf") return require(std::isinf(d) && (d < 0) == (text[0] == '-'));
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), read);
  require(failed == std::errc{} && end == text.data() + text.size());
  require(std::bit_cast<std::uint64_t>(read) == std::bit_cast<std::uint64_t>(d));
}

void add_text(built& b, std::string_view text, std::uint32_t step) {
  const auto place = b.made.size();
  if (step > 0 && (place - 1) % step == 0) {
    b.keys.push_back(place);
    b.made.add_key(text);
  } else {
    b.made.add(text);
  }
  b.expected.emplace_back(text);
}

void add_one(built& b, source& from, std::uint32_t step, std::uint32_t& large_left) {
  const auto what = from.byte();
  const bool is_key = step > 0 && (b.made.size() - 1) % step == 0;
  if (what < 200 || is_key || large_left == 0) return add_text(b, from.text(what % 200), step);
  if (what < 220) {
    const auto n = static_cast<std::int64_t>(from.word());
    b.made.add(n);
    b.expected.push_back(std::to_string(n));
  } else if (what < 240) {
    const auto d = std::bit_cast<double>(from.word());
    b.made.add(d);
    b.expected.emplace_back(b.made.argument(b.made.size() - 1));
    expect_double(b.expected.back(), d);
  } else {
    --large_left;
    std::string text(command::referenced_bytes_min + what % 8, static_cast<char>(what));
    b.expected.push_back(text);
    if (what < 248) {
      b.made.add(std::string_view(b.referenced.emplace_back(std::move(text))));
    } else {
      b.made.add(std::move(text));
    }
  }
}

void expect_says(const command& c, const built& b) {
  require(c.size() == b.expected.size());
  for (std::uint32_t i = 0; i < c.size(); ++i) require(c.argument(i) == b.expected[i]);
  require(c.key_count() == b.keys.size());
  for (std::uint32_t i = 0; i < c.key_count(); ++i) require(c.key(i) == b.expected[b.keys[i]]);

  const auto bytes = c.to_string();
  require(bytes.size() == c.size_bytes());
  if (c.flat()) require(c.bytes() == bytes);
  const auto read = sandpiper::resp::reply::parse(bytes);
  require(read.has_value() && read->as<std::vector<std::string>>().value() == b.expected);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  source from({reinterpret_cast<const char*>(data), size});
  const std::uint32_t step = from.byte() % 4;
  std::uint32_t large_left = large_arguments_max;
  built b;
  while (!from.empty()) add_one(b, from, step, large_left);
  expect_says(b.made, b);

  command copy = b.made;
  expect_says(copy, b);
  command moved = std::move(b.made);
  expect_says(moved, b);
  moved.own();
  b.referenced.clear();
  expect_says(moved, b);
  copy = moved;
  moved = command("PING");
  expect_says(copy, b);
  return 0;
}

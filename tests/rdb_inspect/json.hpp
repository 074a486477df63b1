#pragma once
// A JSON reader for these tests, strict and small.

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sandpiper::test {

/// Strings are bytes of UTF-8; numbers stay the text they are.
struct json {
  enum class form { null, truth, number, text, array, object };
  struct member;

  form what = form::null;
  std::string text;
  std::vector<json> items;
  std::vector<member> members;

  json();
  json(const json&);
  json(json&&) noexcept;
  json& operator=(json) noexcept;
  ~json();

  [[nodiscard]] const json* find(std::string_view name) const;
  [[nodiscard]] const json& operator[](std::string_view name) const {
    if (const auto* const found = find(name)) return *found;
    throw std::runtime_error("no member " + std::string(name));
  }
  [[nodiscard]] std::uint64_t number() const { return std::stoull(text); }
};

struct json::member {
  std::string name;
  json value;
};

// Here, where a member is complete.
inline json::json() = default;
inline json::json(const json&) = default;
inline json::json(json&&) noexcept = default;
inline json& json::operator=(json other) noexcept {
  what = other.what;
  text.swap(other.text);
  items.swap(other.items);
  members.swap(other.members);
  return *this;
}
inline json::~json() = default;

inline const json* json::find(std::string_view name) const {
  for (const auto& one : members) {
    if (one.name == name) return &one.value;
  }
  return nullptr;
}

/// Throws std::runtime_error where the text is not JSON.
class json_reader {
 public:
  static json read(std::string_view text) {
    json_reader reads(text);
    auto value = reads.value(0);
    reads.blanks();
    if (!reads.rest_.empty()) throw std::runtime_error("something follows the value");
    return value;
  }

 private:
  explicit json_reader(std::string_view text) : rest_(text) {}

  void blanks() {
    while (!rest_.empty() && std::string_view(" \n\r\t").find(rest_[0]) != std::string_view::npos) {
      rest_.remove_prefix(1);
    }
  }
  bool take(char c) {
    blanks();
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!take(c)) throw std::runtime_error(std::string("no '") + c + "' at " + near());
  }
  [[nodiscard]] std::string near() const { return std::string(rest_.substr(0, 40)); }

  json value(int depth) {
    if (depth > 20) throw std::runtime_error("too deep");
    blanks();
    json made;
    if (take('{')) {
      made.what = json::form::object;
      for (bool first = true; !take('}'); first = false) {
        if (!first) expect(',');
        expect('"');
        auto name = string();
        expect(':');
        made.members.push_back({std::move(name), value(depth + 1)});
      }
    } else if (take('[')) {
      made.what = json::form::array;
      for (bool first = true; !take(']'); first = false) {
        if (!first) expect(',');
        made.items.push_back(value(depth + 1));
      }
    } else if (take('"')) {
      made.what = json::form::text;
      made.text = string();
    } else {
      word(made);
    }
    return made;
  }

  void word(json& made) {
    const auto end = std::min(rest_.find_first_of(",]} \n\r\t"), rest_.size());
    made.text = rest_.substr(0, end);
    rest_.remove_prefix(end);
    if (made.text == "null") return;
    made.what =
        made.text == "true" || made.text == "false" ? json::form::truth : json::form::number;
    if (made.what == json::form::truth) return;
    std::size_t read = 0;
    try {
      (void)std::stod(made.text, &read);
    } catch (const std::out_of_range&) {
      read = made.text.size();  // subnormal
    } catch (const std::invalid_argument&) {
    }
    if (read != made.text.size() || made.text.empty())
      throw std::runtime_error("not JSON: " + near());
  }

  std::string string() {
    std::string text;
    for (;;) {
      if (rest_.empty()) throw std::runtime_error("a string without end");
      const char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == '"') return text;
      if (static_cast<unsigned char>(c) < 0x20)
        throw std::runtime_error("a control byte in a string");
      if (c == '\\') {
        escape(text);
      } else {
        text += c;
      }
    }
  }

  void escape(std::string& text) {
    constexpr std::string_view letters = "\"\\/bfnrt";
    const auto place = rest_.empty() ? std::string_view::npos : letters.find(rest_[0]);
    if (place != std::string_view::npos) {
      text += "\"\\/\b\f\n\r\t"[place];
      rest_.remove_prefix(1);
      return;
    }
    if (rest_.size() < 5 || rest_[0] != 'u') throw std::runtime_error("a bad escape at " + near());
    const auto code =
        static_cast<unsigned>(std::stoul(std::string(rest_.substr(1, 4)), nullptr, 16));
    rest_.remove_prefix(5);
    if (code < 0x80) {
      text += static_cast<char>(code);
    } else if (code < 0x800) {
      text += static_cast<char>(0xC0 | code >> 6);
      text += static_cast<char>(0x80 | (code & 63));
    } else {
      text += static_cast<char>(0xE0 | code >> 12);
      text += static_cast<char>(0x80 | (code >> 6 & 63));
      text += static_cast<char>(0x80 | (code & 63));
    }
  }

  std::string_view rest_;
};

}  // namespace sandpiper::test

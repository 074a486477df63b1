#pragma once
// tests/resp/cases.jsonl: one line for each case, its members in this order and without blanks:
//
//     {"id":"two replies","bytes":"+OK\r\n:1\r\n","expect":{"seq":[{"+":"OK"},{":":1}]}}
//
// id      what the case is about
// bytes   what is fed; \u0000 to \u00ff stand for bytes
// expect  a value in the coding of docs/parts/resp.md; {"seq":[...]} for none or several;
//         "error" and "incomplete" as the last of them

#include <cstddef>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sandpiper::test {

struct resp_case {
  std::string id;
  std::string bytes;
  std::string expect;
};

/// The text between `before` and the next `after`, which may also be the end of the line.
inline std::string_view between(std::string_view line, std::string_view before,
                                std::string_view after) {
  const auto from = line.find(before);
  const auto to = line.rfind(after);
  if (from == line.npos || to == line.npos || to < from + before.size()) {
    throw std::runtime_error("a case is not written as it should be: " + std::string(line));
  }
  return line.substr(from + before.size(), to - from - before.size());
}

inline std::string unescaped(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
      continue;
    }
    switch (const char c = text.at(++i)) {
      case 'r': bytes += '\r'; break;
      case 'n': bytes += '\n'; break;
      case 'u':
        bytes += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 4)), nullptr, 16));
        i += 4;
        break;
      default: bytes += c;
    }
  }
  return bytes;
}

inline std::vector<resp_case> resp_cases() {
  std::ifstream in(SANDPIPER_TEST_ROOT "/resp/cases.jsonl");
  if (!in) throw std::runtime_error("tests/resp/cases.jsonl cannot be read");
  std::vector<resp_case> cases;
  for (std::string line; std::getline(in, line);) {
    constexpr std::string_view bytes = R"(","bytes":")";
    constexpr std::string_view expect = R"(","expect":)";
    cases.push_back({std::string(between(line, R"({"id":")", bytes)),
                     unescaped(between(line, bytes, expect)),
                     std::string(between(line, expect, "}"))});
  }
  return cases;
}

}  // namespace sandpiper::test

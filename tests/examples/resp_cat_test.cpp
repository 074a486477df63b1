// resp_cat from outside: what it prints, what it complains of, and what it ends with.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "support/reply_text.hpp"
#include "support/resp_cases.hpp"
#include "support/temporary_folder.hpp"

namespace sandpiper::test {
namespace {

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct ended {
  int status;
  std::string out;
  std::string err;
};

ended resp_cat(const std::string& arguments, std::string_view input) {
  const temporary_folder f;
  const auto line = std::string(RESP_CAT) + ' ' + arguments + " < " + f.write("in", input) + " > " +
                    f.path("out") + " 2> " + f.path("err");
  const int status = std::system(line.c_str());
  EXPECT_TRUE(WIFEXITED(status)) << line;
  return {WEXITSTATUS(status), content_of(f.path("out")), content_of(f.path("err"))};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// A case's expectation as `--hex` tells it: what came before an error or a cut is left out.
std::string told_by_hex(const std::string& expect) {
  for (const std::string end : {"\"error\"", "\"incomplete\""}) {
    if (expect == end || expect.ends_with(end + "]}")) return end;
  }
  return expect;
}

TEST(RespCat, TellsEveryCaseInHex) {
  const auto cases = resp_cases();
  std::string input;
  for (const auto& one : cases) input += hex(one.bytes) + '\n';
  const auto got = resp_cat("--hex", input);
  EXPECT_EQ(got.status, 0) << got.err;
  EXPECT_EQ(got.err, "");
  const auto lines = lines_of(got.out);
  ASSERT_EQ(lines.size(), cases.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i], told_by_hex(cases[i].expect)) << cases[i].id;
  }
}

TEST(RespCat, HexMayBeSpacedAndInCapitals) {
  EXPECT_EQ(resp_cat("--hex", "2B 4f\t4B 0d0A\r\n\n3a310d0a").out,
            "{\"+\":\"OK\"}\n{\"seq\":[]}\n{\":\":1}\n");
}

TEST(RespCat, ALineThatIsNotHexIsAMistakeOfItsUser) {
  for (const auto* line : {"2b4f4b0d0", "2b4f4b0d0x", "+OK"}) {
    const auto got = resp_cat("--hex", std::string("3a310d0a\n") + line + "\n3a320d0a\n");
    EXPECT_EQ(got.status, 2) << line;
    EXPECT_EQ(got.out, "{\":\":1}\n");
    EXPECT_EQ(got.err, "resp_cat: line 2 is not made of pairs of hex digits\n");
  }
}

// The same strings as people should see them: text where it is text, hex digits where it is not.
TEST(RespCat, PrintsTextAsTextAndBytesAsHex) {
  const auto told = [](const std::string& text) {
    return resp_cat("", "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n").out;
  };
  EXPECT_EQ(told("a\"b\\c\r\n\t/"), "{\"$\":\"a\\\"b\\\\c\\r\\n\\t/\"}\n");
  for (const std::string text :
       {"\u00e9", "\u20ac", "\U0001F600", "\u00a0", "\u0800", "\ud7ff", "\ue000", "\U0010FFFF"}) {
    EXPECT_EQ(told(text), "{\"$\":\"" + text + "\"}\n");
  }
  const std::string controls[] = {std::string("a\0", 2), "\x1b[0m", "\x7f", "\u0080", "\u009f"};
  for (const auto& text : controls)
    EXPECT_EQ(told(text), "{\"$\":{\"hex\":\"" + hex(text) + "\"}}\n");
  // Cut short, overlong, a surrogate, beyond Unicode, a lone continuation, latin-1.
  for (const std::string text :
       {"\xe2\x82", "\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xed\xa0\x80",
        "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\x80", "caf\xe9", "\xff\xfe"}) {
    EXPECT_EQ(told(text), "{\"$\":{\"hex\":\"" + hex(text) + "\"}}\n");
  }
  EXPECT_EQ(resp_cat("", "=5\r\n\xff\xff\xff:x\r\n").out, "{\"=\":[{\"hex\":\"ffffff\"},\"x\"]}\n");
}

TEST(RespCat, PrintsAStreamValueByValue) {
  const auto got =
      resp_cat("", "+OK\r\n>2\r\n+message\r\n+x\r\n|1\r\n+a\r\n*1\r\n:1\r\n%1\r\n+k\r\n~0\r\n");
  EXPECT_EQ(got.status, 0);
  EXPECT_EQ(
      got.out,
      "{\"+\":\"OK\"}\n"
      "{\">\":[{\"+\":\"message\"},{\"+\":\"x\"}]}\n"
      "{\"|\":[[{\"+\":\"a\"},{\"*\":[{\":\":1}]}]],\"v\":{\"%\":[[{\"+\":\"k\"},{\"~\":[]}]]}}\n");
  EXPECT_EQ(got.err, "");
  EXPECT_EQ(resp_cat("", "").status, 0);
}

TEST(RespCat, GivesWhatCameBeforeAnErrorAndSaysWhereItIs) {
  const auto got = resp_cat("", "+OK\r\n:1\r\n:x\r\n+OK\r\n");
  EXPECT_EQ(got.status, 1);
  EXPECT_EQ(got.out, "{\"+\":\"OK\"}\n{\":\":1}\n");
  EXPECT_EQ(
      got.err,
      "resp_cat: the server sent bytes that are not RESP: byte 9: not an integer of 64 bits\n");
  EXPECT_EQ(resp_cat("", "$536870913\r\n").status, 1);
}

TEST(RespCat, SaysWhenTheInputEndsInsideAValue) {
  const auto got = resp_cat("", "+OK\r\n*2\r\n:1\r\n");
  EXPECT_EQ(got.status, 3);
  EXPECT_EQ(got.out, "{\"+\":\"OK\"}\n");
  EXPECT_EQ(got.err, "resp_cat: the input ends inside the value that begins at byte 5\n");
}

// More than one read from a pipe or a file brings, in one value and in many.
TEST(RespCat, ReadsInputsOfAnySize) {
  std::string many;
  std::string expected;
  for (int i = 0; i < 50'000; ++i) {
    many += ':' + std::to_string(i) + "\r\n";
    expected += "{\":\":" + std::to_string(i) + "}\n";
  }
  EXPECT_EQ(resp_cat("", many).out, expected);
  const std::string large(3'000'000, 'x');
  EXPECT_EQ(resp_cat("", "$3000000\r\n" + large + "\r\n").out, "{\"$\":\"" + large + "\"}\n");
}

TEST(RespCat, ExplainsItself) {
  const auto help = resp_cat("--help", "");
  EXPECT_EQ(help.status, 0);
  EXPECT_NE(help.out.find("usage: resp_cat [--hex]"), std::string::npos);
  EXPECT_NE(help.out.find("exit status"), std::string::npos);
  const auto wrong = resp_cat("--json", "");
  EXPECT_EQ(wrong.status, 2);
  EXPECT_EQ(wrong.out, "");
  EXPECT_NE(wrong.err.find("'--json' is not an option"), std::string::npos);
  EXPECT_EQ(resp_cat("capture.bin", "").status, 2);
}

}  // namespace
}  // namespace sandpiper::test

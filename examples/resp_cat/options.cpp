#include "resp_cat/options.hpp"

#include <cstdio>
#include <string_view>

namespace resp_cat {

const char* const usage =
    "usage: resp_cat [--hex] < CAPTURE\n"
    "\n"
    "Reads RESP2 or RESP3 from standard input and prints one JSON document a line.\n"
    "\n"
    "  --hex    each line of the input is hex digits, and a case of its own: it gives one\n"
    "           line, a value, {\"seq\":[...]} of none or several, \"incomplete\" or \"error\"\n"
    "  --help   this text\n"
    "\n"
    "A value is an object whose first member is its type byte:\n"
    "\n"
    "  {\"+\":s} simple string   {\"-\":s} error          {\":\":n} integer      {\"$\":s} bulk "
    "string\n"
    "  {\"*\":[...]} array       {\"~\":[...]} set        {\">\":[...]} push     "
    "{\"%\":[[k,v],...]} map\n"
    "  {\"_\":null} any null     {\"#\":true} boolean     {\",\":\"1.5\"} double   {\"(\":\"12\"} "
    "big number\n"
    "  {\"!\":s} bulk error      {\"=\":[\"txt\",s]} verbatim string\n"
    "  {\"|\":[[k,v],...],\"v\":value} a value with its attributes\n"
    "\n"
    "A string that is not printable UTF-8 is {\"hex\":\"00ff\"}.\n"
    "\n"
    "exit status: 0 all was read; 1 malformed, or over a limit; 2 usage; 3 the input ends inside\n"
    "a value. With --hex, 0 unless a line is not hex digits, which is 2.\n";

std::optional<options> read_options(int argc, char** argv) {
  options asked;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--hex") {
      asked.hex = true;
    } else if (word == "--help" || word == "-h") {
      asked.help = true;
    } else {
      std::fprintf(stderr, "resp_cat: '%s' is not an option; it reads standard input\n%s", argv[i],
                   usage);
      return std::nullopt;
    }
  }
  return asked;
}

}  // namespace resp_cat

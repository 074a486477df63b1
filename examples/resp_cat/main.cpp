// resp_cat: RESP on standard input, one JSON document a line on standard output.
//
//     printf '+OK\r\n*2\r\n:1\r\n$1\r\na\r\n' | resp_cat
//     {"+":"OK"}
//     {"*":[{":":1},{"$":"a"}]}

#include <cstdio>

#include "resp_cat/cat.hpp"
#include "resp_cat/options.hpp"

int main(int argc, char** argv) {
  const auto asked = resp_cat::read_options(argc, argv);
  if (!asked) return resp_cat::bad_usage;
  if (asked->help) {
    std::fputs(resp_cat::usage, stdout);
    return resp_cat::all_read;
  }
  const auto ended =
      asked->hex ? resp_cat::cat_hex_lines(stdin, stdout) : resp_cat::cat_stream(stdin, stdout);
  if (std::fflush(stdout) != 0) {
    std::fputs("resp_cat: the output cannot be written\n", stderr);
    return resp_cat::malformed;
  }
  return ended;
}

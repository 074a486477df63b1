#include "sandpiper/base/error.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace sandpiper {
namespace {

static_assert(sizeof(error) == sizeof(void*), "a result<T> is moved on every hot path");

TEST(Error, ACodeAndAFateNeedNoMemory) {
  const error why(errc::deadline_exceeded, fate::uncertain);
  EXPECT_EQ(why.code(), errc::deadline_exceeded);
  EXPECT_EQ(why.fate(), fate::uncertain);
  EXPECT_EQ(why.text(), "");
  EXPECT_EQ(why.message(),
            "the deadline passed before the reply came (it was sent and may have run)");
}

TEST(Error, TheServersFirstWordIsItsCode) {
  EXPECT_EQ(error::from_server("WRONGTYPE Operation against a key").code(), server_errc::wrongtype);
  EXPECT_EQ(error::from_server("ASK 3999 127.0.0.1:6381").code(), server_errc::ask);
  EXPECT_EQ(error::from_server("LOADING").code(), server_errc::loading);
  EXPECT_EQ(error::from_server("ERR unknown command").code(), server_errc::err);
  EXPECT_EQ(error::from_server("MYSCRIPT failed").code(), server_errc::err);
  EXPECT_EQ(error::from_server("").code(), server_errc::err);
}

TEST(Error, TheServersWordsAreKeptWhole) {
  const auto why = error::from_server("MOVED 3999 127.0.0.1:6381");
  EXPECT_EQ(why.fate(), fate::answered);
  EXPECT_EQ(why.text(), "MOVED 3999 127.0.0.1:6381");
  EXPECT_EQ(why.message(), "the server answered: MOVED 3999 127.0.0.1:6381");
}

TEST(Error, CopiesAreOfTheirOwn) {
  error words(errc::bad_url, "no host");
  const error copy = words;
  words = error(errc::cancelled);
  EXPECT_EQ(copy.text(), "no host");
  EXPECT_EQ(words.code(), errc::cancelled);

  error moved = copy;
  const error target = std::move(moved);
  EXPECT_EQ(target.text(), "no host");
}

TEST(Error, APlaceIsToldFirstAndAFateCanBeSet) {
  const error why = error(errc::connect_failed, "refused").at("redis:6379").with(fate::uncertain);
  EXPECT_EQ(why.text(), "redis:6379: refused");
  EXPECT_EQ(why.fate(), fate::uncertain);
  EXPECT_EQ(why.code(), errc::connect_failed);
  EXPECT_EQ(error(errc::closed).with(fate::uncertain).fate(), fate::uncertain);
}

TEST(Error, EveryCodeHasOneWordOfItsOwn) {
  EXPECT_EQ(to_string(errc::deadline_exceeded), "deadline_exceeded");
  EXPECT_EQ(to_string(server_errc::wrongtype), "WRONGTYPE");
  EXPECT_EQ(server_errc_of("LOADING Redis is loading"), server_errc::loading);
  EXPECT_EQ(server_errc_of("MYSCRIPT failed"), server_errc::err);
  std::set<std::string_view> seen;
  for (int code = 1; error_category().message(code).find("unknown") == std::string::npos; ++code) {
    EXPECT_TRUE(seen.insert(to_string(static_cast<errc>(code))).second) << code;
  }
  for (int code = 1; code <= static_cast<int>(server_errc::wrongtype); ++code) {
    const auto word = to_string(static_cast<server_errc>(code));
    EXPECT_TRUE(seen.insert(word).second) << code;
    EXPECT_EQ(server_errc_of(word), static_cast<server_errc>(code));
  }
  EXPECT_FALSE(seen.contains("unknown"));
}

TEST(Error, EveryCodeHasWords) {
  for (int code = 1; code <= static_cast<int>(errc::lost); ++code) {
    EXPECT_EQ(error_category().message(code).find("unknown"), std::string::npos) << code;
  }
  EXPECT_EQ(error_category().message(999), "unknown sandpiper error 999");
  EXPECT_EQ(make_error_code(server_errc::wrongtype).message(), "the server answered WRONGTYPE");
  EXPECT_EQ(server_error_category().message(999), "unknown server error 999");
}

}  // namespace
}  // namespace sandpiper

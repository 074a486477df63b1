#include "client/url_parameter.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace sandpiper::url {
namespace {

TEST(UrlText, EveryByteButNulSurvivesEscaping) {
  for (int byte = 1; byte < 256; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    EXPECT_EQ(decoded(encoded(text, ":/?&")), text) << byte;
    for (const char c : encoded(text, "")) EXPECT_TRUE('!' <= c && c <= '~') << byte;
  }
}

TEST(UrlText, EscapesAreTwoHexadecimalDigitsInEitherCase) {
  EXPECT_EQ(decoded("%2f%2F%7e"), "//~");
  EXPECT_EQ(decoded("a+b"), "a+b") << "a plus is a plus";
  for (const auto* bad : {"%", "%2", "a%", "%G0", "%0G", "% 1", "%%41", "%00", "%-1"}) {
    EXPECT_FALSE(decoded(bad)) << bad;
  }
}

TEST(UrlText, ANumberIsAllOfItsText) {
  std::uint16_t number = 7;
  for (const auto* bad : {"", "-1", "+1", " 1", "1 ", "0x1", "65536", "99999999999999999999"}) {
    EXPECT_FALSE(read_whole(bad, number)) << bad;
    EXPECT_EQ(number, 7) << bad;
  }
  EXPECT_TRUE(read_whole("65535", number));
  EXPECT_EQ(number, 65535);
}

TEST(UrlText, TheNearestWordTakesTheFewestEdits) {
  EXPECT_EQ(nearest_parameter("timout"), "timeout");
  EXPECT_EQ(nearest_parameter("conect_timeout"), "connect_timeout");
  EXPECT_EQ(nearest_parameter("stal_timeout"), "stall_timeout");
  EXPECT_EQ(nearest_parameter("database"), "db");
  EXPECT_EQ(nearest_parameter("ca_file"), "cafile");
  EXPECT_EQ(nearest_parameter("clientname"), "client_name");
  EXPECT_EQ(nearest_parameter("protocl"), "protocol");
  EXPECT_EQ(nearest_parameter("TLS_insecur"), "insecure");
}

TEST(UrlText, AnEndlessWordIsComparedByItsBeginning) {
  EXPECT_FALSE(nearest_parameter(std::string(100'000, 'x')).empty());
  EXPECT_FALSE(nearest_parameter("").empty());
}

TEST(UrlParameter, EachIsFoundByItsNameAlone) {
  for (const auto& each : parameters_known) EXPECT_EQ(find_parameter(each.name), &each);
  EXPECT_EQ(find_parameter("DB"), nullptr);
  EXPECT_EQ(find_parameter(""), nullptr);
}

TEST(UrlParameter, EachWritesWhatItReadsAndNothingByDefault) {
  for (const auto& each : parameters_known) {
    EXPECT_EQ(each.write(options{}), "") << each.name;
    options o;
    bool was_read = false;
    for (const auto* value : {"2", "77ms", "true"}) {  // one of these is right for each
      options made;
      if (!each.read(value, made)) continue;
      was_read = true;
      EXPECT_EQ(each.write(made), value) << each.name;
    }
    EXPECT_TRUE(was_read) << each.name;
    EXPECT_FALSE(each.expects.empty()) << each.name;
  }
}

}  // namespace
}  // namespace sandpiper::url

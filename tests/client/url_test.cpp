#include "client/url.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sandpiper::url {
namespace {

using namespace std::chrono_literals;

std::string told_again(std::string_view text) {
  const auto made = parse(text);
  return made ? redacted(*made) : "refused: " + std::string(made.error().text());
}

std::string refusal(std::string_view text) {
  const auto made = parse(text);
  if (made) {
    ADD_FAILURE() << text << " was taken for " << redacted(*made);
    return "";
  }
  EXPECT_EQ(made.error(), errc::bad_url) << text;
  return std::string(made.error().text());
}

TEST(Url, SaysWhereAndWho) {
  struct row {
    std::string text;
    std::string meaning;  // as redacted() tells it
  };
  for (const auto& [text, meaning] : std::vector<row>{
           {"redis://", "redis://localhost:6379"},
           {"redis:///", "redis://localhost:6379"},
           {"redis://:7000", "redis://localhost:7000"},
           {"redis://h", "redis://h:6379"},
           {"redis://h/", "redis://h:6379"},
           {"redis://h/0", "redis://h:6379"},
           {"redis://h/15", "redis://h:6379/15"},
           {"redis://h?db=15", "redis://h:6379/15"},
           {"redis://h/?db=15", "redis://h:6379/15"},
           {"REDIS://H:1", "redis://H:1"},
           {"valkey://h:65535", "redis://h:65535"},
           {"rediss://h", "rediss://h:6379"},
           {"valkeys://10.0.0.7", "rediss://10.0.0.7:6379"},
           {"redis://[::1]", "redis://[::1]:6379"},
           {"redis://[::ffff:10.0.0.7]:7000/3", "redis://[::ffff:10.0.0.7]:7000/3"},
           {"redis://[fe80::1%25eth0]", "redis://[fe80::1%25eth0]:6379"},
           {"redis://:p@h", "redis://:***@h:6379"},
           {"redis://ann:p@h", "redis://ann:***@h:6379"},
           {"redis://ann:p@", "redis://ann:***@localhost:6379"},
           {"redis://a%6En:p:q@[::1]:1/2", "redis://ann:***@[::1]:1/2"},
           {"unix:///s", "unix:///s"},
           {"unix://ann:p@/run/r.sock?db=4", "unix://ann:***@/run/r.sock?db=4"},
           {"redis+unix:///a%20b%3Fc", "unix:///a%20b%3Fc"},
           {"redis-socket:///s?timeout=90s", "unix:///s?timeout=90s"},
           {"redis://h?protocol=2&client_name=n-1", "redis://h:6379?protocol=2&client_name=n-1"},
           {"redis://h?timeout=5s&connect_timeout=5000ms&protocol=3", "redis://h:6379"},
           {"rediss://h?insecure=true", "rediss://h:6379?insecure=true"},
           {"rediss://h?insecure=false", "rediss://h:6379"},
           {"rediss://h?key=/k&cert=/c&cafile=/a&sni=n",
            "rediss://h:6379?sni=n&cafile=/a&cert=/c"
            "&key=/k"},
       }) {
    EXPECT_EQ(told_again(text), meaning) << text;
    EXPECT_EQ(told_again(meaning), meaning) << "what is told must read the same";
  }
}

TEST(Url, EscapesAreUndoneInUserPasswordPathAndValues) {
  const auto made = parse("unix://a%40b:p%2F%3a%3f%23%25%0A@/r%C3%A9?client_name=%7En").value();
  EXPECT_EQ(made.user, "a@b");
  EXPECT_EQ(made.password, "p/:?#%\n");
  EXPECT_EQ(made.endpoints.front().path, "/r\xC3\xA9");
  EXPECT_EQ(made.name, "~n");
}

TEST(Url, APasswordMayHoldColonsAndEveryOtherPlainSign) {
  EXPECT_EQ(parse("redis://:a:b@h").value().password, "a:b");
  EXPECT_EQ(parse("redis://u:!$&'()*+,;=[]~@h").value().password, "!$&'()*+,;=[]~");
}

TEST(Url, TimesCarryTheirUnit) {
  const auto made = parse("redis://h?timeout=250ms&connect_timeout=2s&stall_timeout=1440m").value();
  EXPECT_EQ(made.command_timeout, 250ms);
  EXPECT_EQ(made.connect_timeout, 2s);
  EXPECT_EQ(made.stall_timeout, options::time_max);
  for (const auto* bad : {"5", "", "0", "0s", "-1s", "+1s", "1.5s", "5 s", "5S", "5h", "ms", "5sm",
                          "1441m", "86400001ms", "99999999999999999999s", "9223372036854775807m"}) {
    const auto text = refusal("redis://h?timeout=" + [](std::string t) {
      for (auto at = t.find(' '); at != t.npos; at = t.find(' ')) t.replace(at, 1, "%20");
      return t;
    }(bad));
    EXPECT_NE(text.find("timeout"), text.npos) << bad << ": " << text;
    EXPECT_NE(text.find("500ms"), text.npos) << bad << ": " << text;
  }
}

TEST(Url, WhatIsAmbiguousIsRefusedWithBothSpellings) {
  const auto text = refusal("redis://x@host");
  EXPECT_NE(text.find("redis://:PASSWORD@host"), text.npos) << text;
  EXPECT_NE(text.find("redis://USER:PASSWORD@host"), text.npos) << text;
}

TEST(Url, SeveralServersAreRefusedInPlainWords) {
  for (const auto* url :
       {"redis+cluster://a:7000,b:7001", "redis+sentinel://s1:26379,s2:26379/mymaster",
        "rediss+cluster://a", "redis-sentinel://s1", "redis://a:1,b:2", "redis://a,b"}) {
    const auto text = refusal(url);
    EXPECT_NE(text.find("this version talks to one server"), text.npos) << url << ": " << text;
  }
}

struct refused_row {
  std::string url;
  std::string part;  // how the text begins
  std::string hint;  // what else it must hold
};

void expect_refused(const std::vector<refused_row>& rows) {
  for (const auto& [url, part, hint] : rows) {
    const auto text = refusal(url);
    EXPECT_EQ(text.find(part), 0u) << url << ": " << text;
    EXPECT_NE(text.find(hint), text.npos) << url << ": " << text;
  }
}

TEST(Url, ABadAddressIsRefusedNamingThePart) {
  expect_refused({
      {"", "address", "redis://localhost:6379"},
      {"redis://a b", "address", "offset 9"},
      {"redis://a\n", "address", "offset 9"},
      {"redis://a\x7f", "address", "offset 9"},
      {"redis://\xC3\xA9", "address", "offset 8"},
      {std::string("redis://a\0b", 11), "address", "offset 9"},
      {"redis://h/0#x", "address", "offset 11"},
      {"redis://u:p@q@h", "address", "%40"},
      {"redis://u:p/q@h", "address", "%2F"},
      {"redis://u:p?q@h", "address", "%3F"},
      {"localhost:6379", "scheme", "redis://"},
      {"redis:localhost", "scheme", "redis://"},
      {"redis:/localhost", "scheme", "redis://"},
      {"://h", "scheme", "missing"},
      {"h?next=redis://x", "scheme", "missing"},
      {"redi://h", "scheme", "redis://"},
      {"redsis://h", "scheme", "redis://"},
      {"valkyes://h", "scheme", "valkey"},
      {"unixs:///x", "scheme", "unix://"},
      {"redis-sockets:///x", "scheme", "redis-socket://"},
      {"http://h", "scheme", "nearest"},
      {"redis://@h", "user", "PASSWORD"},
      {"redis://:@h", "password", "empty"},
      {"redis://u:@h", "password", "empty"},
      {"redis://%zz:p@h", "user", "%25"},
      {"redis://u:%4@h", "password", "%25"},
      {"redis://u:%00@h", "password", "NUL"},
      {"redis://a%20b:p@h", "user", "space"},
  });
}

TEST(Url, ABadPlaceIsRefusedNamingThePart) {
  expect_refused({
      {"redis://h:", "port", "65535"},
      {"redis://h:0", "port", "65535"},
      {"redis://h:65536", "port", "65535"},
      {"redis://h:-1", "port", "65535"},
      {"redis://h:6379x", "port", "65535"},
      {"redis://h:99999999999999999999", "port", "65535"},
      {"redis://::1", "host", "[::1]"},
      {"redis://[::1", "host", "']'"},
      {"redis://[]", "host", "IPv6"},
      {"redis://[h]", "host", "IPv6"},
      {"redis://[10.0.0.7]", "host", "IPv6"},
      {"redis://[::1]x:1", "host", "IPv6"},
      {"redis://[::1]]", "host", "IPv6"},
      {"redis://[1:2:3:4:5:6:7:8:9]", "host", "IPv6"},
      {"redis://[fe80::1%25]", "host", "IPv6"},
      {"redis://[fe80::1%eth0]", "host", "%25"},
      {"redis://h%41", "host", "letters"},
      {"redis://h*", "host", "letters"},
      {"redis://" + std::string(254, 'h'), "host", "letters"},
      {"redis://h/x", "database", "2147483647"},
      {"redis://h/-1", "database", "2147483647"},
      {"redis://h/0/", "database", "2147483647"},
      {"redis://h//1", "database", "2147483647"},
      {"redis://h/2147483648", "database", "2147483647"},
      {"unix://run/redis.sock", "host", "three slashes"},
      {"unix://", "path", "unix:///"},
      {"unix:///", "path", "unix:///"},
      {"unix:///a%", "path", "%25"},
      {"unix:///" + std::string(107, 'p'), "endpoints[0].path", "107 at most"},
  });
}

TEST(Url, ABadParameterIsRefusedNamingIt) {
  expect_refused({
      {"redis://h?timout=5s", "query parameter 1", "nearest known one is timeout"},
      {"redis://h?db=1&protcol=3", "query parameter 2", "nearest known one is protocol"},
      {"redis://h?DB=1", "query parameter 1", "nearest"},
      {"redis://h?", "query parameter 1", "no name"},
      {"redis://h?db=1&", "query parameter 2", "no name"},
      {"redis://h?=1", "query parameter 1", "no name"},
      {"redis://h?db", "query parameter 1 (db)", "number"},
      {"redis://h?db=", "query parameter 1 (db)", "number"},
      {"redis://h?db=1=2", "query parameter 1 (db)", "number"},
      {"redis://h?db=%", "query parameter 1 (db)", "%25"},
      {"redis://h?db=1&db=1", "query parameter 2 (db)", "twice"},
      {"redis://h/1?db=1", "query parameter 1 (db)", "twice"},
      {"redis://h?protocol=1", "query parameter 1 (protocol)", "2 or 3"},
      {"redis://h?protocol=RESP3", "query parameter 1 (protocol)", "2 or 3"},
      {"redis://h?client_name=", "query parameter 1 (client_name)", "printable"},
      {"redis://h?client_name=a%20b", "name", "offset 1"},
      {"redis://h?insecure=true", "query parameter 1 (insecure)", "rediss://"},
      {"unix:///s?cafile=/c", "query parameter 1 (cafile)", "rediss://"},
      {"rediss://h?insecure", "query parameter 1 (insecure)", "true"},
      {"rediss://h?insecure=yes", "query parameter 1 (insecure)", "true"},
      {"rediss://h?sni=a/b", "tls.server_name", "host name"},
      {"rediss://h?cert=/c", "tls.certificate_file", "tls.key_file"},
      {"rediss://h?key=/k", "tls.key_file", "tls.certificate_file"},
  });
}

TEST(Url, AnOverlongAddressIsRefused) {
  const std::string longest = "redis://:" + std::string(bytes_max - 11, 'p') + "@h";
  ASSERT_EQ(longest.size(), bytes_max);
  EXPECT_TRUE(parse(longest));
  const auto text = refusal(longest + "h");
  EXPECT_NE(text.find("8192"), text.npos) << text;
}

// Where the password is plainly one, and where a slip puts a piece of it into another part.
TEST(Url, NoErrorTextHoldsASecret) {
  const std::vector<std::string> secrets = {"hunter2", "31337133713", "hunter2%", "-1"};
  const std::vector<std::string> places = {
      "S",
      "S://h",
      "S:hunter2@h",
      "redis:S@h",
      "redis://S@h",
      "redis://:S@h:0",
      "redis://u:S@h:0",
      "redis://u:S@h/x",
      "redis://u:S@h?x=1",
      "redis://u:S@h?timeout=0",
      "redis://u:S@ h",
      "redis://u:S@[",
      "redis://u:S%zz@h",
      "redis://u:%zzS@h",
      "redis://u:S@h@h",
      "redis://u:a/S@h",
      "redis://u:a?S@h",
      "redis://u:a#S@h",
      "redis://u:a@S@h",
      "redis://S:@h",
      "redis://S%20:x@h",
      "redis://S%zz:x@h",
      "redis://h:S",
      "redis://S:x",
      "redis://[S]",
      "redis://S*",
      "redis://h/S*",
      "redis://h/S/",
      "redis://h?S",
      "redis://h?S=1",
      "redis://h?db=S*",
      "redis://h?db=1&db=S",
      "redis://h?protocol=S",
      "redis://h?timeout=S",
      "redis://h?client_name=S%20",
      "redis://h?client_name=S%",
      "redis://h?insecure=S",
      "rediss://h?insecure=S",
      "rediss://h?sni=S*",
      "rediss://h?key=S",
      "rediss://h?cert=S",
      "redis://S,S",
      "redis+cluster://u:S@h",
      "redsi://u:S@h",
      "unix://S/path",
      "unix://u:S@h/path",
      "unix://u:S@/",
      "unix://u:S@/p?S",
      "unix:///S%",
      "unix:///S" + std::string(110, 'p'),
  };
  for (const auto& secret : secrets) {
    for (auto place : places) {
      for (auto at = place.find('S'); at != place.npos; at = place.find('S', at + secret.size())) {
        place.replace(at, 1, secret);
      }
      const auto made = parse(place);
      EXPECT_FALSE(made && secret == "hunter2") << place;
      if (made) continue;  // the number is a sound port, say
      const auto text = made.error().message();
      EXPECT_EQ(text.find(secret), text.npos) << place << ": " << text;
      EXPECT_EQ(text.find("hunter2"), text.npos) << place << ": " << text;
    }
  }
}

TEST(Url, WhatIsToldNeverHoldsThePassword) {
  const auto made = parse("rediss://ann:hunter2@h:1/2?timeout=1s&client_name=n").value();
  EXPECT_EQ(made.password, "hunter2");
  EXPECT_EQ(redacted(made), "rediss://ann:***@h:1/2?timeout=1s&client_name=n");
}

// The bytes of an address are taken as they come: no cut of a sound one may crash or hang, and what
// is accepted of it must read again.
TEST(Url, EveryCutOfAnAddressIsTakenOrRefused) {
  const std::string whole =
      "rediss://us%20er:pa%2Fss@[fe80::1%25eth0]:7000/3?timeout=500ms&sni=h&cafile=/"
      "c&insecure=true";
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    const auto made = parse(whole.substr(0, cut));
    if (!made) continue;
    EXPECT_EQ(told_again(redacted(*made)), redacted(*made)) << cut;
  }
}

}  // namespace
}  // namespace sandpiper::url

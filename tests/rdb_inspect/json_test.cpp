// What `json` writes is all there was: read again, it tells what the servers that wrote the
// fixtures said they held.

#include "rdb_inspect/json.hpp"

#include <bit>
#include <cstring>

#include "rdb_inspect/running.hpp"

namespace sandpiper::test {
namespace {

std::string from_base64(const std::string& text) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    const auto place = letters.find(c);
    if (place == std::string_view::npos) break;
    bits = (bits << 6 | static_cast<unsigned>(place)) & 0xFFFF;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xFF);
  }
  return bytes;
}

std::string bytes_of(const json& one) {
  const auto* const encoded = one.find("b64");
  return encoded != nullptr ? from_base64(encoded->text) : one.text;
}

std::string digits(std::uint64_t n, std::size_t count = 16) {
  std::string text(count, '0');
  for (std::size_t i = count; i-- > 0; n >>= 4) text[i] = "0123456789abcdef"[n & 15];
  return text;
}

// Bytes as the fixtures' files write them: a character a byte.
std::string as_text(std::string_view bytes) {
  std::string text = "\"";
  for (const char c : bytes) {
    constexpr std::string_view special = "\"\\\n\r\t\b\f";
    const auto byte = static_cast<unsigned char>(c);
    if (const auto at = special.find(c); at != special.npos) {
      text.append("\\").append(1, "\"\\nrtbf"[at]);
    } else if (byte < 0x20 || byte > 0x7e) {
      text.append("\\u").append(digits(byte, 4));
    } else {
      text += c;
    }
  }
  return text + '"';
}
std::string as_text(const json& one) { return as_text(bytes_of(one)); }

std::string list(const std::vector<std::string>& parts) {
  std::string all = "[";
  for (const auto& part : parts) all.append(all.size() == 1 ? "" : ",").append(part);
  return all + "]";
}

std::uint64_t score_bits(const json& score) {
  return std::bit_cast<std::uint64_t>(std::strtod(score.text.c_str(), nullptr));
}

std::string in_order(std::uint64_t raw) {
  if (raw == 1ULL << 63) raw = 0;
  return digits(raw >> 63 ? ~raw : raw | 1ULL << 63);
}

std::string collection(const std::string& type, const json& value) {
  std::vector<std::pair<std::string, std::string>> members;  // what to sort by; what to show
  for (const auto& one : value.items) {
    if (type == "hash") {
      members.emplace_back(bytes_of(one.items.at(0)),
                           list({as_text(one.items.at(0)), as_text(one.items.at(1))}));
    } else if (type == "zset") {
      const auto bits = score_bits(one.items.at(1));
      members.emplace_back(in_order(bits) + bytes_of(one.items.at(0)),
                           "[" + as_text(one.items.at(0)) + ",\"" + digits(bits) + "\"]");
    } else {
      members.emplace_back(bytes_of(one), as_text(one));
    }
  }
  if (type != "list") std::sort(members.begin(), members.end());
  std::vector<std::string> shown;
  for (const auto& [order, text] : members) shown.push_back(text);
  return list(shown);
}

std::string group(const json& g) {
  std::vector<std::string> pending, consumers;
  if (const auto* const all = g.find("pending")) {
    for (const auto& p : all->items) {
      pending.push_back("[" + as_text(p.items.at(0)) + "," + p.items.at(2).text + "]");
    }
  }
  if (const auto* const all = g.find("consumers")) {
    for (const auto& c : all->items) {
      std::vector<std::string> owned;
      if (const auto* const ids = c.find("owned")) {
        for (const auto& id : ids->items) owned.push_back(as_text(id));
      }
      consumers.push_back("[" + as_text(c["name"]) + "," + list(owned) + "]");
    }
  }
  const auto* const read = g.find("read");
  return R"({"name":)" + as_text(g["name"]) + R"(,"last":)" + as_text(g["last"]) + R"(,"read":)" +
         (read != nullptr ? read->text : "null") + R"(,"pending":)" + list(pending) +
         R"(,"consumers":)" + list(consumers) + "}";
}

std::string stream(const json& s) {
  std::vector<std::string> entries, groups;
  for (const auto& entry : s["entries"].items) {
    std::vector<std::string> fields;
    for (const auto& one : entry.items.at(1).items) fields.push_back(as_text(one));
    entries.push_back("[" + as_text(entry.items.at(0)) + "," + list(fields) + "]");
  }
  for (const auto& g : s["groups"].items) groups.push_back(group(g));
  return R"({"length":)" + s["length"].text + R"(,"last":)" + as_text(s["last"]) + R"(,"first":)" +
         as_text(s["first"]) + R"(,"max_deleted":)" + as_text(s["max_deleted"]) + R"(,"added":)" +
         s["added"].text + R"(,"entries":)" + list(entries) + R"(,"groups":)" + list(groups) + "}";
}

// A key as the fixtures' files write it.
std::string as_fixture(const json& key) {
  const auto type = key["type"].text;
  const auto* const name = key.find("key_b64");
  const auto* const expires = key.find("expires_ms");
  const auto& value = key["value"];
  return R"({"db":)" + key["db"].text + R"(,"key":)" +
         as_text(name != nullptr ? from_base64(name->text) : key["key"].text) + R"(,"type":")" +
         type + R"(","encoding":")" + key["encoding"].text + R"(","expires_ms":)" +
         (expires != nullptr ? expires->text : "null") + R"(,"value":)" +
         (type == "string"   ? as_text(value)
          : type == "stream" ? stream(value)
                             : collection(type, value)) +
         "}";
}

std::vector<std::string> expected(const std::string& rdb) {
  return lines_of(content_of(std::filesystem::path(rdb).replace_extension(".jsonl").string()));
}

std::vector<std::string> told(const std::string& arguments) {
  const auto got = inspect("json " + arguments);
  EXPECT_EQ(got.status, 0) << got.err;
  EXPECT_EQ(got.err, "");
  std::vector<std::string> lines;
  for (const auto& line : lines_of(got.out)) lines.push_back(as_fixture(json_reader::read(line)));
  std::sort(lines.begin(), lines.end());
  return lines;
}

TEST(InspectJson, LosesNothingOfAnyFixture) {
  for (const auto& path : rdb_files("fixtures")) EXPECT_EQ(told(path), expected(path)) << path;
}

// With a bound as low as can be, strings come in pieces.
TEST(InspectJson, LosesNothingWhenStringsComeInPieces) {
  for (const std::string name : {"long", "strings", "lists", "hashes", "sets", "zsets"}) {
    EXPECT_EQ(told("--max-memory 1MB " + fixture(name)), expected(fixture(name))) << name;
  }
}

TEST(InspectJson, AnArrayHoldsTheSameKeys) {
  const auto got = inspect("json -f json " + fixture("hashes"));
  EXPECT_EQ(got.status, 0);
  const auto all = json_reader::read(got.out);
  std::vector<std::string> lines;
  for (const auto& key : all.items) lines.push_back(as_fixture(key));
  std::sort(lines.begin(), lines.end());
  EXPECT_EQ(lines, expected(fixture("hashes")));
  EXPECT_EQ(json_reader::read(inspect("json -f json " + fixture("empty")).out).items.size(), 0u);
}

// Wherever the file ends, every line is JSON, and the exit status tells.
TEST(InspectJson, ACutSnapshotStillGivesJson) {
  const temporary_folder f;
  for (const std::string name : {"long", "streams", "attributes", "zsets"}) {
    const auto whole = content_of(fixture(name));
    const auto step = whole.size() / 12 + 1;
    for (auto size = std::size_t{12}; size < whole.size(); size += step) {
      const auto cut = f.write("cut.rdb", std::string_view(whole).substr(0, size));
      const auto got = inspect("json --max-memory 1MB " + cut);
      EXPECT_EQ(got.status, 3) << name << " cut at " << size;
      for (const auto& line : lines_of(got.out)) EXPECT_NO_THROW(json_reader::read(line)) << line;
    }
  }
}

TEST(InspectJson, APipeTellsWhatAFileTells) {
  const auto by_pipe = inspect("json -", "cat " + fixture("streams") + " | ");
  EXPECT_EQ(by_pipe.status, 0) << by_pipe.err;
  EXPECT_EQ(by_pipe.out, inspect("json " + fixture("streams")).out);
}

}  // namespace
}  // namespace sandpiper::test

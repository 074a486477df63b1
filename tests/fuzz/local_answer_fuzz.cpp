// Any words as a command on any type of value: whatever find() takes is answered with exactly one
// whole reply, and alike for a compact value and for a large one.
//
// Input      one byte that chooses the value, then the words, with 0xfe between two; the key is put
//            behind the first

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sandpiper/local/reading.hpp"
#include "sandpiper/resp/parser.hpp"
#include "sandpiper/store/store.hpp"

namespace {

namespace local = sandpiper::local;
namespace resp = sandpiper::resp;
namespace store = sandpiper::store;

void require(bool holds) {
  if (!holds) std::abort();
}

store::value zset_of(bool one_score) {
  constexpr std::array scores = {-1.5, 0.0, 0.1, 2.0, 1e300};
  store::value made(store::value_type::zset);
  for (int i = 0; i < 40; ++i) {
    const double score = one_score ? 0 : scores[static_cast<std::size_t>(i * 7) % scores.size()];
    made.add(std::string(1, static_cast<char>('a' + i % 26)) + std::to_string(i % 3), score);
  }
  made.sort();
  return made;
}

store::value stream_of() {
  store::value made(store::value_type::stream);
  std::string fields;
  for (std::uint64_t i = 1; i < 30; ++i) {
    store::append_field(fields, "f", std::to_string(i));
    made.add(store::stream_id{i / 4, i}, fields);
  }
  return made;
}

std::vector<store::value> made_values() {
  std::vector<store::value> all(1);
  all.push_back(store::value::string(std::string("\0a\xffHello", 8)));
  for (const auto type :
       {store::value_type::hash, store::value_type::list, store::value_type::set}) {
    auto& made = all.emplace_back(type);
    for (int i = 0; i < 30; ++i)
      made.add(std::to_string(i % 20), type == store::value_type::hash ? "v" : "");
  }
  all.push_back(zset_of(true));
  all.push_back(zset_of(false));
  all.push_back(stream_of());
  return all;
}

// The same values again, none of them compact.
struct samples {
  samples() {
    for (std::size_t i = 0; i < values.size(); ++i) large.set(std::to_string(i), values[i]);
  }
  std::vector<store::value> values = made_values();
  store::local_store large{{.compact = {0, 0, 0, 0}}};
};

resp::command command_of(std::string_view words) {
  auto cut = words.find('\xfe');
  resp::command made(words.substr(0, cut));
  made.add_key("k");
  while (cut != words.npos) {
    words.remove_prefix(cut + 1);
    cut = words.find('\xfe');
    made.add(words.substr(0, cut));
  }
  return made;
}

std::string answer_of(const local::reading& how, const resp::command& command,
                      const store::value_view& value, int protocol) {
  resp::buffer bytes;
  resp::encoder out(bytes, protocol);
  local::answer(how, command, value, out);
  std::string reply(bytes.view());
  std::string copy = reply;
  resp::parser parser;
  parser.parse(copy);
  resp::reply_view view;
  require(parser.next(view));
  require(!parser.next(view));
  require(parser.failure() == nullptr && parser.consume() == reply.size());
  return reply;
}

bool shows_all(std::string_view name) {
  return name == "HGETALL" || name == "HKEYS" || name == "HVALS" || name == "SMEMBERS";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const samples all;
  if (size == 0 || size > 4096) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto which = static_cast<unsigned char>(input[0]) % all.values.size();
  const auto command = command_of(input.substr(1));
  const auto* const how = local::find(command);
  if (how == nullptr) return 0;
  for (const int protocol : {2, 3}) {
    const auto compact = answer_of(*how, command, all.values[which].view(), protocol);
    std::string large;
    require(all.large.peek(std::to_string(which), [&](const store::entry_view& entry) {
      large = answer_of(*how, command, entry.value(), protocol);
    }));
    require(compact.size() == large.size());
    require(compact == large || shows_all(how->name));
  }
  return 0;
}

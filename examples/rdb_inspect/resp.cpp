// Commands as bytes, for `redis-cli --pipe` and for everything else that speaks RESP.

#include <array>
#include <charconv>

#include "rdb_inspect/commands.hpp"
#include "rdb_inspect/commands_of_keys.hpp"

namespace rdb_inspect {
namespace {

class writer final : public commands_of_keys {
 public:
  writer(const options& how, const filter& which, output& out)
      : commands_of_keys(how, which), out_(out) {}

 protected:
  void command(std::uint64_t db, std::span<const std::string_view> arguments) override {
    if (db != db_) {
      const auto number = std::to_string(db);
      write(std::array<std::string_view, 2>{"SELECT", number});
      db_ = db;
    }
    write(arguments);
  }

 private:
  void write(std::span<const std::string_view> arguments) {
    head('*', arguments.size());
    for (const auto one : arguments) {
      head('$', one.size());
      out_.buffer().append(one).append("\r\n", 2);
      out_.settle();
    }
  }

  void head(char mark, std::size_t n) {
    std::array<char, 32> line;
    line[0] = mark;
    auto* end = std::to_chars(line.data() + 1, line.data() + line.size() - 2, n).ptr;
    *end++ = '\r';
    *end++ = '\n';
    out_.buffer().append(line.data(), static_cast<std::size_t>(end - line.data()));
  }

  output& out_;
  std::uint64_t db_ = 0;
};

}  // namespace

status resp(const options& how, const filter& which, output& out) {
  auto reading = reader_options(how);
  reading.limits.whole_bytes_max = 512 << 20;  // no server takes a longer one
  writer seen(how, which, out);
  const auto ended = scan_twice_if_by_size(seen, how, which, reading, &out);
  return ended == status::ok && seen.left_out() > 0 ? status::unsupported : ended;
}

}  // namespace rdb_inspect

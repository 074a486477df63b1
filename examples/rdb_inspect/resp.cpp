// Commands as bytes, for `redis-cli --pipe` and for everything else that speaks RESP.

#include <array>

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
      auto& to = out_.buffer();
      to += one;
      to += '\r';
      to += '\n';
      out_.settle();
    }
  }

  // Most numbers here are small. Written one by one, their digits need not be read again.
  void head(char mark, std::size_t n) {
    auto& to = out_.buffer();
    to += mark;
    if (n < 100) {
      if (n >= 10) to += static_cast<char>('0' + n / 10);
      to += static_cast<char>('0' + n % 10);
    } else {
      to += std::to_string(n);
    }
    to += '\r';
    to += '\n';
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

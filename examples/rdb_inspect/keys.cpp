// Names, and what is known of each.

#include "rdb_inspect/commands.hpp"
#include "rdb_inspect/escape.hpp"
#include "rdb_inspect/measure.hpp"

namespace rdb_inspect {
namespace {

void append_name(output& out, const options& how, std::string_view name) {
  if (how.nul_separated) {
    out.buffer().append(name).push_back('\0');
  } else {
    append_escaped(out.buffer(), name, how.escape);
    out.buffer() += '\n';
  }
  out.settle();
}

// Values are not looked at.
class names final : public key_visitor {
 public:
  names(const options& how, const filter& which, output& out)
      : key_visitor(how, which), out_(out) {}

 protected:
  rdb::depth began(const rdb::key_info& k) override {
    append_name(out_, how(), k.name);
    return rdb::depth::skip;
  }

 private:
  output& out_;
};

class lines final : public sized_measure {
 public:
  lines(const options& how, const filter& which, output& out)
      : sized_measure(how, which), out_(out) {}

 protected:
  void taken(const key_report& k) override {
    if (how().print.empty()) return append_name(out_, how(), k.name);
    auto& to = out_.buffer();
    const auto& form = how().print;
    for (std::size_t i = 0; i < form.size(); ++i) {
      if (form[i] != '%' || i + 1 == form.size()) {
        to += form[i];
      } else {
        append(to, form[++i], k);
      }
    }
    to += how().nul_separated ? '\0' : '\n';
    out_.settle();
  }

 private:
  void append(std::string& to, char letter, const key_report& k) const {
    switch (letter) {
      case 'd': to += std::to_string(k.db); return;
      case 'k':
        if (how().nul_separated) {
          to += k.name;
        } else {
          append_escaped(to, k.name, how().escape);
        }
        return;
      case 't': to += rdb::to_string(k.kind); return;
      case 'E': to += rdb::to_string(k.encoding); return;
      case 'e':
        to += k.expires_at ? std::to_string(k.expires_at->time_since_epoch().count()) : "-1";
        return;
      case 'i': to += k.idle ? std::to_string(k.idle->count()) : "-1"; return;
      case 'f': to += k.frequency ? std::to_string(*k.frequency) : "-1"; return;
      case 'm': to += std::to_string(k.memory_bytes); return;
      case 'n': to += std::to_string(k.elements); return;
      case 's': to += std::to_string(k.value_bytes); return;
      case '%': to += '%'; return;
      default: to.append("%").append(1, letter);
    }
  }

  output& out_;
};

}  // namespace

status keys(const options& how, const filter& which, output& out) {
  if (how.print.empty() && !which.how().by_size()) {
    names seen(how, which, out);
    return scan(how.input, seen, how, reader_options(how), &out);
  }
  lines seen(how, which, out);
  return scan(how.input, seen, how, reader_options(how), &out);
}

}  // namespace rdb_inspect

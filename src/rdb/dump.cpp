#include "sandpiper/rdb/dump.hpp"

#include "rdb/session.hpp"
#include "rdb/types.hpp"
#include "sandpiper/rdb/crc64.hpp"

namespace sandpiper::rdb {
namespace {

constexpr std::size_t footer_bytes = 10;
constexpr std::uint32_t valkey_version = 80;

bool refused_by_restore(unsigned type) {
  return type == type::template_listpack_ref || type == type::template_array_ref;
}

}  // namespace

task read_payload(decoder& d) {
  auto type = co_await d.in.byte();
  if (type == opcode::key_meta && d.dialect != dialect::valkey) {
    co_await read_key_meta(d);
    type = co_await d.in.byte();
  }
  if (!readable(type, d.dialect) || (d.dialect == dialect::redis && refused_by_restore(type))) {
    d.in.set_fault(fault_kind::unsupported, subject::type, "no payload is of this type",
                   d.in.item_offset());
    d.in.set_fault_number(type);
    co_await d.in.halt();
  }
  co_await read_keys(d, type, true);
  d.in.stop();
}

class dump_reader::session : public running {
 public:
  using running::running;

  bool check_footer(std::string_view payload) {
    const auto refuse = [&](std::string_view detail, std::size_t at) {
      d.in.set_fault(fault_kind::corrupt, subject::payload, detail, at);
      return false;
    };
    if (payload.size() <= footer_bytes) return refuse("a payload has a value and a footer", 0);
    const char* const footer = payload.data() + payload.size() - footer_bytes;
    d.version = load_le<std::uint16_t>(footer);
    if (d.version >= valkey_version && !d.how.dialect) d.dialect = dialect::valkey;
    const auto covered = payload.substr(0, payload.size() - 8);
    if (d.how.checksum && crc64(0, covered) != load_le<std::uint64_t>(footer + 2)) {
      d.in.set_fault(fault_kind::corrupt, subject::checksum,
                     "the checksum is not that of these bytes", covered.size());
      return false;
    }
    return true;
  }
};

dump_reader::dump_reader(visitor& events, const options& how)
    : session_(std::make_unique<session>(events, how)) {}

dump_reader::dump_reader(dump_reader&&) noexcept = default;
dump_reader& dump_reader::operator=(dump_reader&&) noexcept = default;
dump_reader::~dump_reader() = default;

std::optional<fault> dump_reader::read(std::string_view payload, std::string_view name,
                                       std::uint64_t db) {
  auto& d = session_->d;
  session_->begin(read_payload);
  d.payload = true;
  d.in.stop_summing();
  d.in.show(slot::key, item(name));
  d.in.key.db = db;
  if (session_->check_footer(payload)) {
    session_->feed(payload.substr(0, payload.size() - footer_bytes));
    session_->finish(fault_kind::truncated, subject::payload, "the value ends too early");
  }
  return d.in.why();
}

}  // namespace sandpiper::rdb

// Everything of a file that is not a value: header, opcodes, keys, the end.

#include <charconv>

#include "rdb/decoder.hpp"
#include "rdb/types.hpp"

namespace sandpiper::rdb {
namespace {

constexpr std::uint32_t redis_version_max = 15;
constexpr std::uint32_t valkey_version = 80;
constexpr std::uint32_t valkey_version_max = 81;
constexpr std::uint32_t checksum_since = 5;
constexpr std::size_t header_bytes = 9;

bool known(std::uint32_t version) {
  return version <= redis_version_max ||
         (version >= valkey_version && version <= valkey_version_max);
}

// What a file is that has the wrong first bytes, where they tell.
bool refuse_magic(decoder& d, std::string_view header) {
  const auto refuse = [&](fault_kind kind, std::string_view detail) {
    d.in.set_fault(kind, subject::magic, detail, 0);
    return false;
  };
  if (header.starts_with("\x1f\x8b")) {
    return refuse(fault_kind::unsupported, "this is a gzip file: decompress it first");
  }
  if (header.starts_with("\x28\xb5\x2f\xfd")) {
    return refuse(fault_kind::unsupported, "this is a zstd file: decompress it first");
  }
  if (header.starts_with("VCS") || header.starts_with("VKCS")) {
    return refuse(fault_kind::unsupported, "this is a snapshot in Valkey's compressed form");
  }
  return refuse(fault_kind::corrupt, "a snapshot begins with REDIS or VALKEY and a version");
}

bool read_header(decoder& d, std::string_view header) {
  const bool valkey = header.starts_with("VALKEY");
  if (!valkey && !header.starts_with("REDIS")) return refuse_magic(d, header);

  const auto digits = header.substr(valkey ? 6 : 5);
  const char* const end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, d.version);
  const auto refuse = [&](fault_kind kind, std::string_view detail) {
    d.in.set_fault(kind, subject::version, detail, header.size() - digits.size());
    return false;
  };
  if (parsed.ec != std::errc{} || parsed.ptr != end || d.version == 0) {
    return refuse(fault_kind::corrupt, "a version is a number above 0");
  }
  if (valkey && !d.how.dialect) d.dialect = dialect::valkey;
  if (known(d.version) || d.how.newer_versions == leniency::ignore) return true;

  constexpr std::string_view detail = "this version is not known";
  if (d.how.newer_versions == leniency::fail) return refuse(fault_kind::unsupported, detail);
  d.in.warn(subject::version, detail, header.size() - digits.size());
  return true;
}

void learn_dialect(decoder& d, std::string_view aux) {
  if (d.how.dialect || d.dialect != dialect::redis) return;
  if (aux == "df-ver") d.dialect = dialect::dragonfly;
  if (aux == "mvcc-tstamp") d.dialect = dialect::keydb;
}

task read_aux(decoder& d) {
  co_await d.in.name(slot::a);
  co_await d.in.name(slot::b);
  item_room room;
  const auto name = d.in.at(slot::a).text(room);
  learn_dialect(d, name);
  d.events.aux(name, d.in.at(slot::b));
}

task read_function(decoder& d, bool pre_ga) {
  if (pre_ga) {
    co_await d.in.name(slot::a);
    co_await d.in.name(slot::b);
    if (co_await d.in.length() != 0) co_await d.in.name(slot::c);
  }
  if (!pre_ga) d.in.drop(slot::b);
  co_await d.in.name(slot::c);
  item_room code;
  item_room engine;
  d.events.function(d.in.at(slot::c).text(code), d.in.at(slot::b).text(engine));
}

task read_sizes(decoder& d, bool of_slot) {
  size_hint told;
  if (of_slot) told.slot = co_await d.in.length();
  told.keys = co_await d.in.length();
  told.expiring = co_await d.in.length();
  d.events.sizes(told);
}

// Valkey: which slots a node was taking over.
task read_slot_import(decoder& d) {
  static constexpr field text[] = {field::text};
  static constexpr field range[] = {field::length, field::length};
  co_await d.in.walk(text, 1);
  co_await d.in.walk(range, co_await d.in.length());
}

task read_resp_number(decoder& d, char mark, std::uint64_t& number) {
  constexpr unsigned digits_max = 19;
  if (co_await d.in.byte() != static_cast<unsigned char>(mark)) {
    co_await d.in.corrupt(subject::opcode, "a command that is not RESP");
  }
  number = 0;
  for (unsigned digits = 0;; ++digits) {
    const auto c = co_await d.in.byte();
    if (c == '\r' && digits != 0) break;
    if (c < '0' || c > '9' || digits == digits_max) {
      co_await d.in.corrupt(subject::opcode, "a command that is not RESP");
    }
    number = number * 10 + (c - '0');
  }
  if (co_await d.in.byte() != '\n') {
    co_await d.in.corrupt(subject::opcode, "a command that is not RESP");
  }
}

// Valkey 81: a command that ran while the snapshot was written.
task read_command(decoder& d) {
  const auto offset = d.in.offset();
  std::uint64_t arguments = 0;
  co_await read_resp_number(d, '*', arguments);
  for (; arguments != 0; --arguments) {
    std::uint64_t bytes = 0;
    co_await read_resp_number(d, '$', bytes);
    for (bytes += 2; bytes != 0;) {  // and its CRLF
      const auto piece = bytes < 255 ? bytes : 255;
      co_await d.in.fixed(piece);
      bytes -= piece;
    }
  }
  d.in.warn(subject::opcode, "a command stands between the keys and was read over", offset);
}

task read_expiry(decoder& d, unsigned op) {
  std::chrono::milliseconds at;
  if (op == opcode::expire_s) {
    at = std::chrono::seconds(static_cast<std::int32_t>(co_await d.in.u32()));
  } else {
    at = time_of(co_await d.in.u64()).time_since_epoch();
  }
  d.in.key.expires_at = unix_ms(at);
}

task read_idle(decoder& d) {
  const auto seconds = co_await d.in.length();
  d.in.key.idle = std::chrono::seconds(static_cast<std::int64_t>(seconds & INT64_MAX));
}

task read_frequency(decoder& d) {
  d.in.key.frequency = static_cast<std::uint8_t>(co_await d.in.byte());
}

task read_select(decoder& d) {
  d.in.key.db = co_await d.in.length();
  d.events.select_db(d.in.key.db);
}

task read_mask(decoder& d) {
  constexpr std::uint32_t memcached_flags = 2;
  const auto mask = co_await d.in.u32();
  if ((mask & memcached_flags) != 0) co_await d.in.u32();
}

task read_one_length(decoder& d) { co_await d.in.length(); }

task refuse_record(decoder& d, unsigned op) {
  const auto about = op < 200 ? subject::type : subject::opcode;
  d.in.set_fault(fault_kind::unsupported, about,
                 "nothing is known about this number, so what follows it cannot be found",
                 d.in.item_offset());
  d.in.set_fault_number(op);
  co_await d.in.halt();
}

task read_end(decoder& d) {
  d.in.sum();
  d.in.stop_summing();
  d.tally.checksum = checksum_state::absent;
  if (d.version >= checksum_since) {
    const auto stored = co_await d.in.u64();
    d.tally.checksum = checksum_state::unchecked;
    if (stored == 0) {
      d.tally.checksum = checksum_state::disabled;
    } else if (d.how.checksum) {
      d.tally.checksum = checksum_state::verified;
      if (stored != d.in.checksum()) {
        co_await d.in.corrupt(subject::checksum, "the checksum is not that of these bytes");
      }
    }
  }
  d.tally.bytes = d.in.offset();
  d.events.end(d.tally);
  d.in.stop();
}

bool is_attribute(decoder& d, unsigned op) {
  return op == opcode::expire_ms || op == opcode::expire_s || op == opcode::idle ||
         op == opcode::frequency || (op == opcode::key_meta && d.dialect != dialect::valkey);
}

}  // namespace

task read_record(decoder& d, unsigned op) {
  const bool valkey = d.dialect == dialect::valkey;
  switch (op) {
    case opcode::expire_ms:
    case opcode::expire_s: return read_expiry(d, op);
    case opcode::idle: return read_idle(d);
    case opcode::frequency: return read_frequency(d);
    case opcode::select_db: return read_select(d);
    case opcode::resize_db: return read_sizes(d, false);
    case opcode::slot_info: return read_sizes(d, true);
    case opcode::aux: return read_aux(d);
    case opcode::function: return read_function(d, false);
    case opcode::function_pre_ga: return read_function(d, true);
    case opcode::module_aux: return read_module_aux(d);
    case opcode::key_meta: return valkey ? read_slot_import(d) : read_key_meta(d);
    case opcode::hash_template: return valkey ? read_command(d) : read_template(d);
    case opcode::enterprise_lru:
    case opcode::enterprise_slot: return read_one_length(d);
    case opcode::dragonfly_mask:
      return d.dialect == dialect::dragonfly ? read_mask(d) : refuse_record(d, op);
    default: return refuse_record(d, op);
  }
}

task read_snapshot(decoder& d) {
  const char* const header = co_await d.in.fixed(header_bytes);
  if (!read_header(d, {header, header_bytes})) co_await d.in.halt();
  d.events.file({d.version, d.dialect});

  auto op = co_await d.in.byte();
  d.in.key.offset = d.in.item_offset();
  for (;;) {
    if (readable(op, d.dialect)) {
      co_await read_keys(d, op);
      continue;
    }
    if (op == opcode::eof) {
      co_await read_end(d);
      co_await d.in.halt();
    }
    const auto begin = d.in.key.offset;
    co_await read_record(d, op);
    const bool attribute = is_attribute(d, op);
    op = co_await d.in.byte();
    d.in.key.offset = attribute ? begin : d.in.item_offset();
  }
}

}  // namespace sandpiper::rdb

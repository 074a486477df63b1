#pragma once
// The payload of DUMP and RESTORE: one value, two bytes of version, eight of checksum.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sandpiper/base/result.hpp"
#include "sandpiper/rdb/limits.hpp"
#include "sandpiper/rdb/visitor.hpp"

namespace sandpiper::rdb {

/// Reads payloads, one after another, with the decoder of the snapshot reader. The visitor is asked
/// key() and told the value and end_key(), never file() or end(). Buffers are kept between
/// payloads. Bound to one thread at a time.
class dump_reader {
 public:
  /// `events` must outlive the reader.
  explicit dump_reader(visitor& events, const options& how = {});
  dump_reader(dump_reader&&) noexcept;
  dump_reader& operator=(dump_reader&&) noexcept;
  ~dump_reader();

  /// The fault, or nothing. `name` is what key_info::name shall be; `db` likewise.
  ///
  /// Beyond what makes a value faulty in a snapshot: a footer that is missing, a checksum that is
  /// wrong, bytes after the value, an empty collection, a type that refers to templates of a file.
  [[nodiscard]] std::optional<fault> read(std::string_view payload, std::string_view name = {},
                                          std::uint64_t db = 0);

 private:
  class session;
  std::unique_ptr<session> session_;
};

/// How a payload is written.
struct dump_options {
  /// RESTORE refuses versions above its server's own: 10 is Redis 7.0, 11 is 7.2 and Valkey 8.
  std::uint16_t version = 10;
  /// Small collections as listpacks and intsets, as a server would store them, or one string per
  /// element.
  bool packed = true;
  /// Strings over 20 bytes compressed where that saves at least 4 bytes.
  bool compress = true;
};

struct field_value {
  std::string_view field;
  std::string_view value;
};

struct member_score {
  std::string_view member;
  double score = 0;  // not NaN
};

/// Payloads that RESTORE takes. Collections must not be empty nor hold anything twice: servers
/// refuse such a payload, and these functions do not look.
[[nodiscard]] std::string dump_string(std::string_view value, const dump_options& how = {});
[[nodiscard]] std::string dump_list(std::span<const std::string_view> items,
                                    const dump_options& how = {});
[[nodiscard]] std::string dump_set(std::span<const std::string_view> members,
                                   const dump_options& how = {});
[[nodiscard]] std::string dump_hash(std::span<const field_value> fields,
                                    const dump_options& how = {});
[[nodiscard]] std::string dump_zset(std::span<const member_score> members,
                                    const dump_options& how = {});

/// A payload around the raw bytes of a value, as visitor::raw gives them. The version is `version`
/// or, if that is higher, the lowest that knows `type`.
[[nodiscard]] std::string dump_raw(std::uint8_t type, std::string_view value,
                                   std::uint16_t version);

}  // namespace sandpiper::rdb

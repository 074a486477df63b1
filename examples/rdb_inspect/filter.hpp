#pragma once
// Which keys are looked at.

#include <regex.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandpiper/base/glob.hpp"
#include "sandpiper/base/result.hpp"
#include "sandpiper/rdb/record.hpp"

namespace rdb_inspect {

namespace rdb = sandpiper::rdb;

enum class expiry : std::uint8_t { all, none, any, expired, between };

struct filter_options {
  std::vector<std::string> keys = {};     // regular expressions: one must be found in the name
  std::vector<std::string> no_keys = {};  // none of these
  std::vector<std::string> globs = {};    // one must match the whole name
  std::vector<std::string> types = {};
  std::vector<std::string> no_types = {};
  std::vector<std::uint64_t> dbs = {};
  std::vector<std::uint64_t> no_dbs = {};
  std::optional<std::uint64_t> size_bytes_min = {};
  std::optional<std::uint64_t> size_bytes_max = {};
  rdb_inspect::expiry expiry = rdb_inspect::expiry::all;
  std::int64_t ttl_ms_min = 0;  // for `between`
  std::int64_t ttl_ms_max = INT64_MAX;
  std::uint64_t sample = 1;  // one key in so many, always the same ones
  std::optional<std::uint64_t> limit = {};

  [[nodiscard]] bool by_size() const noexcept { return size_bytes_min || size_bytes_max; }
  friend bool operator==(const filter_options&, const filter_options&) = default;
};

/// POSIX extended syntax, found anywhere in any bytes. Its matching needs no stack in proportion to
/// the name.
class pattern {
 public:
  static sandpiper::result<pattern> compile(const std::string& text);
  [[nodiscard]] bool found_in(std::string_view name) const noexcept;

 private:
  struct release {
    void operator()(regex_t* compiled) const noexcept;
  };
  std::unique_ptr<regex_t, release> compiled_;
};

class filter {
 public:
  /// Errors    bad_request: a pattern or a type's name that cannot be understood
  static sandpiper::result<filter> make(const filter_options& how);

  /// Everything but the size and the limit. `now_ms` is what expiries are measured from.
  [[nodiscard]] bool takes(const rdb::key_info& key, std::int64_t now_ms) const;
  [[nodiscard]] bool takes_size(std::uint64_t bytes) const noexcept {
    return bytes >= how_.size_bytes_min.value_or(0) &&
           bytes <= how_.size_bytes_max.value_or(UINT64_MAX);
  }
  [[nodiscard]] const filter_options& how() const noexcept { return how_; }

 private:
  [[nodiscard]] bool takes_name(std::string_view name) const;
  [[nodiscard]] bool takes_expiry(const rdb::key_info& key, std::int64_t now_ms) const;

  filter_options how_;
  std::vector<pattern> keys_;
  std::vector<pattern> no_keys_;
  std::vector<sandpiper::glob> globs_;
  std::uint32_t kinds_ = UINT32_MAX;  // a bit each
};

/// The time to live in milliseconds, from `now_ms`; never over the ends of the number.
[[nodiscard]] std::int64_t ttl_ms(rdb::unix_ms expires_at, std::int64_t now_ms) noexcept;

}  // namespace rdb_inspect

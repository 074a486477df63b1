#pragma once
// One reading of a snapshot, from its first byte to its end, a fault, or an interrupt.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rdb_inspect/filter.hpp"
#include "rdb_inspect/options.hpp"
#include "rdb_inspect/output.hpp"
#include "sandpiper/rdb/limits.hpp"
#include "sandpiper/rdb/visitor.hpp"

namespace rdb_inspect {

/// A visitor that sees the chosen keys alone. Derived classes override began() and ended() instead
/// of key() and end_key(), and the events of values as they like.
class key_visitor : public rdb::visitor {
 public:
  key_visitor(const options& how, const filter& which) : how_(how), which_(which) {}

  /// For a second reading: only the n-th of the keys that the filter takes, where bit n is set.
  void only(std::vector<bool> chosen) { chosen_ = std::move(chosen); }

  rdb::depth key(const rdb::key_info& k) final;
  void end_key(const rdb::key_end& e) final {
    if (selected_) ended(e);
    selected_ = false;
  }
  void aux(std::string_view name, const rdb::item& value) override;
  void warn(const rdb::warning& w) override;

  [[nodiscard]] std::int64_t now_ms() const noexcept { return now_ms_; }
  /// Towards --limit.
  [[nodiscard]] virtual std::uint64_t keys_counted() const noexcept { return taken_; }

 protected:
  virtual rdb::depth began(const rdb::key_info&) { return rdb::depth::skip; }
  virtual void ended(const rdb::key_end&) {}
  /// No further key is wanted.
  [[nodiscard]] virtual bool enough() const noexcept { return false; }
  /// Between key() and end_key() of a key that was chosen: what comes is of it.
  [[nodiscard]] bool selected() const noexcept { return selected_; }
  [[nodiscard]] const options& how() const noexcept { return how_; }
  [[nodiscard]] const filter& which() const noexcept { return which_; }

 private:
  const options& how_;
  const filter& which_;
  std::optional<std::vector<bool>> chosen_;
  std::uint64_t passed_ = 0;  // keys the filter took, chosen or not
  std::uint64_t taken_ = 0;
  std::uint64_t warnings_ = 0;
  std::int64_t now_ms_ = 0;
  bool now_known_ = false;
  bool selected_ = false;
};

/// Limits that hold the reader to `how.memory_bytes_max`.
[[nodiscard]] rdb::options reader_options(const options& how);

/// Feeds `path` to `events`. Says what is wrong on standard error. `out`, when given, ends the
/// reading when nobody takes its bytes any more.
status scan(const std::string& path, rdb::visitor& events, const options& how,
            const rdb::options& reading, const output* out);

/// scan() of how.input; a filter by size costs a reading of its own before, and so needs a file
/// that can be read twice.
status scan_twice_if_by_size(key_visitor& events, const options& how, const filter& which,
                             const rdb::options& reading, const output* out);

void say(const std::string& words);

}  // namespace rdb_inspect

#pragma once
// A snapshot as the commands that make its keys again: for `resp` and `load`.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rdb_inspect/scan.hpp"

namespace rdb_inspect {

/// Commands of ordinary length: elements of a value are gathered up to a bound, and then go out.
/// Only a string is held whole, however long.
class commands_of_keys : public key_visitor {
 public:
  using key_visitor::key_visitor;

  void function(std::string_view code, std::string_view engine) override;
  void raw(std::string_view bytes) override;
  void string(const rdb::item& v) override;
  void list_item(const rdb::item& v) override;
  void set_member(const rdb::item& v, std::optional<rdb::unix_ms> at) override;
  void zset_member(const rdb::item& v, double score) override;
  void hash_field(const rdb::item& f, const rdb::item& v, std::optional<rdb::unix_ms> at) override;
  void stream_entry(const rdb::stream_id& id, std::uint64_t fields) override;
  void stream_field(const rdb::item& f, const rdb::item& v) override;
  void stream(const rdb::stream_meta& m) override;
  void stream_group(const rdb::stream_group& g) override;
  void stream_pending(const rdb::stream_pending& p) override;
  void stream_consumer(const rdb::stream_consumer& c) override;
  void stream_owned(const rdb::stream_id& id) override;
  void chunk(const rdb::chunk& c) override;

  /// Keys that no command can make: modules' values without --restore, for instance.
  [[nodiscard]] std::uint64_t left_out() const noexcept { return left_out_; }

 protected:
  rdb::depth began(const rdb::key_info& k) final;
  void ended(const rdb::key_end& e) final;

  /// `db` is where it belongs. The views are good for the call.
  virtual void command(std::uint64_t db, std::span<const std::string_view> arguments) = 0;

 private:
  static constexpr std::size_t gathered_max = 256;  // arguments
  static constexpr std::size_t gathered_bytes_max = 64 << 10;

  void send(std::span<const std::string_view> arguments);
  void send(std::initializer_list<std::string_view> arguments) {
    send(std::span(arguments.begin(), arguments.size()));
  }
  void gather(std::string_view name, std::initializer_list<std::string_view> values);
  void flush();
  void flush_entry();
  void send_expiry();
  void restore(const rdb::key_end& e);
  void leave_out(std::string_view why);

  std::string key_;
  std::uint64_t db_ = 0;
  std::uint8_t type_ = 0;
  rdb::kind kind_ = rdb::kind::string;
  std::optional<rdb::unix_ms> expires_at_;
  std::optional<std::chrono::seconds> idle_;
  std::optional<std::uint8_t> frequency_;
  bool by_restore_ = false;
  bool too_long_ = false;
  bool given_up_ = false;  // a part of it is longer than a server takes
  std::string raw_;

  std::string gathered_;           // bytes of the arguments
  std::vector<std::size_t> ends_;  // where each ends
  std::vector<std::string_view> views_;
  bool entry_open_ = false;  // the arguments gathered are those of XADD
  bool stream_made_ = false;

  std::string group_;
  std::string consumer_;
  std::vector<rdb::stream_pending> pending_;  // of the group, by id
  std::uint64_t left_out_ = 0;
};

}  // namespace rdb_inspect

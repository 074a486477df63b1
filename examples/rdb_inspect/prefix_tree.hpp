#pragma once
// Keys and bytes by the parts of their names: "user:17:cart" counts for user, user:* and
// user:*:cart.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rdb_inspect/options.hpp"

namespace rdb_inspect {

/// The last part of a name is not told apart, unless a part before it is an id: of "page:home" that
/// leaves "page", of "user:17:cart" all. Ids (digits, hex, UUIDs) become '*'.
///
/// Bounded: from `nodes_max` on, keys count where the way to them ends.
class prefix_tree {
 public:
  struct node {
    std::string part;
    std::size_t parent = 0;
    std::map<std::string, std::size_t, std::less<>> children;
    std::size_t last_child = 0;  // the one that was asked for last: often the next, too
    std::uint64_t keys = 0;      // here and below
    std::uint64_t bytes = 0;     // here and below
    std::uint64_t own_keys = 0;
    std::uint64_t own_bytes = 0;
    std::uint64_t expiring = 0;  // here and below
  };

  explicit prefix_tree(const options& how);

  void add(std::uint64_t db, std::string_view name, std::uint64_t bytes, bool expires);

  /// The root is node 0, its children the databases: "db0".
  [[nodiscard]] const std::vector<node>& nodes() const noexcept { return nodes_; }
  /// "user:*:cart", without the database; empty for a database.
  [[nodiscard]] std::string path(std::size_t of) const;
  [[nodiscard]] bool full() const noexcept { return full_; }
  [[nodiscard]] std::size_t nodes_max() const noexcept { return nodes_max_; }

 private:
  std::size_t child(std::size_t parent, std::string_view part);

  std::vector<node> nodes_;
  std::size_t nodes_max_;
  std::string separators_;
  std::uint64_t depth_max_;
  bool fold_;
  bool full_ = false;
  std::vector<std::string_view> parts_;
};

[[nodiscard]] bool is_id(std::string_view part) noexcept;

}  // namespace rdb_inspect

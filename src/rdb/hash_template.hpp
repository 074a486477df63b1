#pragma once
// The templates of a file: lists of field names that many hashes share.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sandpiper::rdb {

using field_names = std::vector<std::string>;

class template_store {
 public:
  void clear() noexcept {
    by_id_.clear();
    bytes_ = 0;
  }

  /// A new template, empty; nullptr if there is one of this id.
  field_names* add(std::uint64_t id);
  [[nodiscard]] const field_names* find(std::uint64_t id) const;

  /// Counts a name to come against the limit.
  [[nodiscard]] bool allow(std::size_t name_bytes, std::uint64_t bytes_max) noexcept;

  /// The names of a hash that brings its own.
  field_names own;

 private:
  std::unordered_map<std::uint64_t, field_names> by_id_;
  std::uint64_t bytes_ = 0;
};

/// The order of names within a template: by length, then by bytes.
[[nodiscard]] inline bool template_order(std::string_view a, std::string_view b) noexcept {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

}  // namespace sandpiper::rdb

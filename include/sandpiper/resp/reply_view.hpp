#pragma once
// A reply as it lies in the receive buffer: a run of nodes over the bytes, nothing copied.
//
//     bytes    *2\r\n$3\r\nfoo\r\n:7\r\n
//     nodes    [array 2, 3 nodes] [bulk_string 3 bytes at 8] [integer 7]

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "sandpiper/resp/kind.hpp"

namespace sandpiper::resp {

/// One value, in the order in which values arrive: an aggregate before its children.
struct node {
  std::uint32_t size = 0;  // bytes of a text; children of an aggregate, two for each pair
  kind type = kind::null;
  std::uint8_t unused[3] = {};
  std::uint64_t value = 0;  // integer, bits of the double, offset of the text; nodes of the run

  [[nodiscard]] std::size_t span() const noexcept { return is_aggregate(type) ? value : 1; }
};
static_assert(sizeof(node) == 16);

/// A value to read, and to walk when it is an aggregate. Borrows the nodes and the bytes: copy it
/// freely, but not beyond their lifetime. To keep a reply, make a resp::reply of it.
class reply_view {
 public:
  class iterator;

  reply_view() noexcept = default;
  reply_view(const node* first, const char* bytes) noexcept : node_(first), bytes_(bytes) {
    if (node_->type == kind::attribute) {
      attribute_ = node_;
      node_ += node_->value;
    }
  }

  [[nodiscard]] kind type() const noexcept { return node_->type; }
  [[nodiscard]] bool is_null() const noexcept { return type() == kind::null; }
  [[nodiscard]] bool is_error() const noexcept { return resp::is_error(type()); }
  [[nodiscard]] bool is_string() const noexcept { return resp::is_string(type()); }
  [[nodiscard]] bool is_aggregate() const noexcept { return resp::is_aggregate(type()); }

  /// The text of a string, an error or a big number; empty for every other kind. A verbatim string
  /// is told without its format, a number (","-line) is not a text.
  [[nodiscard]] std::string_view text() const noexcept {
    const auto all = raw_text();
    return type() == kind::verbatim ? all.substr(4) : all;
  }

  /// "txt" or "mkd"; requires kind::verbatim.
  [[nodiscard]] std::string_view format() const noexcept {
    assert(type() == kind::verbatim);
    return raw_text().substr(0, 3);
  }

  /// Requires kind::integer, kind::boolean, kind::number.
  [[nodiscard]] std::int64_t integer() const noexcept {
    assert(type() == kind::integer);
    return static_cast<std::int64_t>(node_->value);
  }
  [[nodiscard]] bool boolean() const noexcept {
    assert(type() == kind::boolean);
    return node_->value != 0;
  }
  [[nodiscard]] double number() const noexcept {
    assert(type() == kind::number);
    return std::bit_cast<double>(node_->value);
  }

  /// Children of an aggregate: elements, or keys and values in turn; 0 for every other kind.
  [[nodiscard]] std::size_t size() const noexcept { return is_aggregate() ? node_->size : 0; }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] inline iterator begin() const noexcept;
  [[nodiscard]] inline iterator end() const noexcept;

  /// Child `i`, found by walking to it; requires i < size().
  [[nodiscard]] inline reply_view operator[](std::size_t i) const noexcept;

  [[nodiscard]] bool has_attributes() const noexcept { return attribute_ != nullptr; }

  /// The pairs that the server sent about this value; requires has_attributes(). kind::attribute.
  [[nodiscard]] reply_view attributes() const noexcept {
    assert(has_attributes());
    reply_view view;
    view.node_ = attribute_;
    view.bytes_ = bytes_;
    return view;
  }

  /// The run of nodes, attributes included, and what their offsets count from.
  [[nodiscard]] const node* first_node() const noexcept { return attribute_ ? attribute_ : node_; }
  [[nodiscard]] std::size_t node_count() const noexcept {
    return static_cast<std::size_t>(node_ - first_node()) + node_->span();
  }
  [[nodiscard]] const char* bytes() const noexcept { return bytes_; }

 private:
  friend class parser;

  struct alone {};  // a value that is known to have no attributes
  reply_view(const node* first, const char* bytes, alone) noexcept : node_(first), bytes_(bytes) {}

  [[nodiscard]] std::string_view raw_text() const noexcept {
    if (!is_text(type())) return {};
    return {bytes_ + node_->value, node_->size};
  }

  static constexpr node nothing{};

  const node* node_ = &nothing;
  const char* bytes_ = nullptr;
  const node* attribute_ = nullptr;
};

class reply_view::iterator {
 public:
  using value_type = reply_view;
  using difference_type = std::ptrdiff_t;
  using iterator_concept = std::forward_iterator_tag;
  using iterator_category = std::input_iterator_tag;

  iterator() noexcept = default;
  iterator(const node* at, const char* bytes) noexcept : at_(at), bytes_(bytes) {}

  reply_view operator*() const noexcept { return {at_, bytes_}; }
  iterator& operator++() noexcept {
    if (at_->type == kind::attribute) at_ += at_->value;
    at_ += at_->span();
    return *this;
  }
  iterator operator++(int) noexcept {
    auto before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.at_ == b.at_; }

 private:
  const node* at_ = nullptr;
  const char* bytes_ = nullptr;
};

reply_view::iterator reply_view::begin() const noexcept { return {node_ + 1, bytes_}; }
reply_view::iterator reply_view::end() const noexcept { return {node_ + node_->span(), bytes_}; }

reply_view reply_view::operator[](std::size_t i) const noexcept {
  assert(i < size());
  auto child = begin();
  while (i-- > 0) ++child;
  return *child;
}

}  // namespace sandpiper::resp

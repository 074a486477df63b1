#include "sandpiper/resp/reply.hpp"

#include <cassert>
#include <cstring>
#include <string>
#include <utility>

#include "sandpiper/resp/parser.hpp"

namespace sandpiper::resp {

reply::reply(const reply_view& view) {
  const node* const from = view.first_node();
  const auto count = view.node_count();

  std::size_t text_bytes = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (is_text(from[i].type)) text_bytes += from[i].size;
  }
  const auto node_bytes = count * sizeof(node);
  block_ = std::make_unique_for_overwrite<char[]>(node_bytes + text_bytes);
  auto* const nodes = reinterpret_cast<node*>(block_.get());
  char* const texts = block_.get() + node_bytes;

  std::size_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    node copy = from[i];
    if (is_text(copy.type)) {
      if (copy.size > 0) std::memcpy(texts + at, view.bytes() + copy.value, copy.size);
      copy.value = at;
      at += copy.size;
    }
    new (nodes + i) node(copy);
  }
  // Attributes on their own annotate nothing here: they are a map.
  if (view.type() == kind::attribute) nodes[0].type = kind::map;
  view_ = reply_view(nodes, texts);
}

reply::reply(reply&& other) noexcept
    : block_(std::move(other.block_)), view_(std::exchange(other.view_, reply_view())) {}

reply& reply::operator=(reply other) noexcept {
  std::swap(block_, other.block_);
  std::swap(view_, other.view_);
  return *this;
}

result<reply> reply::parse(std::string_view bytes, limits l) {
  std::string copy(bytes);
  parser p(l);
  p.parse(copy);
  reply_view first;
  const bool found = p.next(first);
  if (found && p.failure() == nullptr) {
    reply whole(first);
    if (!p.next(first) && p.consume() == bytes.size()) return whole;
    return error(errc::malformed, "there is more than one value", fate::unsent);
  }
  if (p.failure() != nullptr) return *p.failure();
  return error(errc::malformed, "the bytes end inside a value", fate::unsent);
}

}  // namespace sandpiper::resp

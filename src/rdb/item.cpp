#include "sandpiper/rdb/item.hpp"

#include <bit>
#include <charconv>

namespace sandpiper::rdb {

std::string_view item::digits(item_room& room) const noexcept {
  char* const end = room.data() + room.size();  // 24 are enough for either form
  switch (form_) {
    case form::integer: {
      const auto written = std::to_chars(room.data(), end, number_);
      return {room.data(), static_cast<std::size_t>(written.ptr - room.data())};
    }
    case form::real: {
      const auto written = std::to_chars(room.data(), end, real_);
      return {room.data(), static_cast<std::size_t>(written.ptr - room.data())};
    }
    default: return {};
  }
}

std::string item::str() const {
  item_room room;
  return std::string(text(room));
}

std::uint64_t item::size_bytes() const noexcept {
  if (form_ == form::text || form_ == form::chunked) return size_;
  item_room room;
  return digits(room).size();
}

}  // namespace sandpiper::rdb

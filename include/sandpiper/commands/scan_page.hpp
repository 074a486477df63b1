#pragma once
// What SCAN and its kin answer: one page of a walk.
//
//     std::uint64_t cursor = 0;
//     do {
//       auto page = db.run(sp::scan(cursor).match("user:*")).value();
//       for (auto& key : page.items) use(key);
//       cursor = page.cursor;
//     } while (cursor != 0);

#include <cstdint>
#include <vector>

#include "sandpiper/resp/decode.hpp"

namespace sandpiper {

/// A page may be empty before the walk is at its end, and may hold what an earlier one held. A
/// value.
template <class T>
struct scan_page {
  std::uint64_t cursor = 0;  // where to go on; 0: that was all
  std::vector<T> items;

  [[nodiscard]] bool last() const noexcept { return cursor == 0; }
};

}  // namespace sandpiper

template <class T>
struct sandpiper::resp::decoder<sandpiper::scan_page<T>> {
  static result<void> read(const reply_view& view, scan_page<T>& into) {
    return read_each(view, into.cursor, into.items);
  }
};

// Every key with its size, and the largest of them.

#include <array>

#include "rdb_inspect/commands.hpp"
#include "rdb_inspect/table.hpp"
#include "rdb_inspect/top_keys.hpp"
#include "rdb_inspect/units.hpp"

namespace rdb_inspect {
namespace {

// The columns that readers of such tables know.
const std::vector<column> columns{{"database", true},
                                  {"type"},
                                  {"key"},
                                  {"size_in_bytes", true},
                                  {"encoding"},
                                  {"num_elements", true},
                                  {"len_largest_element", true},
                                  {"expiry"}};

std::string expiry_text(const key_report& k) {
  if (!k.expires_at) return {};
  const auto ms = k.expires_at->time_since_epoch().count();
  return iso_time(ms / 1000 - (ms % 1000 < 0 ? 1 : 0));
}

std::array<cell, 8> cells_of(const key_report& k) {
  return {k.db,
          rdb::to_string(k.kind),
          name_cell{k.name},
          size_cell{k.memory_bytes},
          rdb::to_string(k.encoding),
          k.elements,
          size_cell{k.largest_bytes},
          expiry_text(k)};
}

class each_key final : public sized_measure {
 public:
  each_key(const options& how, const filter& which, table& to)
      : sized_measure(how, which), to_(to) {}

 protected:
  void taken(const key_report& k) override { to_.row(cells_of(k)); }

 private:
  table& to_;
};

class largest_keys final : public sized_measure {
 public:
  largest_keys(const options& how, const filter& which) : sized_measure(how, which), top(how.top) {}

  top_keys top;

 protected:
  void taken(const key_report& k) override {
    switch (how().by) {
      case order::bytes: return top.offer(k.memory_bytes, k);
      case order::elements: return top.offer(k.elements, k);
      case order::ttl:
        if (!k.expires_at) return;
        return top.offer(
            static_cast<std::uint64_t>(std::max<std::int64_t>(0, ttl_ms(*k.expires_at, now_ms()))),
            k);
      case order::idle:
        if (k.idle) top.offer(static_cast<std::uint64_t>(k.idle->count()), k);
        return;
      case order::lfu:
        if (k.frequency) top.offer(*k.frequency, k);
        return;
    }
  }
};

}  // namespace

status memory(const options& how, const filter& which, output& out) {
  table to(out, how, columns, format::csv);
  each_key seen(how, which, to);
  const auto ended = scan(how.input, seen, how, reader_options(how), &out);
  to.finish();
  return ended;
}

status top(const options& how, const filter& which, output& out) {
  largest_keys seen(how, which);
  const auto ended = scan(how.input, seen, how, reader_options(how), &out);
  auto with_rank = columns;
  const bool by_other = how.by != order::bytes && how.by != order::elements;
  if (by_other) {
    with_rank.push_back({how.by == order::ttl    ? "ttl_ms"
                         : how.by == order::idle ? "idle_s"
                                                 : "frequency",
                         true});
  }
  table to(out, how, with_rank, format::table);
  for (const auto& one : seen.top.take()) {
    const auto common = cells_of(one.about);
    std::vector<cell> cells(common.begin(), common.end());
    if (by_other) cells.emplace_back(one.rank);
    to.row(cells);
  }
  to.finish();
  return ended;
}

}  // namespace rdb_inspect

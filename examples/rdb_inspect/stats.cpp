// Types, encodings, sizes and lifetimes in a few tables.

#include "rdb_inspect/commands.hpp"
#include "rdb_inspect/table.hpp"
#include "rdb_inspect/totals.hpp"

namespace rdb_inspect {
namespace {

class reading final : public sized_measure {
 public:
  using sized_measure::sized_measure;
  totals seen;

 protected:
  void taken(const key_report& k) override { seen.add(k, now_ms()); }
};

std::vector<cell> spread(const std::string& what, const histogram& h, bool sizes) {
  const auto amount = [sizes](std::uint64_t n) { return sizes ? cell(size_cell{n}) : cell(n); };
  return {what,
          h.count(),
          amount(h.sum()),
          amount(h.mean()),
          amount(h.percentile(50)),
          amount(h.percentile(90)),
          amount(h.percentile(99)),
          amount(h.largest())};
}

std::vector<std::vector<cell>> rows_of(const totals& seen) {
  std::vector<std::vector<cell>> rows;
  const auto name = [](rdb::kind k) { return std::string(rdb::to_string(k)); };
  rows.push_back(spread("bytes", seen.sizes, true));
  for (const auto& [kind, one] : seen.kinds) {
    rows.push_back(spread("bytes of " + name(kind), one.bytes, true));
  }
  for (const auto& [kind, one] : seen.kinds) {
    if (kind == rdb::kind::string) continue;
    rows.push_back(spread("elements of " + name(kind), one.elements, false));
  }
  rows.push_back(spread("length of names", seen.name_lengths, true));
  if (seen.idle_s.count() > 0) rows.push_back(spread("idle seconds", seen.idle_s, false));
  if (seen.frequencies.count() > 0) {
    rows.push_back(spread("LFU frequency", seen.frequencies, false));
  }
  return rows;
}

std::vector<std::vector<cell>> sums_of(const totals& seen) {
  std::vector<std::vector<cell>> rows;
  for (const auto& [what, one] : seen.encodings) {
    rows.push_back({"encoding " + std::string(rdb::to_string(what.first)) + "/" +
                        std::string(rdb::to_string(what.second)),
                    one.keys, size_cell{one.bytes}});
  }
  for (std::size_t i = 0; i < lifetimes; ++i) {
    rows.push_back({"expires " + std::string(to_string(static_cast<lifetime>(i))),
                    seen.lives[i].keys, size_cell{seen.lives[i].bytes}});
  }
  return rows;
}

}  // namespace

// One table for programs; for people two, since the second has three columns only.
status stats(const options& how, const filter& which, output& out) {
  reading of(how, which);
  const auto ended = scan(how.input, of, how, reader_options(how), &out);
  const std::vector<column> columns{{"what"},      {"keys", true}, {"sum", true}, {"mean", true},
                                    {"p50", true}, {"p90", true},  {"p99", true}, {"max", true}};
  const bool for_people = format_of(how, format::table) == format::table;
  table first(out, how, columns, format::table);
  for (const auto& row : rows_of(of.seen)) first.row(row);
  if (for_people) {
    first.finish();
    out << "\n";
  }
  std::optional<table> second;
  if (for_people)
    second.emplace(out, how, std::vector<column>{{"what"}, {"keys", true}, {"bytes", true}},
                   format::table);
  for (auto& row : sums_of(of.seen)) {
    if (!for_people) row.resize(columns.size());
    (for_people ? *second : first).row(row);
  }
  if (second) second->finish();
  first.finish();
  return ended;
}

}  // namespace rdb_inspect

#include "rdb_inspect/totals.hpp"

namespace rdb_inspect {

std::string_view to_string(lifetime l) noexcept {
  switch (l) {
    case lifetime::expired: return "expired";
    case lifetime::hour: return "within 1 hour";
    case lifetime::day: return "within 1 day";
    case lifetime::week: return "within 1 week";
    case lifetime::month: return "within 30 days";
    case lifetime::longer: return "later";
    case lifetime::never: return "never";
  }
  return "";
}

lifetime lifetime_of(const key_report& k, std::int64_t now_ms) noexcept {
  if (!k.expires_at) return lifetime::never;
  constexpr std::int64_t hour = 3'600'000;
  const auto left = ttl_ms(*k.expires_at, now_ms);
  if (left <= 0) return lifetime::expired;
  if (left <= hour) return lifetime::hour;
  if (left <= 24 * hour) return lifetime::day;
  if (left <= 7 * 24 * hour) return lifetime::week;
  return left <= 30 * 24 * hour ? lifetime::month : lifetime::longer;
}

void totals::add(const key_report& k, std::int64_t now_ms) {
  auto& kind = kinds[k.kind];
  kind.bytes.add(k.memory_bytes);
  kind.elements.add(k.elements);
  kind.expiring += k.expires_at ? 1 : 0;
  encodings[{k.kind, k.encoding}].add(k.memory_bytes);
  lives[static_cast<std::size_t>(lifetime_of(k, now_ms))].add(k.memory_bytes);
  all.add(k.memory_bytes);
  sizes.add(k.memory_bytes);
  name_lengths.add(k.name.size());
  if (k.idle) idle_s.add(static_cast<std::uint64_t>(k.idle->count() < 0 ? 0 : k.idle->count()));
  if (k.frequency) frequencies.add(*k.frequency);
}

}  // namespace rdb_inspect

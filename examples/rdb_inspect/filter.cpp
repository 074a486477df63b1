#include "rdb_inspect/filter.hpp"

#include <algorithm>
#include <array>

namespace rdb_inspect {
namespace {

using sandpiper::errc;
using sandpiper::error;
using sandpiper::result;

result<std::uint32_t> kind_bits(const std::vector<std::string>& names) {
  std::uint32_t bits = 0;
  for (const auto& name : names) {
    bool known = false;
    for (unsigned i = 0; i <= static_cast<unsigned>(rdb::kind::other); ++i) {
      if (rdb::to_string(static_cast<rdb::kind>(i)) != name) continue;
      bits |= 1U << i;
      known = true;
    }
    if (!known) return error(errc::bad_request, "there is no type '" + name + "'");
  }
  return bits;
}

result<std::vector<pattern>> compile_all(const std::vector<std::string>& texts) {
  std::vector<pattern> all;
  for (const auto& text : texts) {
    auto one = pattern::compile(text);
    if (!one) return one.error();
    all.push_back(std::move(*one));
  }
  return all;
}

// The same keys for the same fraction in every snapshot.
std::uint64_t spread(std::string_view name) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  hash ^= hash >> 32;
  return hash * 0x9e3779b97f4a7c15 >> 16;
}

template <class T>
bool holds(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

void pattern::release::operator()(regex_t* compiled) const noexcept {
  ::regfree(compiled);
  delete compiled;
}

result<pattern> pattern::compile(const std::string& text) {
  auto place = std::make_unique<regex_t>();
  const int why = ::regcomp(place.get(), text.c_str(), REG_EXTENDED | REG_NOSUB);
  if (why != 0) {
    std::array<char, 128> words{};
    ::regerror(why, place.get(), words.data(), words.size());
    return error(errc::bad_request, "the pattern '" + text + "' is not one: " + words.data());
  }
  pattern made;
  made.compiled_.reset(place.release());
  return made;
}

bool pattern::found_in(std::string_view name) const noexcept {
  regmatch_t range{};
  range.rm_so = 0;
  range.rm_eo = static_cast<regoff_t>(name.size());
  return ::regexec(compiled_.get(), name.data() == nullptr ? "" : name.data(), 1, &range,
                   REG_STARTEND) == 0;
}

result<filter> filter::make(const filter_options& how) {
  filter made;
  made.how_ = how;
  auto keys = compile_all(how.keys);
  if (!keys) return keys.error();
  made.keys_ = std::move(*keys);
  auto no_keys = compile_all(how.no_keys);
  if (!no_keys) return no_keys.error();
  made.no_keys_ = std::move(*no_keys);
  for (const auto& text : how.globs) made.globs_.emplace_back(text);
  const auto wanted = kind_bits(how.types);
  if (!wanted) return wanted.error();
  const auto unwanted = kind_bits(how.no_types);
  if (!unwanted) return unwanted.error();
  made.kinds_ = (how.types.empty() ? UINT32_MAX : *wanted) & ~*unwanted;
  return made;
}

bool filter::takes(const rdb::key_info& key, std::int64_t now_ms) const {
  if ((kinds_ >> static_cast<unsigned>(key.kind) & 1) == 0) return false;
  if (!how_.dbs.empty() && !holds(how_.dbs, key.db)) return false;
  if (holds(how_.no_dbs, key.db)) return false;
  return takes_expiry(key, now_ms) && takes_name(key.name) &&
         (how_.sample == 1 || spread(key.name) % how_.sample == 0);
}

bool filter::takes_name(std::string_view name) const {
  const auto found = [name](const pattern& one) { return one.found_in(name); };
  if (!keys_.empty() && std::none_of(keys_.begin(), keys_.end(), found)) return false;
  if (std::any_of(no_keys_.begin(), no_keys_.end(), found)) return false;
  return globs_.empty() || std::any_of(globs_.begin(), globs_.end(),
                                       [name](const auto& one) { return one.matches(name); });
}

bool filter::takes_expiry(const rdb::key_info& key, std::int64_t now_ms) const {
  if (how_.expiry == expiry::all) return true;
  if (!key.expires_at) return how_.expiry == expiry::none;
  const auto left = ttl_ms(*key.expires_at, now_ms);
  switch (how_.expiry) {
    case expiry::all:
    case expiry::any: return true;
    case expiry::none: return false;
    case expiry::expired: return left <= 0;
    case expiry::between: return how_.ttl_ms_min <= left && left <= how_.ttl_ms_max;
  }
  return false;
}

std::int64_t ttl_ms(rdb::unix_ms expires_at, std::int64_t now_ms) noexcept {
  std::int64_t left = 0;
  const std::int64_t at = expires_at.time_since_epoch().count();
  if (__builtin_sub_overflow(at, now_ms, &left)) return at < 0 ? INT64_MIN : INT64_MAX;
  return left;
}

}  // namespace rdb_inspect

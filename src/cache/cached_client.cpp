#include "sandpiper/cache/cached_client.hpp"

#include "cache/front.hpp"
#include "sandpiper/client/batch.hpp"

namespace sandpiper {

result<cached_client> cached_client::connect(std::string_view url, const cache::options& o) {
  if (auto sane = o.check(); !sane) return std::move(sane).error();
  auto db = client::connect(url);
  if (!db) return std::move(db).error();
  return over(*db, o);
}

result<cached_client> cached_client::over(const client& db, const cache::options& o) {
  if (auto sane = o.check(); !sane) return std::move(sane).error();
  auto near = cache::front::own(db, o);
  client through(near, db.timeout());
  return cached_client(std::move(near), std::move(through));
}

batch cached_client::batch() const { return through_.batch(); }

}  // namespace sandpiper

#include "sandpiper/client/client.hpp"

#include <optional>
#include <semaphore>

#include "client/parts.hpp"

namespace sandpiper {

result<client> client::connect(std::string_view url) {
  auto parsed = options::from_url(url);
  if (!parsed) return std::move(parsed).error();
  return connect(*parsed);
}

result<client> client::connect(const options& o) {
  if (auto sane = o.check(); !sane) return std::move(sane).error();
  auto shared = core::own(std::make_unique<core::parts>(o));

  std::optional<result<void>> outcome;
  std::binary_semaphore opened(0);
  shared->inside().connection->open([&](result<void> done) {
    outcome.emplace(std::move(done));
    opened.release();
  });
  opened.acquire();
  if (!*outcome) return std::move(*outcome).error();
  return client(std::move(shared), o.command_timeout);
}

}  // namespace sandpiper

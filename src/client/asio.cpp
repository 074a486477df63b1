#include "sandpiper/client/asio.hpp"

#include "client/parts.hpp"

namespace sandpiper {
namespace {

std::shared_ptr<core> make_core(const asio::any_io_executor& executor, const options& o,
                                bool patient) {
  return core::own(std::make_unique<core::parts>(o, executor, patient));
}

}  // namespace

result<client> open(asio::any_io_executor executor, const options& o) {
  if (auto sane = o.check(); !sane) return std::move(sane).error();
  auto shared = make_core(executor, o, true);
  shared->inside().connection->open([](const result<void>&) {});
  return client(std::move(shared), o.command_timeout);
}

void start_connecting(const asio::any_io_executor& executor, const options& o,
                      std::unique_ptr<connect_waiter> waiter) {
  if (auto sane = o.check(); !sane) {
    asio::post(executor, [waiter = std::move(waiter), why = std::move(sane).error()]() mutable {
      waiter->connected(std::move(why));
    });
    return;
  }
  auto shared = make_core(executor, o, false);
  auto& connection = *shared->inside().connection;
  std::shared_ptr<connect_waiter> told = std::move(waiter);
  connection.open([told, shared, timeout = o.command_timeout](result<void> done) mutable {
    auto owner = std::move(shared);
    if (!done) return told->connected(std::move(done).error());
    told->connected(client(std::move(owner), timeout));
  });
}

asio::any_io_executor executor_of(const client& db) {
  return db.shared().client_core().inside().executor;
}

}  // namespace sandpiper

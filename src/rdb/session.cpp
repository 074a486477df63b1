#include "rdb/session.hpp"

namespace sandpiper::rdb {

void running::begin(task (*with)(decoder&)) {
  root_ = task();
  d.restart();
  root_ = with(d);
  d.in.set_current(root_.handle());
  state_ = progress::more;
}

progress running::feed(std::string_view bytes) {
  if (state_ != progress::more) return state_;
  d.in.open(bytes);
  if (!d.in.advance()) return settle(d.in.failed() ? progress::failed : progress::more);

  do {
    d.in.current().resume();
  } while (!d.in.waiting() && d.in.current());

  if (d.in.failed()) return settle(progress::failed);
  if (!d.in.ended()) return settle(progress::more);
  return settle(d.in.in_key ? progress::stopped : progress::done);
}

progress running::settle(progress state) {
  state_ = state;
  if (state == progress::more) d.in.settle();
  return state;
}

progress running::finish(fault_kind kind, subject about, std::string_view detail) {
  if (state_ != progress::more) return state_;
  d.in.set_fault(kind, about, detail, d.in.offset());
  return state_ = progress::failed;
}

}  // namespace sandpiper::rdb

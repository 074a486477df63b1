#include "sandpiper/rdb/reader.hpp"

#include "rdb/session.hpp"

namespace sandpiper::rdb {

visitor::~visitor() = default;

class reader::session : public running {
 public:
  using running::running;
};

reader::reader(visitor& events, const options& how)
    : session_(std::make_unique<session>(events, how)) {
  restart();
}

reader::reader(reader&&) noexcept = default;
reader& reader::operator=(reader&&) noexcept = default;
reader::~reader() = default;

void reader::restart() { session_->begin(read_snapshot); }

progress reader::feed(std::string_view bytes) { return session_->feed(bytes); }

progress reader::finish() {
  return session_->finish(fault_kind::truncated, subject::input, "the snapshot ends too early");
}

progress reader::abandon(std::string_view why) {
  return session_->finish(fault_kind::io, subject::input, why);
}

progress reader::state() const noexcept { return session_->state(); }

const fault* reader::why() const noexcept {
  const auto& why = session_->d.in.why();
  return why ? &*why : nullptr;
}

std::uint64_t reader::offset() const noexcept { return session_->d.in.offset(); }

std::size_t reader::unread_bytes() const noexcept { return session_->d.in.left(); }

}  // namespace sandpiper::rdb

#include "cache/scratch.hpp"

#include <cassert>
#include <optional>

#include "sandpiper/resp/parser.hpp"

namespace sandpiper::cache {
namespace {

// What a large value has needed is not kept for the small ones.
constexpr std::size_t kept_bytes_max = 64 << 10;

// The bytes are our own: whatever somebody allowed his server to answer is read back, too.
constexpr resp::limits none{.line_bytes_max = UINT32_MAX,
                            .bulk_bytes_max = UINT32_MAX,
                            .elements_max = UINT32_MAX,
                            .depth_max = UINT32_MAX};

struct scratch {
  resp::buffer bytes;
  resp::parser parser{none};
  bool busy = false;
};

thread_local scratch mine;

// Whoever is told may ask again from within, a decoder of the user's for one.
class borrowed {
 public:
  borrowed() : taken_(!mine.busy) { taken_ ? void(mine.busy = true) : void(own_.emplace()); }
  borrowed(const borrowed&) = delete;
  borrowed& operator=(const borrowed&) = delete;
  ~borrowed() {
    if (!taken_) return;
    mine.busy = false;
    if (mine.bytes.capacity() <= kept_bytes_max) return;
    mine.bytes.release();
    mine.parser = resp::parser(none);
  }

  [[nodiscard]] scratch& get() noexcept { return taken_ ? mine : *own_; }

 private:
  const bool taken_;
  std::optional<scratch> own_;
};

void tell_bytes(scratch& in, reply_visitor tell) {
  const auto bytes = in.bytes.view();
  in.parser.reset();
  // The parser joins streamed strings in place; the buffer is ours.
  in.parser.parse({const_cast<char*>(bytes.data()), bytes.size()});
  resp::reply_view reply;
  const bool whole = in.parser.next(reply);
  assert(whole);
  if (whole) tell(reply);
}

}  // namespace

void tell_parsed(std::string_view bytes, reply_visitor tell) {
  borrowed memory;
  auto& in = memory.get();
  in.bytes.clear();
  in.bytes.append(bytes);
  tell_bytes(in, tell);
}

void tell_written(store::function_ref<void(resp::encoder&)> write, reply_visitor tell) {
  borrowed memory;
  auto& in = memory.get();
  in.bytes.clear();
  resp::encoder to(in.bytes, 3);
  write(to);
  tell_bytes(in, tell);
}

std::string_view encoded(const resp::reply_view& reply) {
  thread_local resp::buffer bytes;
  if (bytes.capacity() > kept_bytes_max) bytes.release();
  bytes.clear();
  resp::encoder(bytes, 3).value(reply);
  return bytes.view();
}

}  // namespace sandpiper::cache

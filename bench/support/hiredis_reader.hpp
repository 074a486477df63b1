#pragma once
// The parser of hiredis, to compare answers and speed with.

#include <hiredis/hiredis.h>

#include <memory>
#include <string_view>

#include "sandpiper/resp/encoder.hpp"

namespace bench {

class hiredis_reader {
 public:
  hiredis_reader() : reader_(redisReaderCreate()) {}

  /// Calls `each(const redisReply&)` for every reply that is complete with `wire`, which goes on
  /// where the last call ended; false when hiredis finds it wrong.
  template <class Each>
  bool parse(std::string_view wire, Each each) {
    redisReaderFeed(reader_.get(), wire.data(), wire.size());
    for (;;) {
      void* reply = nullptr;
      if (redisReaderGetReply(reader_.get(), &reply) != REDIS_OK) return false;
      if (reply == nullptr) return true;
      each(*static_cast<redisReply*>(reply));
      freeReplyObject(reply);
    }
  }

 private:
  struct freer {
    void operator()(redisReader* r) const { redisReaderFree(r); }
  };
  std::unique_ptr<redisReader, freer> reader_;
};

/// Writes the reply as a server would, so that answers can be compared byte by byte.
inline void write(sandpiper::resp::encoder& to, const redisReply& reply) {
  const std::string_view text(reply.str == nullptr ? "" : reply.str, reply.str ? reply.len : 0);
  switch (reply.type) {
    case REDIS_REPLY_INTEGER: return to.integer(reply.integer);
    case REDIS_REPLY_STRING: return to.bulk(text);
    case REDIS_REPLY_STATUS: return to.simple_string(text);
    case REDIS_REPLY_ERROR: return to.error(text);
    case REDIS_REPLY_ARRAY: break;
    default: return to.null();
  }
  to.array(reply.elements);
  for (std::size_t i = 0; i < reply.elements; ++i) write(to, *reply.element[i]);
}

}  // namespace bench

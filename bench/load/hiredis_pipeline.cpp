#include <hiredis/hiredis.h>

#include <memory>
#include <string_view>
#include <vector>

#include "load/contenders.hpp"

namespace load {

outcome hiredis_pipeline(const task& t) {
  outcome done;
  const std::unique_ptr<redisContext, void (*)(redisContext*)> c(
      redisConnect(t.host.c_str(), t.port), redisFree);
  if (!c || c->err != 0) return {.trouble = "hiredis: cannot connect"};
  std::vector<std::string> names;
  for (std::size_t i = 0; i < keys; ++i) names.push_back(key_of(i));

  const meter m;
  const auto end = clock::now() + t.span;
  for (auto now = clock::now(); now < end;) {
    for (std::size_t i = 0; i < t.depth; ++i) {
      const auto& key = names[i % keys];
      const char* arguments[] = {"GET", key.data()};
      const std::size_t sizes[] = {3, key.size()};
      redisAppendCommandArgv(c.get(), 2, arguments, sizes);
    }
    for (std::size_t i = 0; i < t.depth; ++i) {
      void* reply = nullptr;
      if (redisGetReply(c.get(), &reply) != REDIS_OK) return {.trouble = "hiredis: no reply"};
      const std::unique_ptr<redisReply, void (*)(void*)> owned(static_cast<redisReply*>(reply),
                                                               freeReplyObject);
      if (owned->len != 16) return {.trouble = "hiredis: a wrong answer"};
    }
    done.operations += t.depth;
    const auto then = clock::now();
    done.latencies_us.push_back(std::chrono::duration<double, std::micro>(then - now).count());
    now = then;
  }
  m.stop(done);
  return done;
}

}  // namespace load

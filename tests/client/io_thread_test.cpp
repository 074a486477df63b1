#include "client/io_thread.hpp"

#include <asio/post.hpp>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <semaphore>
#include <thread>

namespace sandpiper {
namespace {

TEST(IoThread, RunsWhatIsPostedAndEndsWhenAsked) {
  io_thread one;
  std::promise<std::thread::id> ran;
  asio::post(one.executor(), [&] { ran.set_value(std::this_thread::get_id()); });
  EXPECT_NE(ran.get_future().get(), std::this_thread::get_id());
  one.finish();
  one.finish();  // again is no harm
}

TEST(IoThread, MayEndItself) {
  auto one = std::make_shared<io_thread>();
  std::promise<void> gone;
  auto told = gone.get_future();
  auto& where = *one;
  std::binary_semaphore posted(0);  // until post() is over the context must stay
  asio::post(where.executor(), [&, last = std::move(one), gone = std::move(gone)]() mutable {
    posted.acquire();
    last.reset();
    gone.set_value();
  });
  posted.release();
  told.get();
}

}  // namespace
}  // namespace sandpiper

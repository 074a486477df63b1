#include "rdb/session.hpp"

#include <gtest/gtest.h>

#include "rdb/building.hpp"
#include "rdb/transcript.hpp"

namespace sandpiper::rdb {
namespace {

task read_two_bytes(decoder& d) {
  d.elements += co_await d.in.byte();
  d.elements += co_await d.in.byte();
}

task read_nested(decoder& d) {
  co_await read_two_bytes(d);
  co_await read_two_bytes(d);
  d.in.stop();
}

task wait_for_ever(decoder& d) { co_await d.in.corrupt(subject::input, "a fault of the test"); }

task deep_fault(decoder& d) {
  co_await wait_for_ever(d);
  ADD_FAILURE() << "whoever waits for a faulty decoder must not go on";
}

TEST(Session, ADecoderGoesOnWhereItWaited) {
  transcript told;
  running session(told, {});
  session.begin(read_nested);
  EXPECT_EQ(session.feed("\1"), progress::more);
  EXPECT_EQ(session.feed(""), progress::more);
  EXPECT_EQ(session.feed("\2\3"), progress::more);
  EXPECT_EQ(session.feed("\4\5"), progress::done);
  EXPECT_EQ(session.d.elements, 10u);
  EXPECT_EQ(session.d.in.left(), 1u);
}

TEST(Session, AFaultEndsAllThatWait) {
  transcript told;
  running session(told, {});
  session.begin(deep_fault);
  EXPECT_EQ(session.feed("x"), progress::failed);
  EXPECT_EQ(session.d.in.why()->detail, "a fault of the test");
}

TEST(Session, BeginsAnewFromAnyState) {
  transcript told;
  running session(told, {});
  for (const std::string_view before : {"", "\1", "\1\2\3", "\1\2\3\4"}) {
    session.begin(read_nested);
    session.feed(before);
  }
  session.begin(deep_fault);
  session.feed("x");
  session.begin(read_nested);
  EXPECT_EQ(session.feed("\1\1\1\1"), progress::done);
  EXPECT_EQ(session.d.elements, 4u);
}

TEST(Session, EndsWithAFaultOnlyWhileItWaits) {
  transcript told;
  running session(told, {});
  session.begin(read_nested);
  session.feed("\1");
  EXPECT_EQ(session.finish(fault_kind::truncated, subject::input, "early"), progress::failed);
  EXPECT_EQ(session.d.in.why()->offset, 1u);
  session.begin(read_nested);
  session.feed("\1\2\3\4");
  EXPECT_EQ(session.finish(fault_kind::truncated, subject::input, "early"), progress::done);
}

// Frames come from a stack of the reader; those that do not fit it from the heap.
TEST(Session, FramesAreLastInFirstOut) {
  frame_stack frames;
  void* const first = frames.push(100);
  void* const second = frames.push(100);
  EXPECT_NE(first, second);
  frame_stack::pop(second);
  EXPECT_EQ(frames.push(100), second);
  void* const large = frames.push(1 << 20);
  std::memset(large, 1, 1 << 20);
  frame_stack::pop(large);
  frame_stack::pop(second);
  frame_stack::pop(first);
  EXPECT_EQ(frames.push(50), first);
  frame_stack::pop(first);
}

}  // namespace
}  // namespace sandpiper::rdb

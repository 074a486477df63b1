#include "cache/ledger.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "local/answering.hpp"
#include "sandpiper/base/clock.hpp"
#include "sandpiper/commands/generic.hpp"
#include "sandpiper/commands/string.hpp"
#include "sandpiper/resp/reply.hpp"

namespace sandpiper::cache {
namespace {

using entered = ledger::entered;

struct waiter final : wire::request {
  explicit waiter(const std::vector<std::string>& words) : command(local::command_of(words)) {
    set_commands({&command, 1});
    deadline_ms = coarse_now_ms() + 60'000;
  }
  void on_reply(std::uint32_t, const resp::reply_view&) noexcept override {}
  void on_error(std::uint32_t, error) noexcept override {}

  resp::command command;
};

class nobody final : public fetch_owner {
 public:
  void on_answer(fetch&, const resp::reply_view&) noexcept override {}
  void on_failure(fetch&, error) noexcept override {}
  void let_go(fetch&, wire::request&) override {}
  void abort(fetch&, wire::request&, errc) override {}
};

struct book {
  /// `led` is set when `w` leads.
  entered enter(waiter& w, fetch** led = nullptr) {
    const auto& how = *local::find(w.command);
    const store::key_ref key(w.command.argument(1));
    fetch* made = nullptr;
    const auto look = [&] {
      return known.answer(
          key, w.command, how,
          [&](const mark& when) { return when.generation == vouched.generation(); },
          [](const resp::reply_view&) {});
    };
    const auto make = [&] {
      if (before_made) before_made();
      return std::make_unique<fetch>(owner, w.command, how, true);
    };
    const auto outcome = all.enter(key, w, look, make, made);
    EXPECT_EQ(made != nullptr, outcome == entered::leads);
    if (made != nullptr) fetches.emplace_back(made);
    if (led != nullptr) *led = made;
    return outcome;
  }

  /// The fetch comes back with `bytes`, which are kept if the ledger says so.
  bool finish(fetch& f, std::string_view bytes = "$1\r\nv\r\n") {
    const auto reply = resp::reply::parse(bytes).value();
    return all.finish(f, [&] {
      known.learn(f.key(), f.command(), f.how(), reply.view(), {.generation = f.generation},
                  coarse_now_ms() + 60'000);
    });
  }

  std::vector<wire::request*> waiters_of(fetch& f) {
    std::vector<wire::request*> found;
    while (auto* const r = all.next_waiter(f)) found.push_back(r);
    return found;
  }

  knowledge known{options()};
  vouching vouched;
  waiter_deadlines deadlines;
  nobody owner;
  std::function<void()> before_made;
  std::vector<std::unique_ptr<fetch>> fetches;
  ledger all{known, vouched, deadlines};
};

TEST(Ledger, TheFirstLeadsAndTheOthersJoin) {
  book b;
  waiter one({"GET", "k"});
  waiter two({"GET", "k"});
  waiter three({"GET", "k"});
  fetch* f = nullptr;
  EXPECT_EQ(b.enter(one, &f), entered::leads);
  EXPECT_EQ(b.enter(two), entered::joined);
  EXPECT_EQ(b.enter(three), entered::joined);
  EXPECT_EQ(one.held_by, static_cast<holder*>(f));
  EXPECT_TRUE(b.finish(*f));
  EXPECT_EQ(b.waiters_of(*f), (std::vector<wire::request*>{&one, &two, &three}));
  EXPECT_EQ(three.held_by, nullptr);
}

TEST(Ledger, AnotherCommandOrKeyIsAnotherFetch) {
  book b;
  waiter one({"HGET", "h", "a"});
  waiter two({"HGET", "h", "b"});
  waiter three({"HGET", "g", "a"});
  EXPECT_EQ(b.enter(one), entered::leads);
  EXPECT_EQ(b.enter(two), entered::leads);
  EXPECT_EQ(b.enter(three), entered::leads);
  for (auto& f : b.fetches) EXPECT_TRUE(b.finish(*f));
}

// "HMGET h ab c" and "HMGET h a bc".
TEST(Ledger, OneIsJoinedByTheSameCommandOnly) {
  book b;
  waiter one({"HMGET", "h", "ab", "c"});
  waiter two({"HMGET", "h", "a", "bc"});
  EXPECT_EQ(b.enter(one), entered::leads);
  EXPECT_EQ(b.enter(two), entered::leads);
  const std::string large(20'000, 'f');
  waiter three({"HGET", "h", large});
  waiter four({"HGET", "h", large});
  waiter five({"HGET", "h", large + "g"});
  EXPECT_EQ(b.enter(three), entered::leads);
  EXPECT_EQ(b.enter(four), entered::joined);
  EXPECT_EQ(b.enter(five), entered::leads);
}

TEST(Ledger, WhatBecameKnownMeanwhileIsFound) {
  book b;
  waiter one({"GET", "k"});
  fetch* f = nullptr;
  b.enter(one, &f);
  b.finish(*f);
  waiter two({"GET", "k"});
  EXPECT_EQ(b.enter(two), entered::found);
  EXPECT_EQ(two.held_by, nullptr);
}

TEST(Ledger, AChangeDoomsTheFetchAndNobodyJoinsIt) {
  book b;
  waiter one({"GET", "k"});
  waiter two({"GET", "k"});
  fetch* old = nullptr;
  fetch* fresh = nullptr;
  b.enter(one, &old);
  EXPECT_EQ(b.all.changed("k"), 1u);
  EXPECT_EQ(b.all.changed("k"), 0u) << "once";
  EXPECT_EQ(b.enter(two, &fresh), entered::leads);
  EXPECT_FALSE(b.finish(*old)) << "not kept";
  EXPECT_EQ(b.waiters_of(*old), std::vector<wire::request*>{&one}) << "but told";
  waiter three({"GET", "k"});
  EXPECT_EQ(b.enter(three), entered::joined);
  EXPECT_TRUE(b.finish(*fresh));
}

TEST(Ledger, AChangeDoomsAllFetchesOfItsKeyAndNoOther) {
  book b;
  waiter one({"HGET", "h", "a"});
  waiter two({"HGET", "h", "b"});
  waiter other({"HGET", "g", "a"});
  for (auto* w : {&one, &two, &other}) b.enter(*w);
  EXPECT_EQ(b.all.changed("h"), 2u);
  EXPECT_FALSE(b.finish(*b.fetches[0]));
  EXPECT_FALSE(b.finish(*b.fetches[1]));
  EXPECT_TRUE(b.finish(*b.fetches[2]));
}

TEST(Ledger, AChangeForgets) {
  book b;
  waiter one({"GET", "k"});
  fetch* f = nullptr;
  b.enter(one, &f);
  b.finish(*f);
  EXPECT_EQ(b.all.changed("k"), 0u);
  waiter two({"GET", "k"});
  EXPECT_EQ(b.enter(two), entered::leads);
}

TEST(Ledger, AWriteDoomsAndForgetsAndBars) {
  book b;
  waiter one({"GET", "k"});
  fetch* f = nullptr;
  b.enter(one, &f);
  const auto write = set("k", "v");
  b.all.begin_write(write);
  EXPECT_FALSE(b.finish(*f));
  waiter two({"GET", "k"});
  EXPECT_EQ(b.enter(two), entered::barred);
  EXPECT_EQ(two.held_by, nullptr);
  waiter other({"GET", "other"});
  EXPECT_EQ(b.enter(other), entered::leads);
  b.all.end_write(write);
  EXPECT_EQ(b.enter(two), entered::leads);
}

TEST(Ledger, EveryWriteMustEnd) {
  book b;
  const auto write = mset({{"a", "1"}, {"b", "2"}, {"a", "3"}});
  const auto other = del("a");
  b.all.begin_write(write);
  b.all.begin_write(other);
  b.all.end_write(write);
  waiter a({"GET", "a"});
  waiter second({"GET", "b"});
  EXPECT_EQ(b.enter(a), entered::barred);
  EXPECT_EQ(b.enter(second), entered::leads);
  b.all.end_write(other);
  EXPECT_EQ(b.enter(a), entered::leads);
}

TEST(Ledger, AWriteWhoseKeysAreNotKnownIsOneToAll) {
  book b;
  waiter one({"GET", "k"});
  fetch* f = nullptr;
  b.enter(one, &f);
  const auto generation = b.vouched.generation();
  const auto write = command("EVAL", "return 1", 0);
  b.all.begin_write(write);
  EXPECT_NE(b.vouched.generation(), generation);
  EXPECT_FALSE(b.finish(*f));
  waiter two({"GET", "other"});
  EXPECT_EQ(b.enter(two), entered::barred);
  b.all.end_write(write);
  EXPECT_EQ(b.enter(two), entered::leads);
}

TEST(Ledger, AFetchOfAnEndedGenerationIsNeitherJoinedNorKept) {
  book b;
  waiter one({"GET", "k"});
  waiter two({"GET", "k"});
  waiter three({"GET", "k"});
  fetch* old = nullptr;
  fetch* fresh = nullptr;
  b.enter(one, &old);
  b.all.void_all();
  EXPECT_EQ(b.enter(two, &fresh), entered::leads);
  EXPECT_FALSE(b.finish(*old));
  EXPECT_EQ(b.enter(three), entered::joined) << "the end of the old one left the other alone";
  EXPECT_TRUE(b.finish(*fresh));
}

// The generation of a fetch is read before all else: one that ends in between is not its own.
TEST(Ledger, AGenerationThatEndsWhileAFetchBeginsIsNotBelieved) {
  book b;
  waiter one({"GET", "k"});
  b.before_made = [&] { b.all.void_all(); };
  fetch* f = nullptr;
  EXPECT_EQ(b.enter(one, &f), entered::leads);
  EXPECT_FALSE(b.finish(*f));
}

TEST(Ledger, WhoeverWaitsMayLeave) {
  book b;
  waiter one({"GET", "k"});
  waiter two({"GET", "k"});
  fetch* f = nullptr;
  b.enter(one, &f);
  b.enter(two);
  b.all.leave(*f, one);
  EXPECT_EQ(one.held_by, nullptr);
  EXPECT_TRUE(b.finish(*f)) << "the fetch belongs to nobody in particular";
  EXPECT_EQ(b.waiters_of(*f), std::vector<wire::request*>{&two});
}

TEST(Ledger, WhoeverWaitsTooLongIsFound) {
  book b;
  waiter patient({"GET", "k"});
  waiter impatient({"GET", "k"});
  impatient.deadline_ms = coarse_now_ms();
  fetch* f = nullptr;
  b.enter(patient, &f);
  EXPECT_TRUE(b.deadlines.sooner());
  EXPECT_FALSE(b.deadlines.sooner()) << "somebody looks already";
  const auto before = b.deadlines.armed_ms();
  b.enter(impatient);
  EXPECT_TRUE(b.deadlines.sooner());
  EXPECT_LT(b.deadlines.armed_ms(), before);
  EXPECT_EQ(b.deadlines.expired(coarse_now_ms() + 10), &impatient);
  EXPECT_EQ(b.deadlines.expired(coarse_now_ms() + 10), nullptr);
  b.all.leave(*f, impatient);
  b.all.leave(*f, patient);
  EXPECT_EQ(b.deadlines.expired(coarse_now_ms() + 120'000), nullptr);
}

// A writer changes a value while others fetch it, each on a thread of its own.
TEST(Ledger, NoInterleavingKeepsWhatAWriteOvertook) {
  book b;
  constexpr int rounds = 20'000;
  std::atomic<int> value = 0;
  std::atomic<bool> stop = false;
  std::atomic<int> kept = 0;
  const auto fetch_again_and_again = [&](const std::string& field) {
    while (!stop) {
      waiter w({"HGET", "k", field});  // a field of its own, so that nobody joins
      const auto& how = *local::find(w.command);
      fetch* led = nullptr;
      const auto outcome = b.all.enter(
          "k", w, [] { return false; },
          [&] { return std::make_unique<fetch>(b.owner, w.command, how, true); }, led);
      if (outcome != entered::leads) continue;
      const auto seen = value.load();
      b.all.finish(*led, [&] {
        EXPECT_EQ(seen, value.load());
        ++kept;
      });
      EXPECT_EQ(b.all.next_waiter(*led), &w);
      delete led;
    }
  };
  std::thread one(fetch_again_and_again, "a");
  std::thread two(fetch_again_and_again, "b");
  const auto known = set("k", "v");
  const auto unknown = command("EVAL", "", 0);
  for (int i = 0; i < rounds || kept == 0; ++i) {
    const resp::command& write = i % 3 == 0 ? static_cast<const resp::command&>(unknown) : known;
    b.all.begin_write(write);
    ++value;
    b.all.end_write(write);
  }
  stop = true;
  one.join();
  two.join();
}

}  // namespace
}  // namespace sandpiper::cache

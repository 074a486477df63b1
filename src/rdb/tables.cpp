// Collections stored plainly, one string per element.

#include <limits>

#include "rdb/decoder.hpp"
#include "rdb/score.hpp"

namespace sandpiper::rdb {
namespace {

constexpr unsigned code_nan = 253;
constexpr unsigned code_inf = 254;
constexpr unsigned code_minus_inf = 255;

task read_text_score(decoder& d, double& score) {
  const auto size = co_await d.in.byte();
  const auto offset = d.in.item_offset();
  score = std::numeric_limits<double>::infinity();
  if (size == code_inf) co_return;
  if (size == code_minus_inf) {
    score = -score;
    co_return;
  }
  if (size != code_nan) {
    const char* const text = co_await d.in.fixed(size);
    if (parse_score(std::string_view(text, size), score)) co_return;
  }
  co_await d.in.fail(fault_kind::corrupt, subject::score, "a score is not a number", offset);
}

}  // namespace

task read_list(decoder& d) {
  for (auto n = co_await d.in.length(); n != 0; --n) {
    co_await d.in.element(slot::a, role::list_item);
    d.events.list_item(d.in.at(slot::a));
    ++d.elements;
    d.in.drop(slot::a);
  }
}

task read_set(decoder& d) {
  for (auto n = co_await d.in.length(); n != 0; --n) {
    co_await d.in.element(slot::a, role::member);
    if (!d.unique(d.in.at(slot::a))) co_await d.in.halt();
    d.events.set_member(d.in.at(slot::a), std::nullopt);
    ++d.elements;
    d.in.drop(slot::a);
  }
}

task read_zset(decoder& d, bool binary_scores) {
  for (auto n = co_await d.in.length(); n != 0; --n) {
    co_await d.in.element(slot::a, role::member);
    if (!d.unique(d.in.at(slot::a))) co_await d.in.halt();
    double score = 0;
    if (binary_scores) {
      score = co_await d.in.real();
      if (score != score) co_await d.in.corrupt(subject::score, "a score is not a number");
    } else {
      co_await read_text_score(d, score);
    }
    d.events.zset_member(d.in.at(slot::a), score);
    ++d.elements;
    d.in.drop(slot::a);
  }
}

task read_hash(decoder& d) {
  for (auto n = co_await d.in.length(); n != 0; --n) {
    co_await d.in.element(slot::a, role::field);
    if (!d.unique(d.in.at(slot::a))) co_await d.in.halt();
    co_await d.in.element(slot::b, role::value);
    d.events.hash_field(d.in.at(slot::a), d.in.at(slot::b), std::nullopt);
    ++d.elements;
    d.in.drop(slot::a);
    d.in.drop(slot::b);
  }
}

}  // namespace sandpiper::rdb

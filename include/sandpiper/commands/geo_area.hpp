#pragma once
// Places on the earth, and areas of it.
//
//     geosearch("stations", geo_origin::member("Berlin"), geo_area::radius(100, geo_unit::km))
//     geosearch("stations", geo_origin::at(13.4, 52.5), geo_area::box(400, 200, geo_unit::km))

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "sandpiper/commands/lists.hpp"
#include "sandpiper/resp/decode.hpp"

namespace sandpiper {

/// In degrees: longitude first, as the server has it. A value.
struct geo_point {
  double longitude = 0;
  double latitude = 0;

  friend bool operator==(const geo_point&, const geo_point&) = default;
};

/// A member and where it is, for GEOADD. A value; borrows the member.
struct geo_place {
  double longitude;
  double latitude;
  std::string_view member;
};

/// Metres, kilometres, feet, miles.
enum class geo_unit : std::uint8_t { m, km, ft, mi };

[[nodiscard]] constexpr std::string_view word_of(geo_unit one) noexcept {
  constexpr std::string_view words[] = {"M", "KM", "FT", "MI"};
  return words[static_cast<std::size_t>(one)];
}

/// What a geo search answers for each member: its name, and what was asked for, in this order.
template <bool Distance, bool Hash, bool Position>
using geo_match = decltype(std::tuple_cat(
    std::tuple<std::string>(), std::conditional_t<Distance, std::tuple<double>, std::tuple<>>(),
    std::conditional_t<Hash, std::tuple<std::int64_t>, std::tuple<>>(),
    std::conditional_t<Position, std::tuple<geo_point>, std::tuple<>>()));

/// Where a search begins: at a member, or at a point. A value; borrows the member.
class geo_origin {
 public:
  [[nodiscard]] static geo_origin member(std::string_view name) { return {true, name, {}}; }
  [[nodiscard]] static geo_origin at(double longitude, double latitude) {
    return {false, {}, {longitude, latitude}};
  }

  void add_to(resp::command& c) const {
    if (by_member_) {
      c.add("FROMMEMBER");
      commands::add_text(c, member_);
    } else {
      c.add("FROMLONLAT");
      commands::add_number(c, point_.longitude);
      commands::add_number(c, point_.latitude);
    }
  }

 private:
  geo_origin(bool by_member, std::string_view name, geo_point point)
      : by_member_(by_member), member_(name), point_(point) {}

  bool by_member_;
  std::string_view member_;
  geo_point point_;
};

/// How far it goes: a circle, or a box around the origin. A value.
class geo_area {
 public:
  [[nodiscard]] static geo_area radius(double length, geo_unit unit) {
    return {true, length, 0, unit};
  }
  [[nodiscard]] static geo_area box(double width, double height, geo_unit unit) {
    return {false, width, height, unit};
  }

  void add_to(resp::command& c) const {
    c.add(circle_ ? "BYRADIUS" : "BYBOX");
    commands::add_number(c, width_);
    if (!circle_) commands::add_number(c, height_);
    c.add(word_of(unit_));
  }

 private:
  geo_area(bool circle, double width, double height, geo_unit unit)
      : circle_(circle), width_(width), height_(height), unit_(unit) {}

  bool circle_;
  double width_;
  double height_;
  geo_unit unit_;
};

/// A range of geo_place, or of what is built like it.
template <class R>
concept place_range = any_range<R> && requires(element_of<R> one) {
  { one.longitude } -> std::convertible_to<double>;
  { one.latitude } -> std::convertible_to<double>;
  { one.member } -> std::convertible_to<std::string_view>;
};

namespace commands {

template <memory Memory = memory::lasting, any_argument Member>
void add_place(resp::command& to, double longitude, double latitude, Member&& member) {
  add_number(to, longitude);
  add_number(to, latitude);
  add<Memory>(to, std::forward<Member>(member));
}

template <place_range R>
void put_places(resp::command& to, R&& places) {
  const auto before = to.size();
  for (auto&& one : places) {
    add_place<memory::passing>(to, one.longitude, one.latitude, std::string_view(one.member));
  }
  if (to.size() == before) to.note(resp::misuse::nothing_given);
}

using places = std::initializer_list<geo_place>;

}  // namespace commands
}  // namespace sandpiper

template <>
struct sandpiper::resp::decoder<sandpiper::geo_point> {
  static result<void> read(const reply_view& view, geo_point& into) {
    return read_each(view, into.longitude, into.latitude);
  }
};

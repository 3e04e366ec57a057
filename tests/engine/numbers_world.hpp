#pragma once

#include <catch2/catch.hpp>

#include "world.hpp"

namespace tally::engine::test {

inline const model::Guid numerator = guid(900);

inline model::ZoneKey zone(const std::string& name = "A") { return {.numerator = numerator, .name = name}; }
inline model::Guid zone_id(const std::string& name) { return guid(950 + static_cast<int>(name.size())); }

inline TakeNumbers take(int session, std::int32_t first, std::int32_t last, const std::string& name = "A") {
  return {.session = guid(session),
          .zone = zone(name),
          .zone_id = zone_id(name),
          .numbers = {first, last},
          .for_user = guid(77)};
}
inline TakeFreeNumber take_free(int session, TakeFreeNumber::Which which = TakeFreeNumber::Which::lowest,
                                const std::string& name = "A") {
  return {.session = guid(session), .zone = zone(name), .zone_id = zone_id(name), .which = which, .for_user = {}};
}
inline ReleaseNumbers release(int session, std::int32_t first, std::int32_t last, const std::string& name = "A") {
  return {.session = guid(session), .zone = zone(name), .numbers = {first, last}};
}
inline ChangeBound left_bound(int session, std::int32_t bound, bool force = false) {
  return {.session = guid(session),
          .numerator = numerator,
          .side = ChangeBound::Side::left,
          .bound = bound,
          .force = force};
}
inline ChangeBound right_bound(int session, std::int32_t bound, bool force = false) {
  return {.session = guid(session),
          .numerator = numerator,
          .side = ChangeBound::Side::right,
          .bound = bound,
          .force = force};
}

/// A world with session 1 open.
class NumbersWorld : public World {
 public:
  NumbersWorld() : World{catalog({license(1, {feature(1, 3)})})} { open(1); }

  template<class Kind>
  Kind read(Command command) {
    auto outcome = ask(std::move(command));
    REQUIRE(outcome);
    return std::get<Kind>(std::get<model::Reading>(*outcome));
  }
  model::IssuedNumber issued(Command command) {
    auto outcome = ask(std::move(command));
    REQUIRE(outcome);
    return std::get<model::IssuedNumber>(*outcome);
  }
  model::NumberStatus status(std::int32_t number, const std::string& name = "A") {
    return read<model::NumberStatus>(ReadNumberStatus{.session = guid(1), .zone = zone(name), .number = number});
  }
  const LiveZone* live_zone(const std::string& name = "A") const {
    return state.numerators().zone("default", numerator, name);
  }
};

}  // namespace tally::engine::test

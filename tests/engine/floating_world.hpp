#pragma once

#include <catch2/catch.hpp>
#include <ctime>
#include <functional>
#include <iomanip>
#include <sstream>
#include <stdexcept>

#include "world.hpp"

namespace tally::engine::test {

using tally::model::Quantity;

inline model::Instant at(const char* text) {
  std::istringstream in{text};
  std::tm parts{};
  in >> std::get_time(&parts, "%Y-%m-%d %H:%M:%S");
  REQUIRE_FALSE(in.fail());
  return model::Instant{std::chrono::seconds{timegm(&parts)}};
}

/// The license "app" of the sample catalogue: 100 units a day, 5 users, the features f1 (units) and f2 (places).
inline model::License app(std::int64_t id = 1001) {
  model::License license{.id = {id}, .product = "app", .name = "App", .key = "KEY-" + std::to_string(id)};
  license.type = "consumption";
  license.floating_users = 5;
  license.floating_timeout_s = 7'200;
  license.consumption = {.max_consumptions = Quantity::units(100),
                         .allow_overages = false,
                         .max_overages = Quantity{},
                         .reset_consumption = true,
                         .consumption_period = "daily",
                         .allow_unlimited_consumptions = false,
                         .allow_negative_consumptions = true,
                         .client_overage_settings = true};
  model::Feature units{.code = "f1", .name = "Pages", .kind = model::CounterKind::consumption};
  units.consumption.max_consumptions = Quantity::units(50);
  model::Feature places{.code = "f2", .name = "Editor", .maximum = Quantity::units(3)};
  places.floating_timeout_s = 3'600;
  license.features = {units, places};
  return license;
}

inline LicenseName name(std::optional<std::int64_t> number = {}, const std::string& product = "app") {
  LicenseName name{.account = "default", .product = product, .number = {}, .key = {}};
  if (number) name.number = model::LicenseId{*number};
  return name;
}

inline Consume use(std::int64_t units, const std::string& feature = {}) {
  return {.license = name(), .feature = feature, .user = "hw-1", .quantity = Quantity::units(units), .overages = {}};
}
inline Consume with_overages(Consume consume, std::optional<bool> allowed, std::optional<std::int64_t> maximum) {
  consume.overages.allowed = allowed;
  if (maximum) consume.overages.maximum = Quantity::units(*maximum);
  return consume;
}
inline RegisterUser enroll(const std::string& user, const std::string& feature = {}) {
  return {.license = name(), .feature = feature, .user = user, .computer = "pc", .address = "10.0.0.9"};
}
inline RegisterUser lend(const std::string& user, model::Instant until, const std::string& feature = {}) {
  RegisterUser command = enroll(user, feature);
  command.borrows = true;
  command.borrowed_until = until;
  return command;
}
inline UnregisterUser leave(const std::string& user, const std::string& feature = {}) {
  return {.license = name(), .feature = feature, .user = user};
}

/// A world with floating licenses, on 1 July 2026, 00:00 UTC.
class FloatingWorld : public World {
 public:
  explicit FloatingWorld(std::vector<model::License> licenses = {app()}) : World{catalog(std::move(licenses))} {}

  const Counter& counter(const std::string& code, std::int64_t license = 1001) const {
    for (const auto& [id, counter] : state.counters()) {
      if (counter.identity.feature == code && counter.identity.license.value == license) return counter;
    }
    FAIL("no counter " << code);
    throw std::logic_error{"unreachable"};
  }
  const Counter& own() const { return counter("@consumption"); }
  std::int64_t units(const std::string& code = "@consumption") const {
    return counter(code).used.millionths() / Quantity::millionths_per_unit;
  }
  model::ConsumptionView view(Command command) { return std::get<model::ConsumptionView>(*ask(std::move(command))); }
  model::LicenseView license(Command command) {
    return std::get<model::LicenseList>(*ask(std::move(command))).licenses.at(0);
  }
  void set_time(const char* text) { now.wall = at(text); }
  std::vector<model::EventKind> kinds() const {
    std::vector<model::EventKind> kinds;
    for (const auto& event : last_group.events) kinds.push_back(event.kind);
    return kinds;
  }
};

}  // namespace tally::engine::test

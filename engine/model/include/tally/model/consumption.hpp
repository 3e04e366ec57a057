#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tally/model/ids.hpp"
#include "tally/model/quantity.hpp"

namespace tally::model {

/// How often what was used up returns to 0. The numbers are stored: append only.
enum class Period : std::int16_t { daily = 1, weekly = 2, monthly = 3, annually = 4 };

/// How far use may pass the maximum.
struct Overages {
  bool allowed = false;
  std::optional<Quantity> maximum = Quantity{};  ///< absent: without a cap, which only a catalogue can say
  bool operator==(const Overages&) const = default;
};

/// What the catalogue says of counting by consumption.
struct ConsumptionRule {
  bool unlimited = false;  ///< wins over everything
  bool may_decrease = true;
  bool clients_set_overages = false;
  Overages overages;
  std::optional<Period> period;  ///< absent: never returns to 0
  bool operator==(const ConsumptionRule&) const = default;
};

/// When a counter returns to 0 next.
struct Boundary {
  Period period = Period::daily;  ///< what it is a boundary of
  Instant at;
  bool operator==(const Boundary&) const = default;
};

/// What a counter of consumption has besides its counts, as it is stored.
struct ConsumptionState {
  CounterId counter;
  std::optional<Boundary> boundary;
  std::optional<Overages> overages;  ///< what a request has set; absent: as the catalogue says
  bool operator==(const ConsumptionState&) const = default;
};

/// That somebody by that name has a place, as it is stored.
struct Registration {
  CounterId counter;
  std::string user;  ///< free text, compared byte by byte
  Token token;
  std::string computer;
  std::string address;
  Instant taken_at;
  Quantity used_then;
  std::optional<Quantity> balance_then;
  std::optional<Instant> borrowed_until;  ///< until then the place needs no renewal
  std::optional<Instant> expires_at;      ///< when it ends unless it is renewed, as last written; absent: never
  bool operator==(const Registration&) const = default;
};

}  // namespace tally::model

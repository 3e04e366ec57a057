#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace tally::model {

/// How much of something, exact to a millionth: 0.1 + 0.2 returns to 0 when 0.3 is given back.
///
/// Range: about +-9.2e12 whole units; sums are not checked, limits in the catalogue are kept below 1e12.
class Quantity {
 public:
  static constexpr std::int64_t millionths_per_unit = 1'000'000;

  constexpr Quantity() = default;
  [[nodiscard]] static constexpr Quantity units(std::int64_t whole) { return Quantity{whole * millionths_per_unit}; }
  [[nodiscard]] static constexpr Quantity from_millionths(std::int64_t millionths) { return Quantity{millionths}; }

  [[nodiscard]] constexpr std::int64_t millionths() const { return millionths_; }
  [[nodiscard]] constexpr bool is_whole() const { return millionths_ % millionths_per_unit == 0; }

  constexpr auto operator<=>(const Quantity&) const = default;
  constexpr Quantity& operator+=(Quantity other) { return millionths_ += other.millionths_, *this; }
  constexpr Quantity& operator-=(Quantity other) { return millionths_ -= other.millionths_, *this; }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return a += b; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return a -= b; }
  constexpr Quantity operator-() const { return Quantity{-millionths_}; }

 private:
  constexpr explicit Quantity(std::int64_t millionths) : millionths_{millionths} {}
  std::int64_t millionths_ = 0;
};

/// The largest quantity a catalogue may name: far above any license, far below what sums could overflow.
inline constexpr Quantity quantity_max = Quantity::units(1'000'000'000'000);

/// Decimal text: whole numbers as integers, others with as many decimals as they need ("3", "0.25", "-1.5").
[[nodiscard]] std::string to_string(Quantity quantity);

}  // namespace tally::model

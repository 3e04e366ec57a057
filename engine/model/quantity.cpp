#include "tally/model/quantity.hpp"

#include <cstdlib>

namespace tally::model {

std::string to_string(Quantity quantity) {
  const std::int64_t whole = quantity.millionths() / Quantity::millionths_per_unit;
  const std::int64_t rest = std::abs(quantity.millionths() % Quantity::millionths_per_unit);
  std::string text = std::to_string(whole);
  if (rest == 0) return text;
  if (whole == 0 && quantity < Quantity{}) text.insert(0, 1, '-');
  std::string decimals = std::to_string(rest);
  decimals.insert(0, 6 - decimals.size(), '0');
  decimals.erase(decimals.find_last_not_of('0') + 1);
  return text + '.' + decimals;
}

}  // namespace tally::model

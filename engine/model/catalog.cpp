#include "tally/model/catalog.hpp"

namespace tally::model {

std::vector<Counted> counted_by(const License& license) {
  std::vector<Counted> all;
  all.reserve(license.features.size() + 1);
  for (const auto& feature : license.features) {
    const bool floating = feature.kind == CounterKind::floating;
    all.push_back({.code = feature.code,
                   .name = feature.name,
                   .kind = feature.kind,
                   .maximum = floating ? feature.maximum : feature.consumption.max_consumptions,
                   .count_by = feature.count_by,
                   .option = feature.id});
  }
  if (license.max_connections) {
    all.push_back({.code = std::string{connections_code},
                   .name = "Connections",
                   .kind = CounterKind::floating,
                   .maximum = Quantity::units(*license.max_connections),
                   .count_by = CountBy::connection,
                   .option = std::nullopt});
  }
  return all;
}

}  // namespace tally::model

#include "tally/model/catalog.hpp"

#include "tally/model/names.hpp"

namespace tally::model {
namespace {

std::optional<std::chrono::seconds> seconds(std::optional<std::int64_t> count) {
  return count ? std::optional{std::chrono::seconds{*count}} : std::nullopt;
}

/// A feature without a lease of its own has the license's.
Counted counted_feature(const License& license, const Feature& feature) {
  Counted counted{.code = feature.code,
                  .name = feature.name,
                  .kind = feature.kind,
                  .maximum = feature.maximum,
                  .count_by = feature.count_by,
                  .option = feature.id};
  if (feature.kind == CounterKind::consumption) {
    counted.maximum = feature.consumption.max_consumptions;
    counted.rule = rule_of(feature.consumption);
  } else {
    counted.lease = seconds(feature.floating_timeout_s ? feature.floating_timeout_s : license.floating_timeout_s);
  }
  return counted;
}

}  // namespace

ConsumptionRule rule_of(const ConsumptionTerms& terms) {
  ConsumptionRule rule{.unlimited = terms.allow_unlimited_consumptions.value_or(false),
                       .may_decrease = terms.allow_negative_consumptions.value_or(true),
                       .clients_set_overages = terms.client_overage_settings.value_or(false),
                       .overages = {.allowed = terms.allow_overages.value_or(false)},
                       .period = {}};
  if (rule.overages.allowed && terms.max_overages_is_null) rule.overages.maximum.reset();
  if (rule.overages.allowed && terms.max_overages) rule.overages.maximum = terms.max_overages;
  if (terms.reset_consumption.value_or(false) && terms.consumption_period)
    rule.period = period_named(*terms.consumption_period);
  return rule;
}

std::vector<Counted> counted_by(const License& license) {
  std::vector<Counted> all;
  if (!license.is_installed()) return all;
  all.reserve(license.features.size() + 3);
  for (const auto& feature : license.features) all.push_back(counted_feature(license, feature));
  if (license.max_connections) {
    all.push_back({.code = std::string{connections_code},
                   .name = "Connections",
                   .maximum = Quantity::units(*license.max_connections),
                   .count_by = CountBy::connection});
  }
  if (license.type == "consumption") {
    all.push_back({.code = std::string{consumption_code},
                   .name = "Consumption",
                   .kind = CounterKind::consumption,
                   .maximum = license.consumption.max_consumptions,
                   .rule = rule_of(license.consumption)});
  }
  if (license.floating_users) {
    all.push_back({.code = std::string{users_code},
                   .name = "Users",
                   .maximum = Quantity::units(*license.floating_users),
                   .lease = seconds(license.floating_timeout_s)});
  }
  return all;
}

Counted counted_by(const AccountProduct& product) {
  return {.code = product.code, .name = product.code, .kind = CounterKind::allotted, .maximum = product.quantity};
}

}  // namespace tally::model

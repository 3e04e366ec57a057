#include "consumption_rules.hpp"

#include "license_rules.hpp"
#include "reset_rules.hpp"

namespace tally::engine {
namespace {

using model::ErrorCode;
using model::Quantity;

/// Sums of quantities must stay far from where 64 bits end.
constexpr Quantity gross_max = Quantity::units(8'000'000'000'000);

std::unexpected<model::Refusal> refused(ErrorCode code) { return std::unexpected{model::Refusal{code, {}}}; }

std::expected<const Counter*, model::Refusal> counter_for(const State& state, const LiveLicense& license,
                                                          const std::string& feature) {
  if (feature.empty()) {
    const Counter* counter = state.counter(license.consumption);
    if (counter == nullptr) return refused(ErrorCode::license_not_consumption);
    return counter;
  }
  const Counter* counter = feature_of(state, license, feature);
  if (counter == nullptr) return refused(ErrorCode::unsupported_product_feature);
  if (counter->identity.kind != model::CounterKind::consumption) return refused(ErrorCode::feature_not_consumption);
  return counter;
}

/// Settings change only together with a number: what has no cap is for the catalogue alone to allow.
model::Overages overages_after(const Counter& counter, const WantedOverages& wanted) {
  const model::Overages& now = counter.overages();
  if (!wanted.maximum || !counter.rule.clients_set_overages) return now;
  const bool allowed = wanted.allowed.value_or(now.allowed);
  return {.allowed = allowed, .maximum = allowed ? *wanted.maximum : Quantity{}};
}

bool may_go_down(const Counter& counter, Quantity quantity) {
  return counter.rule.may_decrease && counter.used + quantity >= Quantity{};
}

bool has_room(const Counter& counter, const model::Overages& overages, Quantity quantity) {
  const Quantity most = counter.limit_with(overages).value_or(model::quantity_max);
  return counter.used + quantity <= most && counter.gross + quantity <= gross_max;
}

model::ConsumptionView view_of(const Counter& counter, const LiveLicense& license, const std::string& feature) {
  model::ConsumptionView view{.license = counter.identity.license,
                              .counter = counter.identity.id,
                              .product = license.license->product,
                              .feature = feature,
                              .maximum = counter.maximum,
                              .used = counter.used,
                              .rule = counter.rule};
  view.rule.overages = counter.overages();
  return view;
}

}  // namespace

model::Outcome consume(Draft& draft, const Caller& caller, const Consume& command) {
  const auto licenses = licenses_named(draft.state(), command.license);
  if (!licenses) return std::unexpected{licenses.error()};
  const LiveLicense& license = last_valid(*licenses, draft.now().wall);
  const bool gives_back = command.quantity < Quantity{};
  if (const auto invalid = invalid_because(*license.license, draft.now().wall); invalid && !gives_back)
    return std::unexpected{*invalid};
  const auto found = counter_for(draft.state(), license, command.feature);
  if (!found) return std::unexpected{found.error()};
  const Counter& counter = **found;
  const std::string& user = command.user.empty() ? caller.user : command.user;

  keep_boundary(draft, counter);
  if (gives_back && !may_go_down(counter, command.quantity)) {
    draft.refuse({}, user, counter, command.quantity, caller, "negative");
    return refused(ErrorCode::negative_consumptions_not_allowed);
  }
  const model::Overages overages = overages_after(counter, command.overages);
  if (command.quantity > Quantity{} && !has_room(counter, overages, command.quantity)) {
    draft.refuse({}, user, counter, command.quantity, caller, "limit");
    return refused(command.feature.empty() ? ErrorCode::license_not_enough_consumptions
                                           : ErrorCode::feature_not_enough_consumptions);
  }
  if (overages != counter.overages()) draft.set_overages(counter, overages, user, caller);
  if (command.quantity != Quantity{}) draft.consume(counter, user, command.quantity, caller);
  return view_of(counter, license, command.feature);
}

}  // namespace tally::engine

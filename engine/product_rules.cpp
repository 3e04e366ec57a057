#include "product_rules.hpp"

#include <algorithm>
#include <vector>

#include "license_rules.hpp"
#include "option_rules.hpp"
#include "session_rules.hpp"

namespace tally::engine {
namespace {

/// What a name can mean, in the catalogue's order.
struct Product {
  std::vector<model::CounterId> counters;
  const model::Feature* last = nullptr;
};

const LiveLicense* live(const State& state, const model::AccountId& account, const model::License& license) {
  const auto& of_product = state.licenses_for(account, license.product);
  const auto found = std::ranges::find(of_product, &license, &LiveLicense::license);
  return found == of_product.end() ? nullptr : &*found;
}

bool is_called(const std::string& name, const model::Feature& feature, model::CounterId counter) {
  const std::int64_t id = feature.product_id.value_or(counter.value);
  return name == feature.name || name == feature.code || name == std::to_string(id);
}

Product product_called(const State& state, const model::AccountId& account, const std::string& name) {
  Product product;
  const model::Account* owner = state.account(account);
  if (owner == nullptr) return product;
  for (const auto& license : owner->licenses) {
    const LiveLicense* known = live(state, account, license);
    if (known == nullptr) continue;
    for (const auto& feature : license.features) {
      if (feature.kind != model::CounterKind::floating) continue;
      const Counter* counter = feature_of(state, *known, feature.code);
      if (counter == nullptr || !is_called(name, feature, counter->identity.id)) continue;
      product.counters.push_back(counter->identity.id);
      product.last = &feature;
    }
  }
  return product;
}

const model::Hold* newest_hold(const LiveSession& session, const std::vector<model::CounterId>& counters) {
  const model::Hold* newest = nullptr;
  for (const auto& held : session.held) {
    if (std::ranges::find(counters, held.counter()) == counters.end()) continue;
    if (newest == nullptr || held.holds.back().token > newest->token) newest = &held.holds.back();
  }
  return newest;
}

}  // namespace

model::Outcome take_product_place(Draft& draft, const RuleSettings& settings, const Caller& caller,
                                  const TakeProductPlace& command) {
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};

  const Product product = product_called(draft.state(), (*session)->session.account, command.product);
  const Take take = way_to_take(draft, **session, product.counters, newest_hold(**session, product.counters));
  if (take.way == Take::Way::unknown) return std::unexpected{model::Refusal{model::ErrorCode::unknown_feature, {}}};
  if (const auto done = carry_out_within_limit(draft, settings, caller, **session, take, command.reason); !done)
    return std::unexpected{done.error()};
  return model::PlaceView{.hold = *newest_hold(**session, product.counters),
                          .product_id = product.last->product_id.value_or(take.counter->identity.id.value),
                          .product_name = product.last->name};
}

model::Outcome give_back_token(Draft& draft, const Caller& caller, const GiveBackToken& command) {
  const LiveSession* session = contacted(draft, command.session);
  if (session == nullptr) return std::unexpected{model::Refusal{model::ErrorCode::invalid_session, {}}};
  for (const auto& held : session->held) {
    const auto hold = std::ranges::find(held.holds, command.token, &model::Hold::token);
    if (hold == held.holds.end()) continue;
    draft.give_back(*session, model::Hold{*hold}, caller.door, {});
    break;
  }
  return model::Answer{};
}

}  // namespace tally::engine

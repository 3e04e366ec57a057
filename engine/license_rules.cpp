#include "license_rules.hpp"

#include <algorithm>
#include <ranges>

#include "reset_rules.hpp"

namespace tally::engine {
namespace {

using model::ErrorCode;

std::unexpected<model::Refusal> refused(ErrorCode code) { return std::unexpected{model::Refusal{code, {}}}; }

model::Counts counts(Draft& draft, model::CounterId id) {
  const Counter* counter = draft.state().counter(id);
  if (counter == nullptr) return {};
  keep_boundary(draft, *counter);
  return {.used = counter->used, .overages = counter->overages()};
}

}  // namespace

bool fits(const LicenseName& name, const model::License& license) {
  return (!name.number || license.id == *name.number) && (name.key.empty() || license.key == name.key);
}

std::expected<Licenses, model::Refusal> licenses_named(const State& state, const LicenseName& name) {
  const auto& of_product = state.licenses_for(name.account, name.product);
  if (of_product.empty()) return refused(ErrorCode::unknown_product);
  Licenses fitting;
  for (const auto& license : of_product) {
    if (fits(name, *license.license)) fitting.push_back(&license);
  }
  if (fitting.empty()) return refused(ErrorCode::license_not_found);
  return fitting;
}

const LiveLicense& last_valid(const Licenses& licenses, model::Instant now) {
  for (const auto* license : licenses | std::views::reverse) {
    if (license->license->valid_at(now)) return *license;
  }
  return *licenses.back();
}

std::optional<model::Refusal> invalid_because(const model::License& license, model::Instant now) {
  if (!license.enabled.value_or(true)) return model::Refusal{ErrorCode::license_not_enabled, {}};
  if (license.valid_until && *license.valid_until <= now) {
    const bool was_trial = license.trial.value_or(false);
    return model::Refusal{was_trial ? ErrorCode::trial_expired : ErrorCode::license_expired, {}};
  }
  if (!license.valid_at(now)) return model::Refusal{ErrorCode::license_not_active, {}};
  return std::nullopt;
}

const Counter* feature_of(const State& state, const LiveLicense& license, const std::string& code) {
  const auto found = license.features.find(code);
  return found == license.features.end() ? nullptr : state.counter(found->second);
}

model::LicenseView view_of(Draft& draft, const LiveLicense& license, const std::string& user) {
  model::LicenseView view{.license = *license.license,
                          .consumption = counts(draft, license.consumption),
                          .users = counts(draft, license.users).used,
                          .features = {},
                          .borrowed_until = {}};
  const auto loan = [&](model::CounterId counter) -> std::optional<model::Instant> {
    const auto* place = draft.state().registrations().find(counter, user);
    return place == nullptr ? std::nullopt : place->row.borrowed_until;
  };
  for (const auto& feature : license.license->features) {
    const auto counter = license.features.find(feature.code);
    if (counter == license.features.end()) {
      view.features.emplace_back();
    } else {
      view.features.push_back(counts(draft, counter->second));
      view.features.back().borrowed_until = loan(counter->second);
    }
  }
  view.borrowed_until = loan(license.users);
  return view;
}

model::Outcome read_licenses(Draft& draft, const ReadLicenses& command) {
  const auto licenses = licenses_named(draft.state(), command.license);
  if (!licenses) return std::unexpected{licenses.error()};
  model::LicenseList list;
  if (!command.all) {
    list.licenses.push_back(view_of(draft, last_valid(*licenses, draft.now().wall), {}));
    return list;
  }
  for (const auto* license : *licenses) list.licenses.push_back(view_of(draft, *license, {}));
  return list;
}

}  // namespace tally::engine

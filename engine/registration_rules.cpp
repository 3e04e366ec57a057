#include "registration_rules.hpp"

#include <algorithm>

#include "license_rules.hpp"
#include "session_rules.hpp"

namespace tally::engine {
namespace {

using model::ErrorCode;

constexpr model::Quantity one_place = model::Quantity::units(1);
/// A renewal is written only when the row is older: who asks all the time does not write all the time.
constexpr std::chrono::minutes lease_rows_may_lag{1};

std::unexpected<model::Refusal> refused(ErrorCode code, std::string detail = {}) {
  return std::unexpected{model::Refusal{code, std::move(detail)}};
}

bool is_over(const LiveRegistration& place, model::Now now) {
  if (place.row.borrowed_until) return *place.row.borrowed_until <= now.wall;
  return place.lapses_at && *place.lapses_at <= now.monotonic;
}

bool any_over(const Registrations& registrations, model::Now now) {
  const auto is_due = [](const auto& ends, const auto& at) {
    return !ends.empty() && std::get<0>(*ends.begin()) <= at;
  };
  return is_due(registrations.leases(), now.monotonic) || is_due(registrations.loans(), now.wall);
}

model::CounterId counter_of(const LiveLicense& license, const std::string& feature) {
  if (feature.empty()) return license.users;
  const auto found = license.features.find(feature);
  return found == license.features.end() ? model::CounterId{} : found->second;
}

/// A place of a license takes the user's features of that license along.
void end_place(Draft& draft, const model::Registration& place, model::EventKind kind, model::Door door,
               const std::string& reason) {
  const State& state = draft.state();
  const Counter* counter = state.counter(place.counter);
  const std::string user = place.user;
  const LiveLicense* license = counter == nullptr ? nullptr : state.license_of(*counter);
  const bool is_of_license = license != nullptr && license->users == place.counter;
  draft.unregister(place, kind, door, reason);
  if (!is_of_license) return;
  for (const auto& feature : license->license->features) {
    const auto* held = state.registrations().find(counter_of(*license, feature.code), user);
    if (held != nullptr) draft.unregister(held->row, kind, door, reason);
  }
}

void end_lapsed(Draft& draft, const model::Registration& place) {
  end_place(draft, place, model::EventKind::expired, model::Door::engine,
            place.borrowed_until ? "loan_over" : "lapsed");
}

void end_if_over(Draft& draft, model::CounterId counter, const std::string& user) {
  const auto* place = draft.state().registrations().find(counter, user);
  if (place != nullptr && is_over(*place, draft.now())) end_lapsed(draft, place->row);
}

/// Of a feature's code, or of none, which every license has.
bool have_feature(const Licenses& licenses, const std::string& code) {
  return code.empty() ||
         std::ranges::any_of(licenses, [&](const auto* license) { return license->features.contains(code); });
}

/// The license on which the user took this place last; null when they have none. Of those that are valid, for renewing.
const LiveLicense* license_of_newest_place(const Draft& draft, const Licenses& licenses, const std::string& feature,
                                           const std::string& user, bool only_valid) {
  const LiveLicense* newest = nullptr;
  model::Token token;
  for (const auto* license : licenses) {
    if (only_valid && !license->license->valid_at(draft.now().wall)) continue;
    const auto* place = draft.state().registrations().find(counter_of(*license, feature), user);
    if (place == nullptr || place->row.token < token) continue;
    token = place->row.token;
    newest = license;
  }
  return newest;
}

/// What the user has comes first, only a new place chooses a license (rule 12); a feature's is taken where the user has
/// a place of the license.
const LiveLicense& license_for(const Draft& draft, const Licenses& licenses, const RegisterUser& command) {
  if (const auto* has = license_of_newest_place(draft, licenses, command.feature, command.user, true)) return *has;
  if (const auto* has = license_of_newest_place(draft, licenses, {}, command.user, true)) return *has;
  return last_valid(licenses, draft.now().wall);
}

/// Until when the place shall be lent; absent when it shall not.
std::expected<std::optional<model::Instant>, model::Refusal> loan_end(const Draft& draft, const model::License& license,
                                                                      const RegisterUser& command) {
  if (!command.borrows) return std::nullopt;
  if (!license.can_borrow.value_or(true)) return refused(ErrorCode::borrow_not_allowed);
  const model::Instant now = draft.now().wall;
  const bool has_limit = license.max_borrow_time_h.has_value();
  const model::Instant latest = now + (has_limit ? std::chrono::hours{*license.max_borrow_time_h} : loan_max);
  if (!command.borrowed_until && has_limit) return latest;
  const bool can_be = command.borrowed_until && *command.borrowed_until > now && *command.borrowed_until <= latest;
  if (!can_be) return refused(ErrorCode::borrow_until_not_valid);
  return command.borrowed_until;
}

/// With a loan, or a lease that begins now.
void hold_on(LiveRegistration& place, const Counter& counter, std::optional<model::Instant> loan, model::Now now) {
  if (loan) place.row.borrowed_until = loan;
  const bool leased = !place.row.borrowed_until && counter.lease;
  place.lapses_at = leased ? std::optional{now.monotonic + *counter.lease} : std::nullopt;
  place.row.expires_at = leased ? std::optional{now.wall + *counter.lease} : place.row.borrowed_until;
}

void renew(Draft& draft, const Counter& counter, const LiveRegistration& before, std::optional<model::Instant> loan) {
  LiveRegistration after = before;
  hold_on(after, counter, loan, draft.now());
  const auto& written = before.row.expires_at;
  const auto& wanted = after.row.expires_at;
  const bool write = loan || written.has_value() != wanted.has_value() ||
                     (wanted && *wanted - *written >= lease_rows_may_lag) || (wanted && *wanted < *written);
  if (!write) after.row.expires_at = written;
  draft.renew(std::move(after), write);
}

/// What the place is counted by; a refusal when it can't be had by this user.
std::expected<const Counter*, model::Refusal> counter_for(const Draft& draft, const LiveLicense& license,
                                                          const RegisterUser& command) {
  const State& state = draft.state();
  const Counter* counter = state.counter(counter_of(license, command.feature));
  if (command.feature.empty()) {
    if (counter == nullptr) return refused(ErrorCode::license_not_floating);
    return counter;
  }
  if (counter == nullptr) return refused(ErrorCode::unsupported_product_feature);
  const bool users_are_counted = license.users != model::CounterId{};
  const bool takes_place = counter->identity.kind == model::CounterKind::floating;
  if (takes_place && users_are_counted && state.registrations().find(license.users, command.user) == nullptr)
    return refused(ErrorCode::license_not_registered);
  return counter;
}

std::expected<void, model::Refusal> take(Draft& draft, const RuleSettings& settings, const Caller& caller,
                                         const LiveLicense& license, const Counter& counter,
                                         const RegisterUser& command, std::optional<model::Instant> loan) {
  if (!counter.has_room_for(one_place)) end_idle_holders(draft, settings, counter, one_place);
  if (!counter.has_room_for(one_place)) {
    draft.refuse({}, command.user, counter, one_place, caller, "limit");
    return refused(ErrorCode::license_activated_max_times, "no free slots for product " + license.license->product);
  }
  if (draft.state().registrations().of(counter.identity.id).size() >= registrations_max)
    return refused(ErrorCode::resource_limit);
  LiveRegistration place{.row = {.user = command.user, .computer = command.computer, .address = command.address},
                         .lapses_at = {}};
  hold_on(place, counter, loan, draft.now());
  draft.register_user(counter, std::move(place), caller);
  return {};
}

}  // namespace

model::Outcome register_user(Draft& draft, const RuleSettings& settings, const Caller& caller,
                             const RegisterUser& command) {
  const auto licenses = licenses_named(draft.state(), command.license);
  if (!licenses) return std::unexpected{licenses.error()};
  for (const auto* license : *licenses) {
    end_if_over(draft, license->users, command.user);
    end_if_over(draft, counter_of(*license, command.feature), command.user);
  }
  const LiveLicense& license = license_for(draft, *licenses, command);
  if (const auto invalid = invalid_because(*license.license, draft.now().wall)) return std::unexpected{*invalid};
  const auto counter = counter_for(draft, license, command);
  if (!counter) return std::unexpected{counter.error()};
  const auto loan = loan_end(draft, *license.license, command);
  if (!loan) return std::unexpected{loan.error()};

  const auto* place = draft.state().registrations().find((*counter)->identity.id, command.user);
  if (place != nullptr) {
    renew(draft, **counter, *place, *loan);
  } else if ((*counter)->identity.kind == model::CounterKind::floating) {
    if (const auto taken = take(draft, settings, caller, license, **counter, command, *loan); !taken)
      return std::unexpected{taken.error()};
  }
  return model::LicenseList{{view_of(draft, license, command.user)}};
}

model::Outcome unregister_user(Draft& draft, const Caller& caller, const UnregisterUser& command) {
  const auto licenses = licenses_named(draft.state(), command.license);
  if (!licenses) return std::unexpected{licenses.error()};
  if (!have_feature(*licenses, command.feature)) return refused(ErrorCode::unsupported_product_feature);
  if (const auto* license = license_of_newest_place(draft, *licenses, command.feature, command.user, false)) {
    const auto* place = draft.state().registrations().find(counter_of(*license, command.feature), command.user);
    end_place(draft, model::Registration{place->row}, model::EventKind::given_back, caller.door, {});
  }
  return model::Answer{};
}

model::Outcome unregister_all(Draft& draft, const Caller& caller, const UnregisterAll& command) {
  const State& state = draft.state();
  if (!command.product.empty()) {
    const auto licenses =
        licenses_named(state, {.account = command.account, .product = command.product, .number = {}, .key = {}});
    if (!licenses) return std::unexpected{licenses.error()};
    if (!have_feature(*licenses, command.feature)) return refused(ErrorCode::unsupported_product_feature);
  }
  std::vector<model::Registration> places;
  for (const auto& [id, users] : state.registrations().all()) {
    const Counter* counter = state.counter(id);
    if (counter == nullptr || counter->identity.account != command.account) continue;
    const LiveLicense* license = state.license_of(*counter);
    const bool is_named = !command.product.empty() || !command.feature.empty();
    if (is_named && license == nullptr) continue;
    if (!command.product.empty() && license->license->product != command.product) continue;
    if (!command.feature.empty() && counter_of(*license, command.feature) != id) continue;
    for (const auto& [user, place] : users) places.push_back(place.row);
  }
  for (const auto& place : places) draft.unregister(place, model::EventKind::given_back, caller.door, "all");
  return model::Answer{};
}

Leases leases_of_places(const State& state) {
  Leases leases;
  for (const auto& [id, users] : state.registrations().all()) {
    if (const Counter* counter = state.counter(id)) leases[id] = counter->lease;
  }
  return leases;
}

void keep_places_in_catalog(Draft& draft, const Leases& before, model::Door door) {
  for (const auto& [id, lease] : before) {
    const Counter& counter = *draft.state().counter(id);
    if (counter.in_catalog && counter.lease == lease) continue;
    const Registrations::ByUser users = draft.state().registrations().of(id);
    for (const auto& [user, place] : users) {
      if (!counter.in_catalog) {
        draft.unregister(place.row, model::EventKind::given_back, door, "removed");
      } else {
        LiveRegistration after = place;
        hold_on(after, counter, std::nullopt, draft.now());
        draft.renew(std::move(after), true);
      }
    }
  }
}

bool end_lapsed_places(Draft& draft, const Counter& counter, model::Quantity wanted) {
  const Registrations& registrations = draft.state().registrations();
  if (!any_over(registrations, draft.now())) return false;
  const model::CounterId own = counter.identity.id;
  const LiveLicense* license = draft.state().license_of(counter);
  const model::CounterId of_license = license == nullptr ? model::CounterId{} : license->users;
  // With a place of the license its features end.
  const auto frees_one = [&](model::CounterId id, const std::string& user) {
    return id == own || (id == of_license && registrations.find(own, user) != nullptr);
  };
  const auto first_over = [&](const auto& ends, const auto& now) -> const LiveRegistration* {
    for (const auto& [at, id, user] : ends) {
      if (at > now) return nullptr;
      if (frees_one(id, user)) return registrations.find(id, user);
    }
    return nullptr;
  };
  bool ended_any = false;
  while (!counter.has_room_for(wanted)) {
    const auto* over = first_over(registrations.leases(), draft.now().monotonic);
    if (over == nullptr) over = first_over(registrations.loans(), draft.now().wall);
    if (over == nullptr) break;
    end_lapsed(draft, model::Registration{over->row});
    ended_any = true;
  }
  return ended_any;
}

void end_lapsed_places(Draft& draft) {
  const Registrations& registrations = draft.state().registrations();
  std::size_t room = lapses_per_group;
  const auto end_first = [&](const auto& ends, const auto& now) {
    for (; room > 0 && !ends.empty() && std::get<0>(*ends.begin()) <= now; --room) {
      const auto& [at, id, user] = *ends.begin();
      end_lapsed(draft, model::Registration{registrations.find(id, user)->row});
    }
  };
  end_first(registrations.leases(), draft.now().monotonic);
  end_first(registrations.loans(), draft.now().wall);
}

void write_leases(Draft& draft) {
  std::vector<LiveRegistration> leased;
  for (const auto& [id, users] : draft.state().registrations().all()) {
    for (const auto& [user, place] : users) {
      if (place.lapses_at) leased.push_back(place);
    }
  }
  for (auto& place : leased) {
    const auto left = std::chrono::floor<std::chrono::microseconds>(*place.lapses_at - draft.now().monotonic);
    place.row.expires_at = draft.now().wall + left;
    draft.renew(std::move(place), true);
  }
}

}  // namespace tally::engine

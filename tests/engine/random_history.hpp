#pragma once

#include <random>

#include "world.hpp"

namespace tally::engine::test {

/// Requests drawn from everything the engine knows, good and bad, the same for the same seed.
class RandomHistory {
 public:
  explicit RandomHistory(unsigned seed) : random_{seed} {}

  int below(int limit) { return std::uniform_int_distribution{0, limit - 1}(random_); }
  bool once_in(int times) { return below(times) == 0; }
  Request next();

 private:
  Command command();
  Command command_on_numbers();
  Command command_on_locks();
  Command command_on_licenses();
  Command command_on_allotments();
  model::ZoneKey zone() { return {guid(first_numerator + below(numerators_drawn)), once_in(2) ? "" : "Зона"}; }
  model::NumberRange range() {
    const int first = below(60) - 10;
    return {first, first + below(12) - 1};
  }
  model::Catalog some_catalog();
  model::Settings some_computer() {
    const std::string name = "pc-" + std::to_string(below(2));
    return {{.name = "ComputerName",
             .type = "string",
             .value = once_in(2) ? name : "PC" + name.substr(2),
             .read_only = false}};
  }
  /// One of the last that were drawn; like the doors, it never draws one number twice.
  model::Guid session() { return guid(sessions_ - below(8)); }
  model::Guid option() { return guid(1 + below(5)); }

  std::mt19937 random_;
  int sessions_ = 100;
};

inline Request RandomHistory::next() {
  Request request;
  request.caller = once_in(3) ? administrator() : user("U" + std::to_string(below(2)));
  switch (below(6)) {
    case 0: request.command = command_on_numbers(); break;
    case 1: request.command = command_on_locks(); break;
    case 2: request.command = command_on_licenses(); break;
    case 3: request.command = command_on_allotments(); break;
    default: request.command = command();
  }
  if (auto* opened = std::get_if<OpenSession>(&request.command)) opened->profile = profile_of(request.caller.user);
  const bool only_reads = std::holds_alternative<ListNumbers>(request.command) ||
                          std::holds_alternative<ReadOwnedProducts>(request.command);
  if (once_in(4) && !only_reads)
    request.idempotency = key(std::to_string(below(40)), std::to_string(request.command.index()));
  return request;
}

inline Command RandomHistory::command() {
  switch (below(24)) {
    case 0:
    case 1:
    case 2:
      return OpenSession{.account = "default", .id = guid(++sessions_), .database = {}, .settings = some_computer()};
    case 3: return EndSession{session()};
    case 4: return TerminateSession{.account = {}, .session = session()};
    case 5:
      return ChangeSettings{session(),
                            {{.name = "S" + std::to_string(below(3)), .type = {}, .value = std::to_string(below(9))}}};
    case 6: return import_of(some_catalog(), once_in(2), std::to_string(below(3)));
    case 7: return KeepAlive{session()};
    case 8:
    case 9:
    case 10:
    case 11:
    case 12: return GiveBack{session(), option()};
    case 13:
    case 14: return SuspendSession{session()};
    case 15:
    case 16: return ResumeSession{session()};
    default: return TakePlace{session(), option()};
  }
}

inline Command RandomHistory::command_on_numbers() {
  auto key = zone();
  const model::Guid zone_id = guid(first_numerator + 50 + static_cast<int>(key.name.size()));
  switch (below(8)) {
    case 0:
    case 1:
      return TakeNumbers{.session = session(), .zone = key, .zone_id = zone_id, .numbers = range(), .for_user = {}};
    case 2:
      return TakeFreeNumber{.session = session(), .zone = key, .zone_id = zone_id, .which = {}, .for_user = guid(1)};
    case 3:
      return TakeFreeNumber{.session = session(),
                            .zone = key,
                            .zone_id = zone_id,
                            .which = TakeFreeNumber::Which::highest,
                            .for_user = {}};
    case 4:
    case 5: return ReleaseNumbers{.session = session(), .zone = key, .numbers = range()};
    case 6: return ListNumbers{.session = session(), .zone = key, .numbers = range(), .cursor = guid(below(50))};
    default:
      return ChangeBound{.session = session(),
                         .numerator = key.numerator,
                         .side = once_in(2) ? ChangeBound::Side::left : ChangeBound::Side::right,
                         .bound = below(60) - 10,
                         .force = once_in(2)};
  }
}

inline Command RandomHistory::command_on_locks() {
  const model::Guid resource = guid(700 + below(6));
  switch (below(4)) {
    case 0: return ClearLock{.session = session(), .resource = resource, .force = once_in(2)};
    case 1: return ClearLocks{.session = session(), .resources = {resource, guid(700), guid(701)}, .force = once_in(2)};
    default:
      return SetLock{.session = session(),
                     .resource = resource,
                     .kind = model::ResourceKind::file,
                     .section = {},
                     .instance = guid(2),
                     .check_out = once_in(3)};
  }
}

inline Command RandomHistory::command_on_licenses() {
  const LicenseName license{.account = "default", .product = once_in(20) ? "nope" : "P", .number = {}, .key = {}};
  if (once_in(20)) {
    LicenseName one = license;
    one.number = model::LicenseId{1 + below(3)};
    if (once_in(3)) return RemoveLicense{.license = one};
    return InstallLicense{.license = one};
  }
  const std::string user = "N" + std::to_string(below(4));
  const std::string feature = once_in(2) ? "" : "F" + std::to_string(1 + below(5));
  switch (below(8)) {
    case 0:
    case 1:
      return Consume{.license = license,
                     .feature = once_in(2) ? "" : "U",
                     .user = user,
                     .quantity = model::Quantity::units(below(9) - 3),
                     .overages = {}};
    case 2:
      return Consume{.license = license,
                     .feature = {},
                     .user = user,
                     .quantity = model::Quantity::units(below(2)),
                     .overages = {.allowed = once_in(2), .maximum = model::Quantity::units(below(4))}};
    case 3: return UnregisterUser{.license = license, .feature = feature, .user = user};
    case 4:
      if (once_in(3)) return UnregisterAll{.account = "default", .product = {}, .feature = feature};
      return ReadLicenses{.license = license};
    default: {
      RegisterUser command{.license = license, .feature = feature, .user = user, .computer = "pc", .address = {}};
      command.borrows = once_in(4);
      command.borrowed_until = model::Instant{std::chrono::sys_days{std::chrono::year{2026} / 7 / (1 + below(9))}};
      return command;
    }
  }
}

inline Command RandomHistory::command_on_allotments() {
  const std::string scope = "T" + std::to_string(below(3));
  const std::string service = "S" + std::to_string(below(2));
  if (once_in(12)) return ReadOwnedProducts{"default"};
  if (once_in(8))
    return RemoveAllotments{
        .account = "default", .scope = scope, .service = once_in(2) ? std::optional{service} : std::nullopt};
  Allot command{.holder = {.account = "default", .scope = scope, .service = service}, .quantities = {}};
  for (const auto* code : {"ROBOT", "AGENT"}) {
    if (once_in(3)) continue;
    const auto quantity =
        once_in(3) ? model::Quantity::from_millionths(below(3'000'000)) : model::Quantity::units(below(4));
    command.quantities.push_back({.code = code, .quantity = quantity});
  }
  return command;
}

inline model::Catalog RandomHistory::some_catalog() {
  std::vector<model::License> licenses;
  for (std::int64_t id = 1; id <= 3; ++id) {
    if (once_in(5)) continue;
    std::vector<model::Feature> features;
    for (int number = 1; number <= 4; ++number) {
      if (once_in(4)) continue;
      const auto count_by = static_cast<model::CountBy>(number == 3 ? below(3) : number % 3);
      features.push_back(once_in(6) ? feature(number, {}, count_by) : feature(number, 1 + below(6), count_by));
    }
    model::Feature units{.code = "U", .kind = model::CounterKind::consumption};
    units.consumption = {.max_consumptions = model::Quantity::units(below(9)),
                         .reset_consumption = true,
                         .consumption_period = once_in(2) ? "daily" : "weekly"};
    if (once_in(2)) features.push_back(units);
    licenses.push_back(license(id, std::move(features)));
    if (once_in(2)) licenses.back().floating_users = 1 + below(3);
    if (once_in(2)) licenses.back().floating_timeout_s = 60 * (1 + below(90));
    if (once_in(3)) continue;
    licenses.back().type = "consumption";
    licenses.back().consumption = {.max_consumptions = model::Quantity::units(below(20)),
                                   .reset_consumption = once_in(2),
                                   .consumption_period = "daily",
                                   .client_overage_settings = true};
  }
  if (!licenses.empty() && once_in(2)) licenses.back().max_connections = 1 + below(4);
  auto drawn = catalog(std::move(licenses));
  auto& owned = drawn.accounts[0].products;
  if (!once_in(4)) owned.push_back({.code = "ROBOT", .quantity = model::Quantity::units(below(8)), .type = "STANDARD"});
  if (!once_in(4))
    owned.push_back({.code = "AGENT", .quantity = model::Quantity::units(below(5)), .type = "CONSUMPTION_INTERVAL"});
  return drawn;
}

}  // namespace tally::engine::test

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tally/model/consumption.hpp"
#include "tally/model/guid.hpp"
#include "tally/model/ids.hpp"
#include "tally/model/quantity.hpp"

namespace tally::model {

/// How a limited feature is counted (design rule 6).
enum class CountBy {
  increment,   ///< each increment takes one place
  session,     ///< repeats by one session change nothing
  connection,  ///< the sessions of one user on one computer share a place
};

/// What a counter counts. A counter's kind never changes. The numbers are stored: append only.
enum class CounterKind {
  floating,     ///< places that are taken and given back
  consumption,  ///< units that are used up
  allotted,     ///< of an account's product, what its tenants have been given
};

/// What a license or a feature says of counting by consumption, member by member; rule_of() tells what it means.
struct ConsumptionTerms {
  std::optional<Quantity> max_consumptions;
  std::optional<bool> allow_overages;
  std::optional<Quantity> max_overages;
  bool max_overages_is_null = false;  ///< `null` was written: unlimited overage
  std::optional<bool> reset_consumption;
  std::optional<std::string> consumption_period;
  std::optional<bool> allow_unlimited_consumptions;
  std::optional<bool> allow_negative_consumptions;
  std::optional<bool> client_overage_settings;
  bool operator==(const ConsumptionTerms&) const = default;
};

/// An option of a license.
struct Feature {
  std::optional<Guid> id;  ///< the option's guid, for SOAP clients; features without one are not theirs
  std::string code;        ///< unique within its license
  std::string name;
  CounterKind kind = CounterKind::floating;
  std::optional<Quantity> maximum;  ///< absent = unlimited
  CountBy count_by = CountBy::increment;
  std::optional<std::int64_t> product_id;
  std::optional<std::int64_t> floating_timeout_s;
  ConsumptionTerms consumption;
  bool operator==(const Feature&) const = default;
};

/// A right of an account to a product.
struct License {
  LicenseId id;
  std::string product;
  std::string name;
  std::string key;
  std::string type;
  std::optional<Instant> valid_from;
  std::optional<Instant> valid_until;  ///< the first instant at which nothing is granted any more
  std::optional<std::int64_t> max_connections;
  std::optional<std::int64_t> floating_users;
  std::optional<std::int64_t> floating_timeout_s;
  std::optional<bool> enabled;                    ///< false: nothing is granted, whatever the dates say
  std::optional<bool> trial;                      ///< true: its end is that of a trial
  std::optional<bool> can_borrow;                 ///< false: no place is lent
  std::optional<std::int64_t> max_borrow_time_h;  ///< how long a place is lent at most, and where no time is named
  std::optional<bool> installed;                  ///< false: nobody knows the license until it is installed again
  ConsumptionTerms consumption;
  std::vector<Feature> features;
  bool operator==(const License&) const = default;

  [[nodiscard]] bool is_installed() const { return installed.value_or(true); }
  [[nodiscard]] bool valid_at(Instant at) const {
    return is_installed() && enabled.value_or(true) && (!valid_from || *valid_from <= at) &&
           (!valid_until || at < *valid_until);
  }
};

/// What these members mean, with what holds where one is absent.
[[nodiscard]] ConsumptionRule rule_of(const ConsumptionTerms& terms);

// The codes of what a license itself counts; no feature's code begins with this sign.
inline constexpr std::string_view connections_code = "@connections";  ///< limited by its max_connections
inline constexpr std::string_view consumption_code = "@consumption";  ///< what is used up, of a license of that type
inline constexpr std::string_view users_code = "@users";              ///< limited by its floating_users

/// One quantity that a license counts: a feature, or something of the license itself.
struct Counted {
  std::string code;  ///< unique within its license
  std::string name;
  CounterKind kind = CounterKind::floating;
  std::optional<Quantity> maximum;  ///< absent = unlimited
  CountBy count_by = CountBy::increment;
  std::optional<Guid> option;
  ConsumptionRule rule;                       ///< of the kind consumption
  std::optional<std::chrono::seconds> lease;  ///< how long a named user keeps a place unrenewed; absent: for ever
};

/// Everything that the license counts, its features in the catalogue's order first; nothing while it is not installed.
[[nodiscard]] std::vector<Counted> counted_by(const License& license);

/// A tenant of an account and a product that it may be given of; data for the license resource manager's door.
struct Tenant {
  std::string id;
  std::string name;
  bool operator==(const Tenant&) const = default;
};
struct AccountProduct {
  std::string code;
  Quantity quantity;
  std::string type;
  bool operator==(const AccountProduct&) const = default;

  /// Whether there are parts of a unit of it (uipath-lrm, 2.4).
  [[nodiscard]] bool is_consumable() const { return type == "CONSUMPTION_INTERVAL"; }
};

struct Account {
  AccountId id;
  std::string name;
  std::vector<License> licenses;  ///< in the file's order: the valid one added last is used
  std::vector<Tenant> tenants;
  std::vector<AccountProduct> products;
  bool operator==(const Account&) const = default;
};

/// Everything that may be counted, and how far.
struct Catalog {
  std::vector<Account> accounts;
  bool operator==(const Catalog&) const = default;
};

/// Everything that an account counts besides its licenses': its products.
[[nodiscard]] Counted counted_by(const AccountProduct& product);
/// In the place of a license's number: the counter is of an account's product, whose code is its feature's.
inline constexpr LicenseId no_license{};

/// A counter's lasting identity: it keeps its number while the catalogue changes around it.
struct CounterIdentity {
  CounterId id;
  AccountId account;
  LicenseId license;
  std::string feature;  ///< the feature's code
  CounterKind kind = CounterKind::floating;
  std::optional<Guid> option;  ///< as last known, so that what is held of a removed feature can be given back
  bool operator==(const CounterIdentity&) const = default;
};

}  // namespace tally::model

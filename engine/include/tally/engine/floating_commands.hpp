#pragma once

#include <optional>
#include <string>

#include "tally/model/consumption.hpp"

namespace tally::engine {

/// How floating clients name a license of an account. Without number and key it is the one of the product that is valid
/// and was added last (rule 12).
struct LicenseName {
  model::AccountId account;
  std::string product;
  std::optional<model::LicenseId> number;
  std::string key;  ///< empty: none was named
};

/// What a request wants the overages to be. A change needs the number; without `allowed` that stays as it is.
struct WantedOverages {
  std::optional<bool> allowed;
  std::optional<model::Quantity> maximum;  ///< not below 0
};

/// Uses units up, or gives them back where the quantity is below 0. Of a license, or of a feature.
struct Consume {
  LicenseName license;
  std::string feature;  ///< its code; empty: the license's own consumption
  std::string user;     ///< for the ledger; empty: the caller
  model::Quantity quantity = model::Quantity::units(1);
  WantedOverages overages;  ///< of a license only
};

/// Takes a place for a named user, or renews what they have.
struct RegisterUser {
  LicenseName license;
  std::string feature;  ///< its code; empty: a place of the license itself
  std::string user;
  std::string computer;
  std::string address;
  bool borrows = false;                          ///< the place is lent, and needs no renewal until it ends
  std::optional<model::Instant> borrowed_until;  ///< without it a loan lasts as long as the license lets it
};

/// What a user does not have is given back without a change. Without a feature their features go back, too.
struct UnregisterUser {
  LicenseName license;
  std::string feature;
  std::string user;
};

/// Everybody's places, also those that are lent.
struct UnregisterAll {
  model::AccountId account;
  std::string product;  ///< empty: of all products
  std::string feature;  ///< empty: the licenses' places and all features'
};

/// Takes a license off this server: its places end, and nobody knows it until it is installed again. What was used up
/// stays used up.
struct RemoveLicense {
  LicenseName license;
};
/// Installs a license that was taken off; it is the one added last then. One that is installed stays as it is.
struct InstallLicense {
  LicenseName license;
};

struct ReadLicenses {
  LicenseName license;
  bool all = false;  ///< every license of the product, in the catalogue's order
};

}  // namespace tally::engine

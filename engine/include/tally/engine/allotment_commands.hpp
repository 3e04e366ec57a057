#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tally/model/allotment.hpp"

namespace tally::engine {

/// Gives a tenant's service exactly so much of each of these products, and nothing of any other; all or nothing.
/// Without products nothing changes. Codes are not to be repeated, quantities not below 0.
struct Allot {
  model::TenantService holder;
  std::vector<model::ProductQuantity> quantities;
};

/// Takes everything from a tenant's service, or from all of the tenant's services.
struct RemoveAllotments {
  model::AccountId account;
  std::string scope;
  std::optional<std::string> service;  ///< absent: all
};

/// What tenants' services have; those that have nothing are not told.
struct ReadAllotments {
  std::optional<model::AccountId> account;  ///< absent: any
  std::optional<std::string> scope;         ///< absent: all
  std::optional<std::string> service;       ///< absent: all
};

/// What an account owns, and how much of it tenants have.
struct ReadOwnedProducts {
  model::AccountId account;
};

}  // namespace tally::engine

#pragma once

#include <string>

#include "tally/model/allotment.hpp"

namespace tally::lrm {

// Bodies as JSON, members in the order of the original's documentation, none left out (uipath-lrm, 2.3, 3, 5). What
// Tally's catalogue does not know is null, 0 or empty. Whole quantities are written as integers.

/// `ServiceLicenseDto`.
[[nodiscard]] std::string service_license(const model::ServiceLicense& license);
[[nodiscard]] std::string service_licenses(const model::ServiceLicenses& licenses);
/// `[{code, quantity, features}]`.
[[nodiscard]] std::string service_products(const model::ServiceLicense& license);
[[nodiscard]] std::string service_status(const model::ServiceLicense& license);
/// One `AccountLicenseDto`, in a list.
[[nodiscard]] std::string account_licenses(const model::OwnedProducts& owned);
/// `[{code, total, allocated}]`.
[[nodiscard]] std::string owned_products(const model::OwnedProducts& owned);
/// `[{serviceScopeId, products: [{code, allocated}]}]`, a tenant's services added up.
[[nodiscard]] std::string tenant_allocations(const model::ServiceLicenses& licenses);

}  // namespace tally::lrm

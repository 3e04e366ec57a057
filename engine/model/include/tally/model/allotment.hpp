#pragma once

#include <compare>
#include <string>
#include <vector>

#include "tally/model/ids.hpp"
#include "tally/model/quantity.hpp"

namespace tally::model {

/// A service of a tenant: who holds of an account's products. Opaque texts, compared byte by byte.
struct TenantService {
  AccountId account;
  std::string scope;    ///< the tenant
  std::string service;  ///< the type of the service
  auto operator<=>(const TenantService&) const = default;
};

/// What a tenant's service has of a product of its account, as it is stored. One that has nothing any more keeps its
/// row: a counter's number is never given to another.
struct Allotment {
  CounterId id;  ///< its own counter's, whose maximum is what it has
  TenantService holder;
  std::string product;  ///< the code
  CounterId parent;     ///< the account's counter of the product
  Token token;          ///< of the event that made it what it is
  Instant allotted_at;
  Quantity quantity;
  bool operator==(const Allotment&) const = default;
};

/// How much somebody has of a product.
struct ProductQuantity {
  std::string code;
  Quantity quantity;
  bool operator==(const ProductQuantity&) const = default;
};

/// A tenant's service with what it has, by code; what it has nothing of is not there.
struct ServiceLicense {
  struct Product {
    std::string code;
    std::string type;  ///< as the catalogue says
    Quantity quantity;
    bool operator==(const Product&) const = default;
  };
  TenantService holder;
  std::vector<Product> products;
  bool operator==(const ServiceLicense&) const = default;
};
using ServiceLicenses = std::vector<ServiceLicense>;

/// An account's product with how much of it tenants have.
struct OwnedProduct {
  std::string code;
  std::string type;
  Quantity total;
  Quantity allotted;
  bool operator==(const OwnedProduct&) const = default;
};
/// An account with its products, in the catalogue's order.
struct OwnedProducts {
  AccountId account;
  std::vector<OwnedProduct> products;
};

}  // namespace tally::model

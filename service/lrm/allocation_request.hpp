#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "tally/model/allotment.hpp"

namespace tally::lrm {

/// What is wrong with a request, for the caller.
struct Mistake {
  std::string detail;
  std::string product = {};  ///< the code at fault; empty: none
};

/// Decodes what stands in a path for an account, a tenant or a type of service: an opaque text of at most 256 bytes.
[[nodiscard]] std::expected<std::string, Mistake> read_token(std::string_view undecoded);

/// Reads the body of an allocation, `{"tenantName", "products": [{"code", "quantity"}], "bypassUsageCheck"}`, with
/// `productQuantities` for `products` (uipath-lrm, 2). At most 1,000 products, each once, quantities from 0 with at
/// most six decimals. The tenant's name has no stated role and is only checked; nothing is consumed here yet, so there
/// is nothing for the check of usage to find.
[[nodiscard]] std::expected<std::vector<model::ProductQuantity>, Mistake> read_allocation(std::string_view body);

}  // namespace tally::lrm

#pragma once

#include <span>
#include <string_view>

#include "tally/common/path_routes.hpp"

namespace tally::lrm {

enum class Operation {
  allocate,
  remove_service,
  remove_scope,
  list_account,
  list_scope,
  read_service,
  read_products,
  read_status,
  read_owned_license,
  read_owned_products,
  read_tenant_allocations,
  health,
  not_built,
};

using Route = common::PathRoute<Operation>;

/// Every route that is built, for those who describe them.
[[nodiscard]] std::span<const Route> all_routes();

/// What a request asks for; among the rest what the original has and Tally has not built (docs/compatibility.md).
using Match = common::RouteMatch<Route>;
[[nodiscard]] Match match(http::Method method, std::string_view path);

}  // namespace tally::lrm

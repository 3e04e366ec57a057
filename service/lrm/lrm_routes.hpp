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

struct Route {
  std::string_view path;  ///< a name in braces stands for any segment
  http::Method method;    ///< where it is GET, HEAD is answered besides
  Operation operation;
  bool changes;            ///< another site's page may not ask for it
  std::string_view label;  ///< what the access log calls it, and the scope of idempotency keys; static storage
};

/// Every route that is built, for those who describe them.
[[nodiscard]] std::span<const Route> all_routes();

/// What a request asks for; among the rest what the original has and Tally has not built (docs/compatibility.md).
using Match = common::RouteMatch<Route>;
[[nodiscard]] Match match(http::Method method, std::string_view path);

}  // namespace tally::lrm

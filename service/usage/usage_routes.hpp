#pragma once

#include <span>
#include <string_view>

#include "tally/common/path_routes.hpp"

namespace tally::usage {

enum class Operation {
  list_usage,
  read_info,
  open_session,
  end_session,
  keep_session,
  take_place,
  free_place,
};

using Route = common::PathRoute<Operation>;

/// Every route, for those who describe them.
[[nodiscard]] std::span<const Route> all_routes();

/// What a request asks for.
using Match = common::RouteMatch<Route>;
[[nodiscard]] Match match(http::Method method, std::string_view path);

}  // namespace tally::usage

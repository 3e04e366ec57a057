#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tally/http/request.hpp"

namespace tally::common {

/// A row of a door's table of routes.
template<class Operation>
struct PathRoute {
  std::string_view path;  ///< a name in braces stands for any segment
  http::Method method;    ///< where it is GET, HEAD is answered besides
  Operation operation;
  bool changes;            ///< another site's page may not ask for it
  std::string_view label;  ///< what the access log calls it, and the scope of idempotency keys; static storage
};

/// What a request asks for of such a table.
template<class Route>
struct RouteMatch {
  const Route* route = nullptr;         ///< null: the path has no such method
  std::string allowed;                  ///< the methods that the path has, for the header `Allow`; empty: no such path
  std::vector<std::string_view> parts;  ///< what stands in the path for each name in braces, undecoded; never empty
};

/// What stands for each name in braces; absent when the path is another one.
[[nodiscard]] std::optional<std::vector<std::string_view>> parts_of(std::string_view path, std::string_view pattern);

/// As the header `Allow` names what a route with this method answers.
[[nodiscard]] std::string_view allowed_by(http::Method method);

/// A slash at the end of a path is nothing.
template<class Route>
[[nodiscard]] RouteMatch<Route> match_route(std::span<const Route> routes, http::Method method, std::string_view path) {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  if (method == http::Method::head) method = http::Method::get;
  RouteMatch<Route> result;
  for (const auto& route : routes) {
    auto parts = parts_of(path, route.path);
    if (!parts) continue;
    result.allowed.append(result.allowed.empty() ? "" : ", ").append(allowed_by(route.method));
    if (route.method != method) continue;
    result.route = &route;
    result.parts = std::move(*parts);
  }
  return result;
}

}  // namespace tally::common

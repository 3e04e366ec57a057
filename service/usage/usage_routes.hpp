#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tally/http/request.hpp"

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

struct Route {
  std::string_view path;  ///< a name in braces stands for any segment
  http::Method method;    ///< where it is GET, HEAD is answered besides
  Operation operation;
  bool changes;            ///< another site's page may not ask for it
  std::string_view label;  ///< what the access log calls it, and the scope of idempotency keys; static storage
};

/// Every route, for those who describe them.
[[nodiscard]] std::span<const Route> all_routes();

/// What a request asks for.
struct Match {
  const Route* route = nullptr;         ///< null: the path has no such method
  std::string allowed;                  ///< the methods that the path has, for the header `Allow`; empty: no such path
  std::vector<std::string_view> parts;  ///< what stands in the path for each name in braces
};
/// A slash at the end of a path is nothing.
[[nodiscard]] Match match(http::Method method, std::string_view path);

}  // namespace tally::usage

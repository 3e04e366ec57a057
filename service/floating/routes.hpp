#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tally/http/request.hpp"

namespace tally::floating {

enum class Operation {
  add_consumption,
  add_feature_consumption,
  register_user,
  unregister_user,
  unregister_all,
  release_license,  ///< the hosted service's way to unregister
  borrow,
  register_feature,
  borrow_feature,
  release_feature,
  release_all,
  license,
  licenses,
  add_product,
  remove_product,
  set_keys,
  health,
  log_in,
  front_page,
  not_built,  ///< documented, but this version does not have it
};

/// Which methods a path answers. Where a GET changes something there is no HEAD, which must never do that.
struct Methods {
  bool get = false;
  bool head = false;
  bool post = false;
  bool delete_ = false;
  [[nodiscard]] bool contains(http::Method method) const;
  /// For the header `Allow`.
  [[nodiscard]] std::string allowed() const;
};

/// What an operation does with what is counted. The door answers by itself where it does nothing.
enum class Effect { none, reads, changes };

struct Route {
  std::string_view path;
  Operation operation;
  Effect effect;  ///< another site's page may not ask for a change
  Methods methods;
  std::string_view label;  ///< what the access log calls it, and the scope of idempotency keys; static storage
};

/// Every route, for those who describe them.
[[nodiscard]] std::span<const Route> all_routes();

/// The route of a path; a slash at its end is nothing. Null when there is none.
[[nodiscard]] const Route* route_for(std::string_view path);

}  // namespace tally::floating

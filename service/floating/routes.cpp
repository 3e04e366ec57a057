#include "routes.hpp"

#include <algorithm>

namespace tally::floating {
namespace {

constexpr Methods read{.get = true};
constexpr Methods post{.post = true};
// The vendor's clients do not agree on the method; those that change something by GET are beside proper ones.
constexpr Methods get_or_post{.get = true, .post = true};
constexpr Methods any{.get = true, .post = true, .delete_ = true};

constexpr Route routes[] = {
    {"/api/v4/add_consumption", Operation::add_consumption, post, "add_consumption"},
    {"/api/v4/add_feature_consumption", Operation::add_feature_consumption, post, "add_feature_consumption"},
    {"/api/v4/register", Operation::register_user, post, "register"},
    {"/api/v4/unregister", Operation::unregister_user, post, "unregister"},
    {"/api/v4/unregister/all", Operation::unregister_all, any, "unregister_all"},
    {"/api/v4/borrow", Operation::borrow, post, "borrow"},
    {"/api/v4/featureRegister", Operation::register_feature, post, "feature_register"},
    {"/api/v4/check_license_feature", Operation::register_feature, post, "feature_register"},
    {"/api/v4/featureRelease", Operation::release_feature, post, "feature_release"},
    {"/api/v4/feature_release", Operation::release_feature, post, "feature_release"},
    {"/api/v4/featureRelease/all", Operation::release_all, any, "feature_release_all"},
    {"/api/v4/feature_release/all", Operation::release_all, any, "feature_release_all"},
    {"/api/v4/license", Operation::license, read, "license"},
    {"/api/v4/licenses", Operation::licenses, read, "licenses"},
    {"/api/v4/addProduct", Operation::add_product, get_or_post, "add_product"},
    {"/api/v4/removeProduct", Operation::not_built, any, "remove_product"},
    {"/api/v4/airgap/license", Operation::not_built, post, "airgap_license"},
    {"/api/v4/setKeys", Operation::not_built, get_or_post, "set_keys"},
    {"/api/v4/health", Operation::health, read, "health"},
    {"/auth", Operation::log_in, get_or_post, "auth"},
    {"/", Operation::front_page, read, "front_page"},
};

}  // namespace

bool Methods::contains(http::Method method) const {
  switch (method) {
    case http::Method::get:
    case http::Method::head: return get;
    case http::Method::post: return post;
    case http::Method::delete_: return delete_;
    case http::Method::put:
    case http::Method::patch:
    case http::Method::options:
    case http::Method::other: break;
  }
  return false;
}

std::string_view Methods::allowed() const {
  if (delete_) return "GET, HEAD, POST, DELETE";
  if (get && post) return "GET, HEAD, POST";
  return get ? "GET, HEAD" : "POST";
}

const Route* route_for(std::string_view path) {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const auto* found = std::ranges::find(routes, path, &Route::path);
  return found == std::end(routes) ? nullptr : found;
}

bool changes_something(Operation operation) {
  switch (operation) {
    case Operation::add_consumption:
    case Operation::add_feature_consumption:
    case Operation::register_user:
    case Operation::unregister_user:
    case Operation::unregister_all:
    case Operation::borrow:
    case Operation::register_feature:
    case Operation::release_feature:
    case Operation::release_all:
    case Operation::add_product:
    case Operation::not_built: return true;
    case Operation::license:
    case Operation::licenses:
    case Operation::health:
    case Operation::log_in:
    case Operation::front_page: break;
  }
  return false;
}

}  // namespace tally::floating

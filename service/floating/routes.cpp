#include "routes.hpp"

#include <algorithm>

namespace tally::floating {
namespace {

constexpr Methods read{.get = true, .head = true};
constexpr Methods read_or_post{.get = true, .head = true, .post = true};
constexpr Methods post{.post = true};
// The vendor's clients do not agree on the method; those that change something by GET are beside proper ones.
constexpr Methods get_or_post{.get = true, .post = true};
constexpr Methods any{.get = true, .post = true, .delete_ = true};

constexpr Route routes[] = {
    {"/api/v4/add_consumption", Operation::add_consumption, Effect::changes, post, "add_consumption"},
    {"/api/v4/add_feature_consumption", Operation::add_feature_consumption, Effect::changes, post,
     "add_feature_consumption"},
    {"/api/v4/register", Operation::register_user, Effect::changes, post, "register"},
    {"/api/v4/unregister", Operation::unregister_user, Effect::changes, post, "unregister"},
    {"/api/v4/unregister/all", Operation::unregister_all, Effect::changes, any, "unregister_all"},
    {"/api/v4/borrow", Operation::borrow, Effect::changes, post, "borrow"},
    {"/api/v4/featureRegister", Operation::register_feature, Effect::changes, post, "feature_register"},
    {"/api/v4/check_license_feature", Operation::register_feature, Effect::changes, get_or_post, "feature_register"},
    {"/api/v4/featureRelease", Operation::release_feature, Effect::changes, post, "feature_release"},
    {"/api/v4/feature_release", Operation::release_feature, Effect::changes, post, "feature_release"},
    {"/api/v4/featureRelease/all", Operation::release_all, Effect::changes, any, "feature_release_all"},
    {"/api/v4/feature_release/all", Operation::release_all, Effect::changes, any, "feature_release_all"},
    // The hosted service's.
    {"/api/v4/floating/borrow", Operation::borrow, Effect::changes, post, "borrow"},
    {"/api/v4/floating/release", Operation::release_license, Effect::changes, post, "unregister"},
    {"/api/v4/floating/feature_borrow", Operation::borrow_feature, Effect::changes, post, "feature_borrow"},
    {"/api/v4/floating/feature_release", Operation::release_feature, Effect::changes, post, "feature_release"},
    {"/api/v4/license", Operation::license, Effect::reads, read, "license"},
    {"/api/v4/licenses", Operation::licenses, Effect::reads, read, "licenses"},
    {"/api/v4/addProduct", Operation::add_product, Effect::changes, get_or_post, "add_product"},
    {"/api/v4/removeProduct", Operation::remove_product, Effect::changes, any, "remove_product"},
    {"/api/v4/setKeys", Operation::set_keys, Effect::changes, get_or_post, "set_keys"},
    {"/api/v4/airgap/license", Operation::not_built, Effect::changes, post, "airgap_license"},
    {"/api/v4/license/generate", Operation::not_built, Effect::changes, post, "offline_license"},
    {"/api/v4/license/upload", Operation::not_built, Effect::changes, post, "offline_license"},
    {"/api/v4/health", Operation::health, Effect::none, read, "health"},
    {"/auth", Operation::log_in, Effect::none, read_or_post, "auth"},
    {"/", Operation::front_page, Effect::none, read, "front_page"},
};

}  // namespace

bool Methods::contains(http::Method method) const {
  switch (method) {
    case http::Method::get: return get;
    case http::Method::head: return head;
    case http::Method::post: return post;
    case http::Method::delete_: return delete_;
    case http::Method::put:
    case http::Method::patch:
    case http::Method::options:
    case http::Method::other: break;
  }
  return false;
}

std::string Methods::allowed() const {
  std::string names;
  const auto add = [&](bool is_there, std::string_view name) {
    if (is_there) names.append(names.empty() ? "" : ", ").append(name);
  };
  add(get, "GET");
  add(head, "HEAD");
  add(post, "POST");
  add(delete_, "DELETE");
  return names;
}

std::span<const Route> all_routes() { return routes; }

const Route* route_for(std::string_view path) {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const auto* found = std::ranges::find(routes, path, &Route::path);
  return found == std::end(routes) ? nullptr : found;
}

}  // namespace tally::floating

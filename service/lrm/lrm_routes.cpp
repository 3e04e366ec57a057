#include "lrm_routes.hpp"

namespace tally::lrm {
namespace {

using http::Method;

// The page's own sample allocates by POST; an empty type of service leaves its segment out (uipath-lrm, 2.1).
constexpr Route routes[] = {
    {"/lrm/api/account/{account}/service-license", Method::get, Operation::list_account, false,
     "list_service_licenses"},
    {"/lrm/api/account/{account}/service-license/{scope}", Method::get, Operation::list_scope, false,
     "list_tenant_licenses"},
    {"/lrm/api/account/{account}/service-license/{scope}", Method::put, Operation::allocate, true, "allocate"},
    {"/lrm/api/account/{account}/service-license/{scope}", Method::post, Operation::allocate, true, "allocate"},
    {"/lrm/api/account/{account}/service-license/{scope}", Method::delete_, Operation::remove_scope, true,
     "remove_tenant_licenses"},
    {"/lrm/api/account/{account}/service-license/{scope}/{service}", Method::get, Operation::read_service, false,
     "read_service_license"},
    {"/lrm/api/account/{account}/service-license/{scope}/{service}", Method::put, Operation::allocate, true,
     "allocate"},
    {"/lrm/api/account/{account}/service-license/{scope}/{service}", Method::post, Operation::allocate, true,
     "allocate"},
    {"/lrm/api/account/{account}/service-license/{scope}/{service}", Method::delete_, Operation::remove_service, true,
     "remove_service_license"},
    {"/lrm/api/account/{account}/service-license/{scope}/{service}/products", Method::get, Operation::read_products,
     false, "read_service_products"},
    {"/lrm/api/account/{account}/service-license/{scope}/{service}/status", Method::get, Operation::read_status, false,
     "read_service_status"},
    {"/lrm/api/service-license/{scope}/{service}", Method::get, Operation::read_service, false, "find_service_license"},
    {"/lrm/api/account/{account}/account-license", Method::get, Operation::read_owned_license, false,
     "read_account_license"},
    {"/lrm/api/account/{account}/account-license", Method::put, Operation::not_built, true, "lrm_not_built"},
    {"/lrm/api/account/{account}/available-account-licenses", Method::get, Operation::read_owned_products, false,
     "list_available_licenses"},
    {"/lrm/api/account/{account}/available-service-licenses/{scope}", Method::get, Operation::read_owned_products,
     false, "list_available_tenant_licenses"},
    {"/lrm/api/account/{account}/tenantAllocations", Method::get, Operation::read_tenant_allocations, false,
     "list_tenant_allocations"},
    {"/lrm/health", Method::get, Operation::health, false, "lrm_health"},
};

constexpr Route not_built(std::string_view path, Method method) {
  return {path, method, Operation::not_built, method != Method::get, "lrm_not_built"};
}

constexpr Route routes_not_built[] = {
    // Host to organization, and activation of the host's license.
    not_built("/lrm/api/host/{host}/organization/{organization}/license", Method::put),
    not_built("/lrm/api/host/{host}/organization/{organization}/license/available", Method::get),
    not_built("/lrm/api/host/{host}/organization/{organization}/license/remove", Method::delete_),
    not_built("/lrm/api/host/{host}/available-products", Method::get),
    not_built("/lrm/api/host/{host}/license", Method::put),
    not_built("/lrm/api/host/{host}/license/{license}", Method::put),
    not_built("/lrm/api/host/{host}/license/{license}", Method::delete_),
    not_built("/lrm/api/host/{host}/license/{license}/offline", Method::delete_),
    not_built("/lrm/api/host/{host}/activation-request", Method::get),
    // The organization's own license.
    not_built("/lrm/api/account/{account}/account-license/available", Method::get),
    not_built("/lrm/api/account/{account}/account-license/{license}", Method::put),
    not_built("/lrm/api/account/{account}/license/remove", Method::delete_),
    not_built("/lrm/api/account/{account}/user-license/status", Method::get),
    not_built("/lrm/api/account/{account}/user-license/status", Method::put),
    not_built("/lrm/api/account/{account}/service-licenses/{scope}", Method::get),
    not_built("/lrm/api/account-license/{account}/license", Method::put),
    not_built("/lrm/api/account-license/{account}/license/{license}", Method::put),
    not_built("/lrm/api/account-license/{account}/license/{license}", Method::delete_),
    not_built("/lrm/api/account-license/{account}/license/{license}/offline", Method::delete_),
    not_built("/lrm/api/account-license/{account}/activation-request", Method::get),
    not_built("/lrm/api/account-license/validate/offline", Method::put),
    // Users and groups.
    not_built("/lease_/api/account/{account}/user-license", Method::get),
    not_built("/lease_/api/account/{account}/user-license", Method::put),
    not_built("/lease_/api/account/{account}/user-license", Method::post),
    not_built("/lease_/api/account/{account}/user-license", Method::delete_),
    not_built("/lease_/api/account/{account}/user-license/group/{group}", Method::get),
    not_built("/lease_/api/account/{account}/user-license/group/{group}", Method::put),
    not_built("/lease_/api/account/{account}/user-license/group/{group}", Method::delete_),
    not_built("/lease_/api/account/{account}/user-license/group/{group}/user", Method::get),
    not_built("/lease_/api/account/{account}/user-license/user/page", Method::get),
    not_built("/lease_/api/account/{account}/user-license/group/page", Method::get),
    not_built("/lease_/api/account/{account}/user-license/session", Method::post),
    not_built("/lease_/api/account/{account}/user-license/session", Method::delete_),
    // Consumption.
    not_built("/lease_/api/lease", Method::delete_),
    not_built("/lease_/api/lease/{lease}", Method::delete_),
    not_built("/lease_/api/lease/{account}/usage", Method::put),
    not_built("/lease_/api/lease/{account}/computeUsage", Method::put),
    not_built("/lease_/api/lease/{account}/{scope}/usage", Method::get),
    not_built("/lease_/api/lease/{account}/{scope}/{service}/{product}/usage", Method::get),
    not_built("/lease_/api/lease/{account}/{scope}/{service}/{product}/lease/{lease}", Method::get),
    not_built("/lease_/api/lease/{account}/{scope}/{service}/{product}/lease/{lease}", Method::put),
    not_built("/lease_/api/lease/{account}/{scope}/{service}/{product}/lease/{lease}", Method::post),
    not_built("/lease_/api/lease/{license}/{service}/{product}/host/consumed", Method::get),
    not_built("/lease_/api/account/{account}/stats/timeline", Method::post),
    not_built("/lease_/api/account/{account}/stats/organization/timeline", Method::post),
    not_built("/lease_/api/account/{account}/stats/used", Method::post),
};

}  // namespace

std::span<const Route> all_routes() { return routes; }

Match match(Method method, std::string_view path) {
  Match built = common::match_route(all_routes(), method, path);
  if (built.route != nullptr) return built;
  Match other = common::match_route(std::span<const Route>{routes_not_built}, method, path);
  return other.route != nullptr || built.allowed.empty() ? other : built;
}

}  // namespace tally::lrm

#include "usage_routes.hpp"

namespace tally::usage {
namespace {

using http::Method;

constexpr Route routes[] = {
    {"/api/license-usage", Method::get, Operation::list_usage, false, "license_usage"},
    {"/api/license-info", Method::get, Operation::read_info, false, "license_info"},
    {"/api/sessions", Method::post, Operation::open_session, true, "open_session"},
    {"/api/sessions/{session}", Method::delete_, Operation::end_session, true, "end_session"},
    {"/api/sessions/{session}/contact", Method::post, Operation::keep_session, true, "keep_session"},
    {"/api/sessions/{session}/places", Method::post, Operation::take_place, true, "take_place"},
    {"/api/sessions/{session}/places/{token}", Method::delete_, Operation::free_place, true, "free_place"},
};

}  // namespace

std::span<const Route> all_routes() { return routes; }

Match match(Method method, std::string_view path) { return common::match_route(all_routes(), method, path); }

}  // namespace tally::usage

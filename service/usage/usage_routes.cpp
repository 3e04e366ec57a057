#include "usage_routes.hpp"

#include <optional>

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

std::string_view next_segment(std::string_view& path) {
  const auto end = std::min(path.find('/'), path.size());
  const auto segment = path.substr(0, end);
  path.remove_prefix(std::min(end + 1, path.size()));
  return segment;
}

/// What stands for each name in braces; absent when the path is another one.
std::optional<std::vector<std::string_view>> parts_of(std::string_view path, std::string_view pattern) {
  std::vector<std::string_view> parts;
  while (!path.empty() && !pattern.empty()) {
    const auto segment = next_segment(path);
    const auto wanted = next_segment(pattern);
    if (wanted.starts_with('{') && !segment.empty())
      parts.push_back(segment);
    else if (wanted != segment)
      return std::nullopt;
  }
  if (!path.empty() || !pattern.empty()) return std::nullopt;
  return parts;
}

std::string_view name_of(Method method) {
  switch (method) {
    case Method::get: return "GET, HEAD";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::delete_: return "DELETE";
    case Method::head:
    case Method::patch:
    case Method::options:
    case Method::other: break;
  }
  return {};
}

}  // namespace

std::span<const Route> all_routes() { return routes; }

Match match(Method method, std::string_view path) {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  if (method == Method::head) method = Method::get;
  Match result;
  for (const auto& route : routes) {
    auto parts = parts_of(path, route.path);
    if (!parts) continue;
    result.allowed.append(result.allowed.empty() ? "" : ", ").append(name_of(route.method));
    if (route.method != method) continue;
    result.route = &route;
    result.parts = std::move(*parts);
  }
  return result;
}

}  // namespace tally::usage

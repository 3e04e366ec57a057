#include "tally/common/path_routes.hpp"

#include <algorithm>

namespace tally::common {
namespace {

std::string_view next_segment(std::string_view& path) {
  const auto end = std::min(path.find('/'), path.size());
  const auto segment = path.substr(0, end);
  path.remove_prefix(std::min(end + 1, path.size()));
  return segment;
}

}  // namespace

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

std::string_view allowed_by(http::Method method) {
  switch (method) {
    case http::Method::get: return "GET, HEAD";
    case http::Method::post: return "POST";
    case http::Method::put: return "PUT";
    case http::Method::delete_: return "DELETE";
    case http::Method::head:
    case http::Method::patch:
    case http::Method::options:
    case http::Method::other: break;
  }
  return {};
}

}  // namespace tally::common

#include "request_target.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>

namespace tally::http {

namespace {

std::string_view without_authority(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!boost::beast::iequals(target.substr(0, scheme.size()), scheme)) continue;
    return target.substr(std::min(target.find_first_of("/?", scheme.size()), target.size()));
  }
  return {};
}

}  // namespace

RequestTarget split_target(std::string_view target) {
  if (target == "*") return {.path = target, .query = {}, .has_query = false};
  const bool absolute = !target.starts_with('/');
  const auto local = absolute ? without_authority(target) : target;
  if (absolute && local.data() == nullptr) return {};
  const auto mark = local.find('?');
  const auto path = local.substr(0, mark);
  return {.path = path.empty() ? std::string_view("/") : path,
          .query = mark == local.npos ? std::string_view() : local.substr(mark + 1),
          .has_query = mark != local.npos};
}

}  // namespace tally::http

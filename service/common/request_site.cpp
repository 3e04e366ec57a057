#include "tally/common/request_site.hpp"

#include "tally/model/names.hpp"

namespace tally::common {

bool is_from_another_site(const http::Request& request) {
  // A proxy in between may have changed the host; what the browser itself says of the sites it has not.
  if (const auto site = request.header("Sec-Fetch-Site"))
    return *site != "same-origin" && *site != "same-site" && *site != "none";
  const auto origin = request.header("Origin");
  if (!origin) return false;
  const auto host = request.header("Host");
  const auto scheme_end = origin->find("://");
  if (!host || scheme_end == std::string_view::npos) return true;
  return !model::equal_ignoring_case(origin->substr(scheme_end + 3), *host);
}

}  // namespace tally::common

#pragma once

#include "tally/http/request.hpp"

namespace tally::common {

/// Whether a browser sent this for a page of another site. Programs that are no browsers send neither of the headers
/// that tell.
[[nodiscard]] bool is_from_another_site(const http::Request& request);

}  // namespace tally::common

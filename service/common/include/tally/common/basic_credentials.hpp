#pragma once

#include <optional>
#include <string>

#include "tally/http/request.hpp"

namespace tally::common {

struct BasicCredentials {
  std::string user;
  std::string password;
};

/// Names come from headers, and go to the ledger and the log: no control characters, UTF-8 only, of bounded length.
[[nodiscard]] std::optional<std::string> acceptable_name(std::string_view name);

/// What `Authorization: Basic` says (RFC 7617); absent for anything else, and for a name that is not acceptable.
[[nodiscard]] std::optional<BasicCredentials> basic_credentials(const http::Request& request);

}  // namespace tally::common

#include "credentials.hpp"

#include <algorithm>

#include "tally/access/password.hpp"
#include "tally/model/names.hpp"

namespace tally::access {
namespace {

Credentials of_key(std::string_view text) {
  auto key = parse_api_key(text);
  if (!key) return UnreadableCredentials{};
  return std::move(*key);
}

Credentials of_bearer(std::string_view text) {
  if (std::ranges::count(text, '.') == 2) return ShownToken{std::string{text}};
  return of_key(text);
}

}  // namespace

Credentials credentials_of(const http::Request& request) {
  const auto authorizations = request.header_count("Authorization");
  const auto keys = request.header_count("X-Api-Key");
  if (authorizations + keys == 0) return NoCredentials{};
  if (authorizations + keys > 1) return UnreadableCredentials{};
  if (keys == 1) return of_key(*request.header("X-Api-Key"));
  constexpr std::string_view bearer = "Bearer ";
  const auto authorization = *request.header("Authorization");
  if (model::equal_ignoring_case(authorization.substr(0, bearer.size()), bearer))
    return of_bearer(authorization.substr(bearer.size()));
  auto basic = common::basic_credentials(request);
  if (!basic || basic->password.size() > password_bytes_max) return UnreadableCredentials{};
  if (auto key = parse_api_key(basic->password)) return std::move(*key);
  return std::move(*basic);
}

}  // namespace tally::access

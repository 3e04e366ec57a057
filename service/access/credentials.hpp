#pragma once

#include <variant>

#include "tally/access/api_key.hpp"
#include "tally/common/basic_credentials.hpp"

namespace tally::access {

struct NoCredentials {};
struct UnreadableCredentials {};
/// Three parts with dots between, of which nothing is believed yet.
struct ShownToken {
  std::string text;
};
using Credentials = std::variant<NoCredentials, UnreadableCredentials, common::BasicCredentials, ApiKey, ShownToken>;

/// `Authorization: Basic`, `Authorization: Bearer` with a key or a web token, or `X-Api-Key`. A key may be in the place
/// of a password, for clients that know Basic only.
[[nodiscard]] Credentials credentials_of(const http::Request& request);

}  // namespace tally::access

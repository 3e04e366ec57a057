#include "bearer_token.hpp"

#include "tally/common/json_text.hpp"

namespace tally::floating {
std::string bearer_token(const engine::Caller& caller, const common::WebTokens* tokens) {
  const std::string_view role = caller.administrator ? "admin" : "user";
  if (tokens != nullptr) return tokens->issue(caller.user, role);
  std::string claims = R"({"username":)";
  common::append_json_text(claims, caller.user);
  claims.append(R"(,"role":")").append(role).append("\"}");
  return common::base64_url(R"({"alg":"none","typ":"JWT"})") + '.' + common::base64_url(claims) + '.';
}

}  // namespace tally::floating

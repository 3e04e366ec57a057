#include "bearer_token.hpp"

#include <sodium/utils.h>

#include "tally/common/json_text.hpp"

namespace tally::floating {
namespace {

/// Base64 with the letters for URLs, without padding (RFC 7515, 2).
std::string base64_url(const std::string& bytes) {
  constexpr int letters = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes.size(), letters), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    letters);
  text.pop_back();  // the final zero
  return text;
}

}  // namespace

std::string bearer_token(const engine::Caller& caller) {
  std::string claims = R"({"username":)";
  common::append_json_text(claims, caller.user);
  claims.append(R"(,"role":")").append(caller.administrator ? "admin" : "user").append("\"}");
  return base64_url(R"({"alg":"none","typ":"JWT"})") + '.' + base64_url(claims) + '.';
}

}  // namespace tally::floating

#include "tally/common/web_tokens.hpp"

#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/utils.h>

#include <boost/json.hpp>

#include "tally/common/json_text.hpp"

namespace tally::common {
namespace {

namespace json = boost::json;

constexpr int letters = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
constexpr std::size_t token_bytes_max = 4096;

/// The only header that there is, so nobody can choose another algorithm.
const std::string& header() {
  static const std::string text = base64_url(R"({"alg":"HS256","typ":"JWT"})");
  return text;
}

std::optional<std::string> bytes_of(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(), nullptr,
                        &size, nullptr, letters) != 0)
    return std::nullopt;
  bytes.resize(size);
  return bytes;
}

}  // namespace

std::string base64_url(std::string_view bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), letters), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    letters);
  text.pop_back();  // the final zero
  return text;
}

WebTokens::WebTokens(Clock clock) : clock_{std::move(clock)} { crypto_auth_hmacsha256_keygen(key_.data()); }

std::string WebTokens::issue(std::string_view user, std::string_view role) const {
  const auto now = clock_().time_since_epoch();
  std::string claims = R"({"username":)";
  append_json_text(claims, user);
  claims.append(R"(,"role":)");
  append_json_text(claims, role);
  claims.append(R"(,"iat":)").append(std::to_string(now.count()));
  claims.append(R"(,"exp":)").append(std::to_string(std::chrono::seconds{now + lifetime}.count())).append("}");
  std::string token = header() + '.' + base64_url(claims);
  token += '.' + base64_url(signature(token));
  return token;
}

std::optional<std::string> WebTokens::user_of(std::string_view token) const {
  const auto dot = token.rfind('.');
  if (token.size() > token_bytes_max || dot == std::string_view::npos || !token.starts_with(header() + '.') ||
      dot <= header().size())
    return std::nullopt;
  const auto shown = bytes_of(token.substr(dot + 1));
  const std::string expected = signature(token.substr(0, dot));
  if (!shown || shown->size() != expected.size() || sodium_memcmp(shown->data(), expected.data(), expected.size()) != 0)
    return std::nullopt;
  const auto text = bytes_of(token.substr(header().size() + 1, dot - header().size() - 1));
  if (!text) return std::nullopt;
  const json::object claims = json::parse(*text).as_object();  // written here, as the signature has shown
  if (clock_().time_since_epoch().count() >= claims.at("exp").as_int64()) return std::nullopt;
  return std::string{claims.at("username").as_string()};
}

std::string WebTokens::signature(std::string_view text) const {
  std::string code(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256(reinterpret_cast<unsigned char*>(code.data()),
                         reinterpret_cast<const unsigned char*>(text.data()), text.size(), key_.data());
  return code;
}

}  // namespace tally::common

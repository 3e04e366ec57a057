#include "tally/common/basic_credentials.hpp"

#include <sodium/utils.h>

#include "tally/model/names.hpp"

namespace tally::common {
namespace {

constexpr std::size_t user_bytes_max = 256;
constexpr std::size_t credentials_bytes_max = 768;

std::optional<std::string> decoded_base64(std::string_view text) {
  if (text.size() > credentials_bytes_max / 3 * 4) return std::nullopt;
  std::string decoded(text.size() / 4 * 3, '\0');
  std::size_t size = 0;
  const int result = sodium_base642bin(reinterpret_cast<unsigned char*>(decoded.data()), decoded.size(), text.data(),
                                       text.size(), nullptr, &size, nullptr, sodium_base64_VARIANT_ORIGINAL);
  if (result != 0) return std::nullopt;
  decoded.resize(size);
  return decoded;
}

}  // namespace

std::optional<std::string> acceptable_name(std::string_view name) {
  if (name.empty() || name.size() > user_bytes_max) return std::nullopt;
  if (!model::is_utf8(name) || model::has_control_characters(name)) return std::nullopt;
  return std::string{name};
}

std::optional<BasicCredentials> basic_credentials(const http::Request& request) {
  const auto header = request.header("Authorization");
  constexpr std::string_view scheme = "Basic ";
  if (!header || header->size() <= scheme.size()) return std::nullopt;
  if (!model::equal_ignoring_case(header->substr(0, scheme.size()), scheme)) return std::nullopt;
  const auto credentials = decoded_base64(header->substr(scheme.size()));
  if (!credentials) return std::nullopt;
  const auto colon = credentials->find(':');
  if (colon == std::string::npos) return std::nullopt;
  auto user = acceptable_name(std::string_view{*credentials}.substr(0, colon));
  if (!user) return std::nullopt;
  return BasicCredentials{.user = std::move(*user), .password = credentials->substr(colon + 1)};
}

}  // namespace tally::common

#include "tally/access/api_key.hpp"

#include <sodium/crypto_generichash.h>
#include <sodium/randombytes.h>
#include <sodium/utils.h>

#include <algorithm>
#include <array>

#include "tally/common/digest.hpp"

namespace tally::access {
namespace {

constexpr std::string_view prefix = "tally_";
constexpr std::size_t id_bytes = 8;
constexpr std::size_t secret_bytes = 32;

template<std::size_t bytes>
std::string draw() {
  std::string random(bytes, '\0');
  randombytes_buf(random.data(), random.size());
  return common::hexadecimal(random);
}

bool is_hexadecimal(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

std::string ApiKey::text() const { return std::string{prefix} + id + '_' + secret; }

ApiKey draw_api_key() { return {.id = draw<id_bytes>(), .secret = draw<secret_bytes>()}; }

std::optional<ApiKey> parse_api_key(std::string_view text) {
  constexpr std::size_t length = prefix.size() + 2 * id_bytes + 1 + 2 * secret_bytes;
  if (text.size() != length || !text.starts_with(prefix)) return std::nullopt;
  text.remove_prefix(prefix.size());
  const auto id = text.substr(0, 2 * id_bytes);
  const auto secret = text.substr(2 * id_bytes + 1);
  if (text[2 * id_bytes] != '_' || !is_hexadecimal(id) || !is_hexadecimal(secret)) return std::nullopt;
  return ApiKey{.id = std::string{id}, .secret = std::string{secret}};
}

std::string secret_hash(std::string_view secret) {
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(secret.data()), secret.size(),
                     nullptr, 0);
  return common::hexadecimal({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

bool is_same_hash(std::string_view one, std::string_view other) {
  return one.size() == other.size() && sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace tally::access

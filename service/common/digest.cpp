#include "tally/common/digest.hpp"

#include <openssl/evp.h>

#include <stdexcept>

namespace tally::common {

std::string hexadecimal(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text.append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
  }
  return text;
}

std::string sha256(std::string_view text) {
  std::string hash(32, '\0');
  auto* const bytes = reinterpret_cast<unsigned char*>(hash.data());
  if (EVP_Digest(text.data(), text.size(), bytes, nullptr, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error{"no SHA-256"};
  return hexadecimal(hash);
}

}  // namespace tally::common

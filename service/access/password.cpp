#include "tally/access/password.hpp"

#include <sodium/crypto_pwhash.h>

#include <array>
#include <new>

namespace tally::access {
namespace {

// What OWASP's password storage cheat sheet names as the least for Argon2id.
constexpr unsigned long long operations = 2;
constexpr std::size_t memory = std::size_t{19} * 1024 * 1024;

const std::string& hash_of_nobody() {
  static const std::string hash = password_hash("nobody's");
  return hash;
}

}  // namespace

std::string password_hash(const std::string& password) {
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (crypto_pwhash_str(text.data(), password.data(), password.size(), operations, memory) != 0) throw std::bad_alloc{};
  return text.data();
}

bool fits(const std::string& password, const std::string& hash) {
  const std::string& compared = hash.empty() ? hash_of_nobody() : hash;
  return crypto_pwhash_str_verify(compared.c_str(), password.data(), password.size()) == 0 && !hash.empty();
}

}  // namespace tally::access

#include "tally/common/forwarding.hpp"

#include <sodium/utils.h>

#include "tally/common/digest.hpp"

namespace tally::common {
namespace {

/// Takes the word up to the next blank off the front.
std::string_view take_word(std::string_view& text) {
  const auto end = text.find(' ');
  const auto word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return word;
}

/// As forwarded_value wrote it.
std::optional<model::AccountId> account_of(std::string_view word) {
  if (!word.starts_with('@')) return std::nullopt;
  word.remove_prefix(1);
  model::AccountId account(word.size() / 2, '\0');
  std::size_t size = 0;
  if (sodium_hex2bin(reinterpret_cast<unsigned char*>(account.data()), account.size(), word.data(), word.size(),
                     nullptr, &size, nullptr) != 0)
    return std::nullopt;
  return account;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::string forwarded_value(std::string_view secret, const Identity& identity) {
  std::string value{secret};
  value.append(identity.caller.administrator ? " 1" : " 0").append(identity.is_verified ? " 1 " : " 0 ");
  // Behind a sign, so that none is a word, too.
  value.append("@").append(hexadecimal(identity.account)).append(" ");
  return value.append(identity.caller.address).append(" ").append(identity.caller.user);
}

std::optional<Identity> forwarded_identity(std::string_view value, std::string_view secret, model::Door door) {
  if (secret.empty() || !equal_in_constant_time(take_word(value), secret)) return std::nullopt;
  const auto administrator = take_word(value);
  const auto verified = take_word(value);
  const auto account = account_of(take_word(value));
  const auto address = take_word(value);
  if (administrator.size() != 1 || verified.size() != 1 || !account || address.empty() || value.empty())
    return std::nullopt;
  return Identity{.caller = {.user = std::string{value},
                             .administrator = administrator == "1",
                             .address = std::string{address},
                             .door = door},
                  .is_verified = verified == "1",
                  .account = *account};
}

}  // namespace tally::common

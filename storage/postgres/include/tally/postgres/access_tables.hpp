#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>

#include "tally/storage/access_store.hpp"

namespace tally::postgres {

// What administrators do with the tables of users and keys, each on a connection of its own. Errors are texts for the
// administrator.

/// False when there is one of this name already.
[[nodiscard]] std::expected<bool, std::string> add_user(const std::string& url, const storage::StoredUser& user);
/// False, here and below, when there is none.
[[nodiscard]] std::expected<bool, std::string> set_password(const std::string& url, const std::string& name,
                                                            const std::string& password_hash);
/// With all its keys.
[[nodiscard]] std::expected<bool, std::string> remove_user(const std::string& url, const std::string& name);

struct NewKey {
  std::string id;
  std::string user;
  std::string secret_hash;
  std::string note;
  std::optional<std::chrono::days> lifetime;  ///< absent: for ever
};
[[nodiscard]] std::expected<bool, std::string> add_key(const std::string& url, const NewKey& key);
[[nodiscard]] std::expected<bool, std::string> revoke_key(const std::string& url, const std::string& id);

}  // namespace tally::postgres

#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>

#include "tally/model/access.hpp"
#include "tally/storage/usage_ledger.hpp"

namespace tally::storage {

/// A user with the hash of the password, as Argon2id writes it; empty: none, so only keys let it in.
struct StoredUser {
  model::User user;
  std::string password_hash;
};

/// Whose a key is, with the hash of its secret half, in hexadecimal.
struct StoredKey {
  model::User user;
  std::string secret_hash;
};

/// Who is known. Absent is who is not; keys that are over are not, either. One thread at a time; each call ends in
/// bounded time.
class AccessStore {
 public:
  virtual ~AccessStore() = default;
  [[nodiscard]] virtual std::expected<std::optional<StoredUser>, LedgerSilent> user(const std::string& name) = 0;
  [[nodiscard]] virtual std::expected<std::optional<StoredKey>, LedgerSilent> key(const std::string& id) = 0;
};

}  // namespace tally::storage

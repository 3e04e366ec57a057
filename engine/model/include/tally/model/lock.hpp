#pragma once

#include <cstdint>
#include <string>

#include "tally/model/guid.hpp"
#include "tally/model/ids.hpp"

namespace tally::model {

/// What kind of thing is locked, as its locker says. The numbers are stored: append only.
enum class ResourceKind : std::int16_t { custom = 0, card = 1, file = 2, row = 3 };

/// That one user works on a thing, and nobody else shall.
struct Lock {
  AccountId account;
  Guid resource;
  ResourceKind kind = ResourceKind::custom;
  Guid section;       ///< of a row; zero when none was named
  Guid instance;      ///< the card that it is part of; zero when none was named
  SessionId session;  ///< whose end ends a temporary lock; zero: checked out, and kept until it is cleared
  std::string user;
  Instant locked_at;
  bool operator==(const Lock&) const = default;

  [[nodiscard]] bool is_checked_out() const { return session.is_zero(); }
};

/// A user that an account knows.
struct Profile {
  AccountId account;
  std::string user;  ///< as it was spelled at the first log-in; compared without regard to ASCII case
  Guid id;           ///< derived from account and user, by the door
  bool operator==(const Profile&) const = default;
};

}  // namespace tally::model

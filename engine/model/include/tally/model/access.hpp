#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tally/model/ids.hpp"

namespace tally::model {

/// What a user may be. The numbers are stored: append only.
enum class Role : std::int16_t {
  reader = 1,     ///< looks at what is used
  client = 2,     ///< a program that takes and gives back what its users need
  operator_ = 3,  ///< the same, and all that keeps a running service well
  admin = 4,      ///< everything
};

/// What a request needs of who sends it.
enum class Access {
  open,        ///< nothing: descriptions and health
  read,        ///< to look at what is used
  use,         ///< to take, give back and consume
  operate,     ///< to decide about others: what tenants have
  administer,  ///< to change what is licensed, and to end others' sessions
};

/// The one table of who may do what.
[[nodiscard]] bool may(Role role, Access access);

[[nodiscard]] std::string_view name_of(Role role);
[[nodiscard]] std::optional<Role> parse_role(std::string_view name);

/// Somebody that Tally knows by credentials of its own.
struct User {
  std::string name;   ///< compared without regard to ASCII case
  AccountId account;  ///< whose alone it may be; empty: any account's
  Role role = Role::reader;
  bool operator==(const User&) const = default;
};

}  // namespace tally::model

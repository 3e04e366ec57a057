#pragma once

#include <string_view>

#include "tally/model/guid.hpp"
#include "tally/model/ids.hpp"

namespace tally::soap {

/// What `zoneId` means: the UUID of version 5 of the zone's name in the namespace of its numerator.
[[nodiscard]] model::Guid zone_id(const model::Guid& numerator, std::string_view zone_name);

/// A user's profile in an account: the UUID of version 5 of the user's name, with ASCII capitals made small, in the
/// namespace that is the UUID of version 5 of the account's id in 2f6f0f6e-5c1b-4d0a-9a57-7b6c3d1e8a40.
[[nodiscard]] model::Guid profile_id(const model::AccountId& account, std::string_view user);

}  // namespace tally::soap

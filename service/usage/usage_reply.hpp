#pragma once

#include <string>

#include "tally/storage/usage_ledger.hpp"

namespace tally::usage {

/// The collection of `License usage`: one element a place, with every documented attribute. Safe from any thread.
[[nodiscard]] std::string usage_reply(const storage::HeldPlaces& held);

/// The object of `License info`, whose rights are looked at as of `now`.
[[nodiscard]] std::string info_reply(const storage::AccountRights& account, model::Instant now);

/// The id of a session, or of a named user's place, as it is shown: 32 hexadecimal digits.
[[nodiscard]] std::string shown_id(const model::Guid& id);

}  // namespace tally::usage

#pragma once

#include <string>

#include "tally/model/answer.hpp"
#include "tally/storage/usage_ledger.hpp"

namespace tally::usage {

/// The collection of `License usage`: one element a place, with every documented attribute. Safe from any thread.
[[nodiscard]] std::string usage_reply(const storage::HeldPlaces& held);

/// The object of `License info`, whose rights are looked at as of `now`.
[[nodiscard]] std::string info_reply(const storage::AccountRights& account, model::Instant now);

/// A session that was opened here: its id, by which it is used, and what the collection shows in the place of that.
[[nodiscard]] std::string session_reply(const model::Session& session);

/// A place that was taken here, with the members that its element of the collection has besides the session.
[[nodiscard]] std::string place_reply(const model::PlaceView& place);

}  // namespace tally::usage

#pragma once

#include <boost/json/object.hpp>

#include "tally/model/answer.hpp"

namespace tally::parity {

/// `word`, which is "ok" or the refusal's, and what the answer says.
[[nodiscard]] boost::json::object written(const model::Outcome& outcome);

}  // namespace tally::parity

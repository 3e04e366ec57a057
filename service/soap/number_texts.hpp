#pragma once

#include <string>
#include <string_view>

#include "tally/model/answer.hpp"

namespace tally::soap {

/// The contract's name of a status.
[[nodiscard]] std::string_view number_status(model::NumberStatus status);

/// `<Numbers><Number Value="17" Status="1" /></Numbers>`, an element for each number. Statuses are the documented ones:
/// 0 free, 1 taken, 3 not in the zone.
[[nodiscard]] std::string number_page_text(const model::NumberPage& page);

}  // namespace tally::soap

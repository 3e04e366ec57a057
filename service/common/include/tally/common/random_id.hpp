#pragma once

#include "tally/model/guid.hpp"

namespace tally::common {

/// Drawn from a cryptographic source (RFC 9562, version 4), since knowing a session's id is the right to use it.
[[nodiscard]] model::Guid random_id();

}  // namespace tally::common

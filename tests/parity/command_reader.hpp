#pragma once

#include <boost/json/object.hpp>

#include "tally/engine/command.hpp"

namespace tally::parity {

/// Makes a command of the member `command`, its name in engine/, and one member for each of its fields. Account is
/// `default`. Throws when there is no such command or a field is missing.
[[nodiscard]] engine::Command read_command(const boost::json::object& line);

}  // namespace tally::parity

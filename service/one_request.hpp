#pragma once

#include <string>

#include "tally/engine/writer.hpp"

namespace tally {

/// Asks the writer of this process for one thing as the administrator at the command line, and waits for the outcome.
[[nodiscard]] model::Outcome ask(engine::Writer& writer, engine::Command command, std::string user);

/// The operating system's name of who runs this process.
[[nodiscard]] std::string operating_user();

}  // namespace tally

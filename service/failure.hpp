#pragma once

#include <string>

#include "tally/config/exit_code.hpp"

namespace tally {

/// Why a command of the command line ends otherwise than well: what to exit with, and what to say on stderr.
struct Failure {
  config::ExitCode code = config::ExitCode::failed;
  std::string what;
};

}  // namespace tally

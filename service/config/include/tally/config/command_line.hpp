#pragma once

#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "tally/config/exit_code.hpp"
#include "tally/config/options.hpp"

namespace tally::config {

/// What the process finds around it, handed in so that tests can make their own.
struct Surroundings {
  std::map<std::string, std::string> environment;  ///< variables whose names begin with TALLY_
  bool is_root = false;                            ///< decides where data is kept by default
};

/// Those of this process. Not while another thread changes the environment.
[[nodiscard]] Surroundings surroundings_of_this_process();

/// Why there is no command to carry out: help was asked for (code ok, for stdout), or something is wrong (for stderr).
struct Stop {
  ExitCode code = ExitCode::ok;
  std::string text;  ///< one or more lines, the last with its line break; shows no password
};

/// Reads the arguments (without the program's name), the environment and the configuration file that one of them names.
/// The command line wins over the environment, that over the file, that over the defaults; a list is replaced as a
/// whole. docs/configuration.md says what there is. Not thread-safe against changes of the file.
[[nodiscard]] std::expected<Command, Stop> read_command_line(std::span<const std::string> arguments,
                                                             const Surroundings& surroundings);

/// Why `serve` must not start with these settings: an address beyond loopback would let everyone in who can reach it.
/// read_command_line has asked already. Goes away for doors that authenticate.
[[nodiscard]] std::optional<std::string> exposure_refusal(const ServeOptions& options);

}  // namespace tally::config

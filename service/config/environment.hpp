#pragma once

#include <expected>
#include <map>
#include <string>
#include <vector>

#include "settings_table.hpp"

namespace tally::config {

/// The variable that names the configuration file.
inline constexpr std::string_view config_variable = "TALLY_CONFIG";

/// The settings among the variables. An empty variable counts as not set, so that a compose file can pass one on.
[[nodiscard]] std::expected<std::vector<GivenSetting>, std::string> settings_in_environment(
    const std::map<std::string, std::string>& environment);

}  // namespace tally::config

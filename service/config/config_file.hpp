#pragma once

#include <expected>
#include <string>
#include <vector>

#include "settings_table.hpp"

namespace tally::config {

/// The settings in a TOML file. The sentence names the file and the line of the first thing that is wrong: syntax, an
/// unknown section or member, a value of the wrong type.
[[nodiscard]] std::expected<std::vector<GivenSetting>, std::string> settings_in_file(const std::string& path);

}  // namespace tally::config

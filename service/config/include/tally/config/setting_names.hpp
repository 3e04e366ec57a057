#pragma once

#include <string_view>
#include <vector>

namespace tally::config {

/// One setting under its three names; docs/configuration.md is held against this.
struct SettingNames {
  std::string_view flag;         ///< --listen
  std::string_view environment;  ///< TALLY_LISTEN
  std::string_view member;       ///< server.listen: section and member of the configuration file
  std::string_view default_text;
  std::string_view values;  ///< what may be given: "a duration from 1s to 10m"
};

[[nodiscard]] std::vector<SettingNames> all_settings();

/// Variables that begin with TALLY_ and are no settings: read elsewhere, so not refused as unknown.
[[nodiscard]] std::vector<std::string_view> other_variables();

}  // namespace tally::config

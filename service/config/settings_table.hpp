#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tally/config/options.hpp"
#include "tally/config/setting_names.hpp"

namespace tally::config {

/// How a setting's values are spelled in the three places.
enum class Shape {
  flag,  ///< no value on the command line, true or false elsewhere
  one,   ///< one value
  list,  ///< repeated on the command line, separated by commas in the environment, a list or one string in the file
  map,   ///< a list of name=value; a table in the file
};

struct Setting {
  SettingNames names;
  std::string_view help;
  Shape shape = Shape::one;
  bool for_every_command = false;  ///< else its command-line option is known to `serve` alone
  bool is_secret = false;          ///< never repeated in a message
  bool (*apply)(std::span<const std::string> values,
                ServeOptions& options) = nullptr;  ///< false: values are not allowed
};

[[nodiscard]] std::span<const Setting> settings_table();

/// A setting that was given, and where, for messages.
struct GivenSetting {
  const Setting* setting = nullptr;
  std::vector<std::string> values;
  std::string where;  ///< "--term", "TALLY_TERM", "tally.toml:3: server.term"
};

/// Lays what one place says over what less important places said; the sentence is what is wrong.
[[nodiscard]] std::expected<void, std::string> apply_all(std::span<const GivenSetting> given, ServeOptions& options);

}  // namespace tally::config

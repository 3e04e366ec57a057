#include "environment.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "tally/config/command_line.hpp"

namespace tally::config {
namespace {

constexpr std::string_view prefix = "TALLY_";

constexpr std::array<std::string_view, 2> read_elsewhere{"TALLY_CONFIG", "TALLY_POSTGRES_BINDIR"};

/// Kubernetes and Docker links make such variables for a service that is called "tally"; they are nobody's mistake.
bool is_from_service_discovery(std::string_view name) {
  return name == "TALLY_PORT" || name == "TALLY_NAME" || name.starts_with("TALLY_PORT_") ||
         name.starts_with("TALLY_SERVICE_") || name.starts_with("TALLY_ENV_");
}

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end = text.find(','); end != std::string::npos; end = text.find(',', begin)) {
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

}  // namespace

std::vector<std::string_view> other_variables() { return {read_elsewhere.begin(), read_elsewhere.end()}; }

std::expected<std::vector<GivenSetting>, std::string> settings_in_environment(
    const std::map<std::string, std::string>& environment) {
  std::vector<GivenSetting> given;
  for (const auto& [name, value] : environment) {
    if (!name.starts_with(prefix) || std::ranges::find(read_elsewhere, name) != read_elsewhere.end()) continue;
    const auto table = settings_table();
    const auto setting = std::ranges::find(table, name, [](const Setting& one) { return one.names.environment; });
    if (setting == table.end() && is_from_service_discovery(name)) continue;
    if (setting == table.end()) return std::unexpected{name + ": unknown environment variable"};
    if (value.empty()) continue;
    const bool is_one = setting->shape == Shape::one || setting->shape == Shape::flag;
    given.push_back({&*setting, is_one ? std::vector{value} : split_at_commas(value), name});
  }
  return given;
}

Surroundings surroundings_of_this_process() {
  Surroundings surroundings;
  surroundings.is_root = geteuid() == 0;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text{*entry};
    const auto equals = text.find('=');
    if (equals == std::string_view::npos || !text.starts_with(prefix)) continue;
    surroundings.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return surroundings;
}

}  // namespace tally::config

#include "tally/engine/settings_rules.hpp"

#include <algorithm>
#include <array>
#include <ranges>

#include "tally/model/names.hpp"

namespace tally::engine {
namespace {

// docsvision-storageserver, 2.1: the session properties, without those that a client may send.
constexpr std::array<std::string_view, 41> server_owned{"AccountName",
                                                        "BaseReadOnly",
                                                        "BaseVersion",
                                                        "CacheMode",
                                                        "CardPoolSize",
                                                        "ClearCacheFrom",
                                                        "ConnectAddress",
                                                        "CurrentUserID",
                                                        "CustomOperationsTimeout",
                                                        "DatabaseType",
                                                        "EmployeeID",
                                                        "ExpirationDate",
                                                        "ExtendedMetadata",
                                                        "Features",
                                                        "FolderUnreadCountLimit",
                                                        "FullTextSearchEnabled",
                                                        "IsAdmin",
                                                        "IsArchiveOperator",
                                                        "IsPowerUser",
                                                        "IsSecurityAdmin",
                                                        "IsSQCreator",
                                                        "Languages",
                                                        "License",
                                                        "Logging",
                                                        "NetworkControlEnabled",
                                                        "PageSize",
                                                        "ReplState",
                                                        "ServerID",
                                                        "ServerName",
                                                        "ServerTime",
                                                        "ServerUrl",
                                                        "ServerVersion",
                                                        "SessionID",
                                                        "SimpleOperationsTimeout",
                                                        "Timeout",
                                                        "UpdateLimit",
                                                        "UserID",
                                                        "UseSectionDelayedRefresh",
                                                        "UseStreaming",
                                                        "Offline",
                                                        "LoginTime"};

// The connection is counted by them, so they stay what they were at log-in (design rule 7).
constexpr std::array<std::string_view, 3> fixed_at_login{"BaseName", "ComputerAddress", "ComputerName"};

bool is_any_of(std::string_view name, std::span<const std::string_view> names) {
  return std::ranges::any_of(names, [&](auto known) { return model::equal_ignoring_case(known, name); });
}

model::Refusal invalid(std::string what) { return {model::ErrorCode::invalid_settings, std::move(what)}; }

std::optional<model::Refusal> flaw_of(const model::Settings& settings) {
  if (settings.size() > settings_max) return invalid("more than " + std::to_string(settings_max) + " settings");
  std::size_t bytes = 0;
  for (const auto& setting : settings) {
    if (setting.name.empty()) return invalid("a setting has no name");
    if (setting.name.size() > setting_name_bytes_max) return invalid("the name of a setting is too long");
    bytes += setting.value.size() + setting.type.size();
  }
  if (bytes > settings_value_bytes_max) return invalid("the settings are too long");
  return std::nullopt;
}

model::Setting* find(model::Settings& settings, std::string_view name) {
  const auto found =
      std::ranges::find_if(settings, [&](const auto& s) { return model::equal_ignoring_case(s.name, name); });
  return found == settings.end() ? nullptr : &*found;
}

void put(model::Settings& settings, const model::Setting& setting) {
  if (auto* known = find(settings, setting.name)) {
    known->type = setting.type;
    known->value = setting.value;
  } else {
    settings.push_back(setting);
  }
}

}  // namespace

bool is_server_owned(std::string_view name) { return is_any_of(name, server_owned); }

std::expected<model::Settings, model::Refusal> accepted_at_login(const model::Settings& sent) {
  if (auto flaw = flaw_of(sent)) return std::unexpected{*flaw};
  model::Settings accepted;
  for (const auto& setting : sent) {
    if (is_server_owned(setting.name)) {
      if (setting.read_only) continue;
      return std::unexpected{invalid("the server alone sets " + setting.name)};
    }
    put(accepted, setting);
  }
  return accepted;
}

std::expected<model::Settings, model::Refusal> merged(const model::Settings& current, const model::Settings& sent) {
  auto accepted = accepted_at_login(sent);
  if (!accepted) return accepted;
  model::Settings result = current;
  for (const auto& setting : *accepted) {
    const auto* known = find(result, setting.name);
    const bool fixed = is_any_of(setting.name, fixed_at_login) || (known != nullptr && known->read_only);
    if (fixed && known != nullptr && known->value == setting.value) continue;
    if (fixed && setting.read_only) continue;
    if (fixed) return std::unexpected{invalid(setting.name + " can't be changed after log-in")};
    put(result, setting);
  }
  if (auto flaw = flaw_of(result)) return std::unexpected{*flaw};
  return result;
}

const std::string* value_of(const model::Settings& settings, std::string_view name) {
  const auto found =
      std::ranges::find_if(settings, [&](const auto& s) { return model::equal_ignoring_case(s.name, name); });
  return found == settings.end() ? nullptr : &found->value;
}

}  // namespace tally::engine

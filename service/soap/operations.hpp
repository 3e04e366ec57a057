#pragma once

#include <array>
#include <string_view>

namespace tally::soap {

/// Every operation of the contract.
inline constexpr std::array operation_names{
#define OPERATION(Name) std::string_view{#Name},
#include "operations.inc"
#undef OPERATION
};

/// Those that are carried out; the others answer NotImplemented and are marked on the help page.
inline constexpr std::array<std::string_view, 13> built_operations{
    "SessionLogin",          "SessionLoginEx",        "SessionLogout",
    "SessionTerminate",      "SessionKeepAlive",      "SessionGetSettings",
    "SessionSetSettings",    "SessionGetList",        "SessionUpdateOfflineState",
    "IncrementFeatureUsage", "DecrementFeatureUsage", "HealthCheck",
    "GetServerDateTime"};

}  // namespace tally::soap

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tally/model/settings.hpp"

namespace tally::usage {

/// What a session is, in the words of 4D's commands. It decides which members are told of it (4d-license-usage, 3).
enum class SessionKind : std::uint8_t { remote, stored_procedure, web, rest, sql };

inline constexpr std::array all_session_kinds{SessionKind::remote, SessionKind::stored_procedure, SessionKind::web,
                                              SessionKind::rest, SessionKind::sql};

[[nodiscard]] std::string_view name_of(SessionKind kind);
/// In any letter case.
[[nodiscard]] std::optional<SessionKind> session_kind_named(std::string_view name);

/// What is said when a place was taken without a reason.
[[nodiscard]] std::string_view usual_reason(SessionKind kind);

// Names of a session's settings that say what its kind needs besides user, computer and address.
inline constexpr std::string_view kind_setting = "SessionType";
inline constexpr std::string_view system_user_setting = "SystemUserName";
inline constexpr std::string_view host_type_setting = "HostType";
inline constexpr std::string_view persistent_id_setting = "PersistentID";
inline constexpr std::string_view user_agent_setting = "UserAgent";
inline constexpr std::string_view sql_user_id_setting = "SQLUserID";
inline constexpr std::string_view datastore_setting = "IsDatastore";

/// Of a session whose settings don't say it, and of a named user: remote.
[[nodiscard]] SessionKind kind_of(const model::Settings& settings);

}  // namespace tally::usage

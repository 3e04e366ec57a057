#pragma once

#include <expected>

#include "event_logger.hpp"
#include "failure.hpp"
#include "tally/config/options.hpp"

namespace tally {

// The commands of the command line other than serve. Each prints its result on stdout.

[[nodiscard]] std::expected<void, Failure> migrate(const config::Migrate& command, EventLogger& events);
[[nodiscard]] std::expected<void, Failure> check_catalog(const config::CatalogCheck& command);
[[nodiscard]] std::expected<void, Failure> import_catalog(const config::CatalogImport& command, EventLogger& events);
[[nodiscard]] std::expected<void, Failure> export_catalog(const config::CatalogExport& command, EventLogger& events);
[[nodiscard]] std::expected<void, Failure> list_sessions(const config::SessionList& command, EventLogger& events);
[[nodiscard]] std::expected<void, Failure> end_session(const config::SessionEnd& command, EventLogger& events);
[[nodiscard]] std::expected<void, Failure> report_usage(const config::UsageReport& command, EventLogger& events);
[[nodiscard]] std::expected<void, Failure> report_history(const config::HistoryReport& command, EventLogger& events);
[[nodiscard]] std::expected<void, Failure> add_user(const config::UserAdd& command, EventLogger& events);
[[nodiscard]] std::expected<void, Failure> set_password(const config::UserSetPassword& command, EventLogger& events);
[[nodiscard]] std::expected<void, Failure> remove_user(const config::UserRemove& command, EventLogger& events);
[[nodiscard]] std::expected<void, Failure> list_users(const config::UserList& command, EventLogger& events);
[[nodiscard]] std::expected<void, Failure> add_key(const config::KeyAdd& command, EventLogger& events);
[[nodiscard]] std::expected<void, Failure> revoke_key(const config::KeyRevoke& command, EventLogger& events);
[[nodiscard]] std::expected<void, Failure> list_keys(const config::KeyList& command, EventLogger& events);

}  // namespace tally

#include "session_kind.hpp"

#include "tally/engine/settings_rules.hpp"
#include "tally/model/names.hpp"

namespace tally::usage {

std::string_view name_of(SessionKind kind) {
  switch (kind) {
    case SessionKind::remote: return "remote";
    case SessionKind::stored_procedure: return "storedProcedure";
    case SessionKind::web: return "web";
    case SessionKind::rest: return "rest";
    case SessionKind::sql: return "sql";
  }
  return "unknown";
}

std::optional<SessionKind> session_kind_named(std::string_view name) {
  for (const auto kind : all_session_kinds) {
    if (model::equal_ignoring_case(name_of(kind), name)) return kind;
  }
  return std::nullopt;
}

std::string_view usual_reason(SessionKind kind) {
  switch (kind) {
    case SessionKind::remote: return "CLIENT";
    case SessionKind::stored_procedure: return "PROCEDURE";
    case SessionKind::web: return "WEB";
    case SessionKind::rest: return "REST";
    case SessionKind::sql: return "SQL";
  }
  return "unknown";
}

SessionKind kind_of(const model::Settings& settings) {
  const auto* named = engine::value_of(settings, kind_setting);
  return named != nullptr ? session_kind_named(*named).value_or(SessionKind::remote) : SessionKind::remote;
}

}  // namespace tally::usage

#include "tally/common/error_table.hpp"

#include <algorithm>
#include <array>

namespace tally::common {
namespace {

using model::ErrorCode;

constexpr std::array<ErrorRow, model::all_error_codes.size()> rows{{
    {ErrorCode::internal_failure, "internal_failure", 28672, "InternalFailure", 500, false,
     "The server met a mistake of its own, or the database refused the command's data.",
     "Look for the request id in the log and report it."},
    {ErrorCode::invalid_session, "invalid_session", 28673, "InvalidSession", 404, false,
     "The session id is unknown, or the session was closed, ended by an administrator, or idle for too long.",
     "Log in again."},
    {ErrorCode::feature_limit, "feature_limit", 28674, "FeatureLimit", 409, true,
     "All places of the license option are taken.", "Wait until a place is given back, or buy more."},
    {ErrorCode::access_denied, "access_denied", 28675, "AccessDenied", 403, false,
     "The operation is for administrators, and the caller is not known to be one.",
     "Call through a trusted proxy as an administrator, or use the command line."},
    {ErrorCode::connection_limit, "connection_limit", 28676, "ConnectionLimit", 409, true,
     "All licensed connections are taken.", "Wait until a user leaves, or buy more."},
    {ErrorCode::unknown_feature, "unknown_feature", 28677, "UnknownFeature", 404, false,
     "No license of the account that is valid now has this option.", "Check the option's id and the license's dates."},
    {ErrorCode::not_implemented, "not_implemented", 28678, "NotImplemented", 501, false,
     "The operation is documented but this version does not have it.", "See docs/compatibility.md."},
    {ErrorCode::server_busy, "busy", 28679, "ServerBusy", 503, true,
     "The server can't take the command now; nothing was done.", "Repeat it after the time named in Retry-After."},
    {ErrorCode::invalid_settings, "invalid_settings", 28680, "InvalidSettings", 422, false,
     "The settings text can't be read, is too long, or sets what only the server sets.", "Correct the settings."},
    {ErrorCode::unknown_database, "unknown_database", 28681, "UnknownDatabase", 404, false,
     "The database alias of the log-in belongs to no account.", "Check [soap] databases and the catalogue."},
    {ErrorCode::idempotency_conflict, "idempotency_conflict", 28682, "IdempotencyConflict", 422, false,
     "The idempotency key was used before for a different command.", "Use a new key for a new command."},
    {ErrorCode::session_offline, "session_offline", 28683, "SessionOffline", 409, false, "The session is offline.",
     "Bring it online first."},
    {ErrorCode::outcome_unknown, "outcome_unknown", 28684, "OutcomeUnknown", 504, true,
     "The connection to the database was lost while the command was being written: it may have been carried out or "
     "not.",
     "With an idempotency key, repeat the command to hear the answer; without one, look at the state first."},
    {ErrorCode::catalog_conflict, "catalog_conflict", 28685, "CatalogConflict", 409, false,
     "The catalogue would remove what is held, lower a maximum below use, or change what a counter counts.",
     "Correct the catalogue, or force the change."},
    {ErrorCode::number_taken, "number_taken", 28686, "NumberTaken", 409, false,
     "The number, or one of the range, is taken already.", "Take another number, or the first free one."},
    {ErrorCode::number_out_of_bounds, "number_out_of_bounds", 28687, "NumberOutOfBounds", 409, false,
     "The number, or one of the range, lies outside the numerator's bounds.",
     "Take a number within the bounds, or move them."},
    {ErrorCode::no_free_number, "no_free_number", 28688, "NoFreeNumber", 409, true,
     "All numbers within the numerator's bounds are taken.", "Wait until a number is released, or move the bounds."},
    {ErrorCode::invalid_number, "invalid_number", 28689, "InvalidNumber", 422, false,
     "The number is not taken, the id is none of a number of this zone, or a range ends before it begins.",
     "Look at the number's status, and at the order of the range."},
    {ErrorCode::bounds_in_use, "bounds_in_use", 28690, "BoundsInUse", 409, false,
     "The new bound would leave taken numbers outside.", "Release them, or force the change."},
    {ErrorCode::locked, "locked", 28691, "Locked", 409, true, "Somebody else has locked the object.",
     "Wait until it is unlocked; LockGetInfo tells who has it."},
    {ErrorCode::invalid_cursor, "invalid_cursor", 28692, "InvalidCursor", 404, false,
     "The cursor is unknown to the session: it was closed, or the server was started anew.", "Ask for the data again."},
    {ErrorCode::unknown_user, "unknown_user", 28693, "UnknownUser", 404, false,
     "The account knows no user of this name or profile id: nobody logged in so yet.", "Check the name."},
    {ErrorCode::resource_limit, "resource_limit", 28694, "ResourceLimit", 409, false,
     "A limit that keeps the server well is reached: see docs/numerators-and-locks.md.",
     "Release what is not needed, or ask for less at once."},
    {ErrorCode::invalid_parameter, "invalid_parameter", 28695, "InvalidParameter", 422, false,
     "A name is too long or has control characters, a list of items can't be read, or a cursor has no such page.",
     "Correct the request."},
    {ErrorCode::invalid_bounds, "invalid_bounds", 28696, "InvalidBounds", 422, false,
     "The left bound would lie above the right one.", "Move the other bound first."},
}};

}  // namespace

const ErrorRow& error_row(ErrorCode code) { return *std::ranges::find(rows, code, &ErrorRow::code); }

}  // namespace tally::common

#pragma once

#include <array>

namespace tally::model {

/// Everything a caller can be told besides success. No protocol lives here: service/common/error_table.cpp maps a code
/// to its SOAP number and name, its HTTP status and its words.
///
/// To add one: append it here and to all_error_codes, add its row to the table (the compiler lists the switches that
/// forgot it), document it in docs/errors.md (a test compares), and never reuse a retired number.
enum class ErrorCode {
  internal_failure,
  invalid_session,
  feature_limit,
  access_denied,
  connection_limit,
  unknown_feature,
  not_implemented,
  server_busy,
  invalid_settings,
  unknown_database,
  idempotency_conflict,
  session_offline,
  outcome_unknown,
  catalog_conflict,
  number_taken,
  number_out_of_bounds,
  no_free_number,
  invalid_number,
  bounds_in_use,
  locked,
  invalid_cursor,
  unknown_user,
  resource_limit,
  invalid_parameter,
  invalid_bounds,
};

inline constexpr std::array all_error_codes{
    ErrorCode::internal_failure,     ErrorCode::invalid_session,
    ErrorCode::feature_limit,        ErrorCode::access_denied,
    ErrorCode::connection_limit,     ErrorCode::unknown_feature,
    ErrorCode::not_implemented,      ErrorCode::server_busy,
    ErrorCode::invalid_settings,     ErrorCode::unknown_database,
    ErrorCode::idempotency_conflict, ErrorCode::session_offline,
    ErrorCode::outcome_unknown,      ErrorCode::catalog_conflict,
    ErrorCode::number_taken,         ErrorCode::number_out_of_bounds,
    ErrorCode::no_free_number,       ErrorCode::invalid_number,
    ErrorCode::bounds_in_use,        ErrorCode::locked,
    ErrorCode::invalid_cursor,       ErrorCode::unknown_user,
    ErrorCode::resource_limit,       ErrorCode::invalid_parameter,
    ErrorCode::invalid_bounds,
};

}  // namespace tally::model

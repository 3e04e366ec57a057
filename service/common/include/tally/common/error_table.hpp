#pragma once

#include <string_view>

#include "tally/model/error_code.hpp"

namespace tally::common {

/// What one error is called at each door, and what docs/errors.md says of it.
struct ErrorRow {
  model::ErrorCode code;
  std::string_view word;  ///< REST's `code`
  int soap_number;        ///< never reused; 28672 and up are ours, since the vendor's are not published
  std::string_view soap_name;
  unsigned http_status;
  bool retryable;  ///< the same request may succeed later
  std::string_view cause;
  std::string_view remedy;
};

/// The row of a code. Every code has one.
[[nodiscard]] const ErrorRow& error_row(model::ErrorCode code);

}  // namespace tally::common

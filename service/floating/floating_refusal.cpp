#include "floating_refusal.hpp"

#include <string>

#include "tally/common/error_table.hpp"
#include "tally/common/json_text.hpp"

namespace tally::floating {
namespace {

using model::ErrorCode;

/// What the table says to people ends with a dot; clients' texts do not.
std::string_view without_dot(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  return text;
}

}  // namespace

http::Response refusal(unsigned status, std::string_view code, std::string_view message, std::string_view label) {
  http::Response response{
      .status = status, .content_type = "application/json", .headers = {}, .body = {}, .label = label};
  response.body.append("{\"status\":").append(std::to_string(status)).append(",\"code\":\"").append(code);
  response.body.append("\",\"message\":");
  common::append_json_text(response.body, message);
  response.body += '}';
  if (status == 503 || status == 429) response.headers.emplace_back("Retry-After", "1");
  return response;
}

http::Response refusal(const model::Refusal& refused, std::string_view label) {
  const common::ErrorRow& row = common::error_row(refused.code);
  if (refused.code == ErrorCode::internal_failure) return refusal(500, "internal_error", without_dot(row.cause), label);
  const std::string_view message = refused.detail.empty() ? without_dot(row.cause) : std::string_view{refused.detail};
  // Only a caller with too many idempotency keys is told more than that the server is busy.
  const bool too_many_keys = refused.code == ErrorCode::server_busy && !refused.detail.empty();
  return refusal(too_many_keys ? 429 : row.http_status, row.word, message, label);
}

http::Response refusal_by_status(unsigned status) {
  constexpr std::string_view label = "floating";
  switch (status) {
    case 401: return refusal(status, "unauthenticated", "credentials are missing, wrong, or not valid any more", label);
    case 403: return refusal(model::Refusal{ErrorCode::access_denied, {}}, label);
    case 408: return refusal(status, "request_timeout", "the request came too slowly", label);
    case 413: return refusal(status, "payload_too_large", "the body is too long", label);
    case 429: return refusal(status, "busy", "wrong credentials came too often", label);
    case 431: return refusal(status, "header_too_large", "the header is too long", label);
    case 500: return refusal(model::Refusal{ErrorCode::internal_failure, {}}, label);
    case 503: return refusal(model::Refusal{ErrorCode::server_busy, {}}, label);
    case 504: return refusal(model::Refusal{ErrorCode::outcome_unknown, {}}, label);
    default: return refusal(status, "bad_request", "the request can't be read", label);
  }
}

}  // namespace tally::floating

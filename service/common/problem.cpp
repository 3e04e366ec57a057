#include "tally/common/problem.hpp"

#include <string>

#include "tally/common/error_table.hpp"
#include "tally/common/json_text.hpp"

namespace tally::common {
namespace {

void append_member(std::string& json, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  json.append(",\"").append(name).append("\":");
  append_json_text(json, value);
}

Problem problem_of(unsigned status) {
  switch (status) {
    case 400: return {status, "bad_request", "malformed request"};
    case 401: return {status, "unauthenticated", "credentials are missing, wrong, or not valid any more"};
    case 403: return {status, "access_denied", error_row(model::ErrorCode::access_denied).cause};
    case 404: return {status, "not_found", "nothing is here"};
    case 405: return {status, "method_not_allowed", "this method is not for this path"};
    case 408: return {status, "request_timeout", "the request came too slowly"};
    case 413: return {status, "payload_too_large", "the body is too long"};
    case 417: return {status, "bad_request", "unknown expectation"};
    case 429: return {status, "busy", "wrong credentials came too often"};
    case 431: return {status, "header_too_large", "the header is too long"};
    case 501: return {status, "bad_request", "unknown transfer coding"};
    case 503: return {status, "busy", "too much to do: come again"};
    case 504: return {status, "outcome_unknown", "whether the request was carried out is not known"};
    default: return {status, "internal_failure", "the request was not answered"};
  }
}

}  // namespace

http::Response problem(const Problem& problem, std::string_view label) {
  http::Response response{
      .status = problem.status, .content_type = "application/problem+json", .headers = {}, .body = {}, .label = label};
  std::string& json = response.body;
  json = "{\"type\":\"about:blank\",\"title\":";
  append_json_text(json, problem.title);
  json.append(",\"status\":").append(std::to_string(problem.status));
  append_member(json, "code", problem.code);
  append_member(json, "detail", problem.detail);
  append_member(json, "productCode", problem.product_code);
  json += '}';
  if (problem.status == 503 || problem.status == 429) response.headers.emplace_back("Retry-After", "1");
  return response;
}

http::Response problem(const model::Refusal& refused, std::string_view label) {
  const ErrorRow& row = error_row(refused.code);
  // Only a caller with too many idempotency keys is told more than that the server is busy.
  const bool too_many_keys = refused.code == model::ErrorCode::server_busy && !refused.detail.empty();
  return problem({.status = too_many_keys ? 429 : row.http_status,
                  .code = row.word,
                  .title = row.cause,
                  .detail = refused.detail,
                  .product_code = refused.product},
                 label);
}

http::Response problem(unsigned status, std::string_view label) { return problem(problem_of(status), label); }

http::Response invalid_request(std::string_view detail, std::string_view label, std::string_view product_code) {
  return problem({.status = 400,
                  .code = "validation_error",
                  .title = "the request has what can't be",
                  .detail = detail,
                  .product_code = product_code},
                 label);
}

http::Response other_site_problem(std::string_view label) {
  return problem({.status = 403, .code = "access_denied", .title = "pages of another site may not ask for this"},
                 label);
}

http::Response method_problem(std::string_view allowed, std::string_view label) {
  http::Response response = problem(405, label);
  response.headers.emplace_back("Allow", allowed);
  return response;
}

}  // namespace tally::common

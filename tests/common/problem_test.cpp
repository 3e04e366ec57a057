#include "tally/common/problem.hpp"

#include <catch2/catch.hpp>

#include "tally/common/error_table.hpp"
#include "tally/common/json_text.hpp"

namespace tally::common::test {
namespace {

std::string header_of(const http::Response& response, std::string_view name) {
  for (const auto& [known, value] : response.headers) {
    if (known == name) return value;
  }
  return {};
}

}  // namespace

TEST_CASE("a problem document tells what it knows and leaves out the rest", "[common]") {
  const auto full = problem({.status = 409,
                             .code = "feature_limit",
                             .title = "All places are taken.",
                             .detail = "of \"x\"\n",
                             .product_code = "UNATT"},
                            "usage");
  CHECK(full.status == 409);
  CHECK(full.content_type == "application/problem+json");
  CHECK(full.label == "usage");
  CHECK(full.body == R"({"type":"about:blank","title":"All places are taken.","status":409,"code":"feature_limit",)"
                     R"("detail":"of \"x\"\n","productCode":"UNATT"})");
  CHECK(problem({.status = 400, .code = "c", .title = "t"}, "usage").body ==
        R"({"type":"about:blank","title":"t","status":400,"code":"c"})");
}

TEST_CASE("what the engine refused has its word, status and cause in the document", "[common]") {
  for (const auto code : model::all_error_codes) {
    const ErrorRow& row = error_row(code);
    const auto response = problem(model::Refusal{code, {}}, "usage");
    CHECK(response.status == row.http_status);
    CHECK(response.body.find("\"code\":\"" + std::string{row.word} + "\"") != std::string::npos);
    std::string title;
    append_json_text(title, row.cause);
    CHECK(response.body.find("\"title\":" + title) != std::string::npos);
    CHECK(header_of(response, "Retry-After") == (row.http_status == 503 ? "1" : ""));
  }
}

TEST_CASE("a caller with too many idempotency keys is told so, and to come again", "[common]") {
  const auto response = problem(model::Refusal{model::ErrorCode::server_busy, "too many keys"}, "usage");
  CHECK(response.status == 429);
  CHECK(header_of(response, "Retry-After") == "1");
}

TEST_CASE("a status alone has words and a code", "[common]") {
  const auto [status, code] = GENERATE(table<unsigned, const char*>({{400, "bad_request"},
                                                                     {404, "not_found"},
                                                                     {405, "method_not_allowed"},
                                                                     {408, "request_timeout"},
                                                                     {413, "payload_too_large"},
                                                                     {417, "bad_request"},
                                                                     {431, "header_too_large"},
                                                                     {500, "internal_failure"},
                                                                     {501, "bad_request"},
                                                                     {503, "busy"},
                                                                     {504, "outcome_unknown"}}));
  const auto response = problem(status, "front");
  CHECK(response.status == status);
  CHECK(response.body.ends_with("\"status\":" + std::to_string(status) + ",\"code\":\"" + code + "\"}"));
  CHECK(header_of(method_problem("GET, HEAD", "front"), "Allow") == "GET, HEAD");
}

}  // namespace tally::common::test

#include "tally/openapi/openapi_door.hpp"

#include <catch2/catch.hpp>

#include "asked_door.hpp"
#include "tally/openapi/document.hpp"

namespace tally::openapi::test {
namespace {

using common::test::SentRequest;

http::Response asked(const SentRequest& request) {
  OpenApiDoor door;
  common::test::FakeIoThread thread;
  return common::test::answer_of(door, thread, request);
}

}  // namespace

TEST_CASE("the document is read at its one path, by any Tally", "[openapi]") {
  OpenApiDoor door;
  CHECK(door.owns("/openapi.json"));
  for (const auto* path : {"/", "/openapi", "/openapi.json/", "/OpenApi.json", "/openapi.yaml"})
    CHECK_FALSE(door.owns(path));
  const SentRequest request{"GET", "/openapi.json"};
  CHECK_FALSE(door.needs_writer(request.view()));
  const auto response = asked(request);
  CHECK(response.status == 200);
  CHECK(response.content_type == "application/json");
  CHECK(response.body == document);
}

TEST_CASE("the document is read, not written", "[openapi]") {
  const auto response = asked(SentRequest{GENERATE("POST", "PUT", "DELETE"), "/openapi.json"});
  CHECK(response.status == 405);
  CHECK(response.headers.front() == std::pair<std::string_view, std::string>{"Allow", "GET, HEAD"});
  CHECK(response.content_type == "application/problem+json");
}

TEST_CASE("what the HTTP server refuses there is a problem document", "[openapi]") {
  OpenApiDoor door;
  const auto busy = door.refuse(503, "/openapi.json");
  CHECK(busy.status == 503);
  CHECK(busy.content_type == "application/problem+json");
  CHECK(busy.headers.front() == std::pair<std::string_view, std::string>{"Retry-After", "1"});
  CHECK(door.refuse(413, "/openapi.json").body ==
        R"({"type":"about:blank","title":"the body is too long","status":413,"code":"payload_too_large"})");
}

}  // namespace tally::openapi::test

#include "tally/common/front.hpp"

#include <catch2/catch.hpp>

#include "answer_box.hpp"
#include "sent_request.hpp"

namespace tally::common::test {
namespace {

struct PrefixDoor final : Door {
  explicit PrefixDoor(std::string path_prefix) : prefix{std::move(path_prefix)} {}
  bool owns(std::string_view path) const override { return path.starts_with(prefix); }
  void handle(const http::Request&, http::Responder responder) override {
    responder.send({.status = 200, .content_type = "text/plain", .headers = {}, .body = prefix, .label = "door"});
  }
  http::Response refuse(unsigned status, std::string_view) override {
    return {
        .status = status, .content_type = "text/plain", .headers = {}, .body = "refused by " + prefix, .label = "door"};
  }
  std::string prefix;
};

Front front(Readiness readiness = [] { return std::optional<std::string>{}; }) {
  std::vector<std::unique_ptr<Door>> doors;
  for (const char* prefix : {"/a/", "/a/b/", "/c/"}) doors.push_back(std::make_unique<PrefixDoor>(prefix));
  return Front{std::move(doors), std::move(readiness)};
}

http::Response asked(Front& of, const SentRequest& request) {
  const auto box = std::make_shared<AnswerBox>();
  of.handle(request.view(), http::Responder{box});
  REQUIRE(box->answers.size() == 1);
  CHECK(box->abandoned == 0);
  return box->answers.front();
}

std::string header_of(const http::Response& response, std::string_view name) {
  for (const auto& [known, value] : response.headers) {
    if (known == name) return value;
  }
  return {};
}

}  // namespace

TEST_CASE("a request is shown to the first door that owns its path", "[common]") {
  Front doors = front();
  CHECK(asked(doors, SentRequest{"GET", "/a/x"}).body == "/a/");
  CHECK(asked(doors, SentRequest{"GET", "/a/b/x"}).body == "/a/");
  CHECK(asked(doors, SentRequest{"POST", "/c/"}).body == "/c/");
}

TEST_CASE("a path of no door is 404 with a problem document", "[common]") {
  Front doors = front();
  const auto path = GENERATE("/", "/d", "*", "/health", "/health/", "/health/other", "/healthy", "/HEALTH/live");
  const auto response = asked(doors, SentRequest{"GET", path});
  CHECK(response.status == 404);
  CHECK(response.content_type == "application/problem+json");
  CHECK(response.body == R"({"type":"about:blank","title":"nothing is here","status":404})");
}

TEST_CASE("/health/live is 200 while the process answers, whatever its readiness", "[common]") {
  Front doors = front([] { return std::optional<std::string>{"stopping"}; });
  const auto response = asked(doors, SentRequest{"GET", "/health/live"});
  CHECK(response.status == 200);
  CHECK(response.body == R"({"status":"live"})");
  CHECK(header_of(response, "Cache-Control") == "no-store");
}

TEST_CASE("/health/ready tells the role, or why it is not ready", "[common]") {
  std::optional<std::string> reason;
  Front doors = front([&] { return reason; });
  const auto ready = asked(doors, SentRequest{"HEAD", "/health/ready"});
  CHECK(ready.status == 200);
  CHECK(ready.content_type == "application/json");
  CHECK(ready.body == R"({"status":"ready","role":"writer"})");

  reason = "the database does not answer";
  const auto unready = asked(doors, SentRequest{"GET", "/health/ready"});
  CHECK(unready.status == 503);
  CHECK(unready.body == R"({"status":"not ready","reason":"the database does not answer"})");
  CHECK(header_of(unready, "Retry-After") == "1");

  reason.reset();
  CHECK(asked(doors, SentRequest{"GET", "/health/ready"}).status == 200);
}

TEST_CASE("/health is read, not written", "[common]") {
  Front doors = front();
  const auto response = asked(doors, SentRequest{GENERATE("POST", "PUT", "BREW"), "/health/live"});
  CHECK(response.status == 405);
  CHECK(header_of(response, "Allow") == "GET, HEAD");
}

TEST_CASE("what the server refuses is worded by the door whose path was asked", "[common]") {
  Front doors = front();
  CHECK(doors.refuse(413, "/c/x").body == "refused by /c/");
  const auto response = doors.refuse(GENERATE(400U, 408U, 413U, 417U, 431U, 500U, 501U, 503U), GENERATE("", "/d"));
  CHECK(response.content_type == "application/problem+json");
  CHECK(response.body.find("\"status\":" + std::to_string(response.status) + "}") != std::string::npos);
  CHECK(header_of(response, "Retry-After") == (response.status == 503 ? "1" : ""));
}

}  // namespace tally::common::test

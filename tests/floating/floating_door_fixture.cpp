#include "floating_door_fixture.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "tally/catalog_json/catalog_reader.hpp"

namespace tally::floating::test {

SentRequest post(const std::string& path, std::string body) {
  return SentRequest{"POST", "/api/v4/" + path}.header("Content-Type", "application/json").body(std::move(body));
}

SentRequest get(const std::string& path, std::string query) {
  SentRequest request{"GET", path};
  if (!query.empty()) request.query(std::move(query));
  return request;
}

std::string sample_catalog() {
  std::ifstream file{SAMPLE_CATALOG_PATH};
  return {std::istreambuf_iterator<char>{file}, {}};
}

FloatingDoorUnderTest::FloatingDoorUnderTest(config::FloatingOptions options, const std::string& text) {
  auto catalog = catalog_json::parse_catalog(text);
  REQUIRE(catalog.has_value());
  REQUIRE(engine_.start());
  REQUIRE(engine_
              .ask(engine::ImportCatalog{.catalog = std::make_shared<model::Catalog>(std::move(*catalog)),
                                         .file_hash = "hash"})
              .has_value());
  door_ = std::make_unique<FloatingDoor>(
      std::move(options), identification_,
      std::make_unique<common::OperationRunner>(thread_, engine_.writer(), std::chrono::seconds{30}),
      [this] { return unready_; });
}

FloatingDoorUnderTest::~FloatingDoorUnderTest() { engine_.writer().stop(std::chrono::seconds{5}); }

http::Response FloatingDoorUnderTest::answer_to(const SentRequest& request) {
  return common::test::answer_of(*door_, thread_, request);
}

boost::json::value FloatingDoorUnderTest::success(const SentRequest& request) {
  const auto response = answer_to(request);
  CAPTURE(response.body);
  REQUIRE(response.status == 200);
  REQUIRE(response.content_type == "application/json");
  return boost::json::parse(response.body);
}

std::int64_t FloatingDoorUnderTest::consumed(const std::string& body) {
  return success(post("add_consumption", body)).at("total_consumptions").as_int64();
}

std::string FloatingDoorUnderTest::refusal_of(const SentRequest& request) {
  const auto response = answer_to(request);
  CAPTURE(response.body);
  REQUIRE(response.status >= 400);
  CHECK(response.content_type == "application/json");
  const auto body = boost::json::parse(response.body).as_object();
  CHECK(body.size() == 3);
  CHECK(body.at("status").as_int64() == response.status);
  CHECK_FALSE(body.at("message").as_string().empty());
  return std::to_string(response.status) + " " + std::string{body.at("code").as_string()};
}

}  // namespace tally::floating::test

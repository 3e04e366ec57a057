#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "tally/catalog_json/catalog_reader.hpp"
#include "tally/catalog_json/catalog_writer.hpp"
#include "tally/catalog_json/instant_text.hpp"

using namespace tally;
using catalog_json::parse_catalog;
using catalog_json::write_catalog;

namespace {

std::string sample_catalog() {
  std::ifstream file{SAMPLE_CATALOG_PATH};
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The first mistake, for the message of a failing test.
template<class Result>
std::string first_mistake(const Result& result) {
  return result ? "" : to_string(result.error().front());
}

}  // namespace

TEST_CASE("the sample catalogue says what the design says", "[catalog_json]") {
  const auto catalog = parse_catalog(sample_catalog());
  INFO(first_mistake(catalog));
  REQUIRE(catalog);
  REQUIRE(catalog->accounts.size() == 2);
  const auto& licenses = catalog->accounts[0].licenses;
  REQUIRE(licenses.size() == 3);
  CHECK(licenses[0].id.value == 1000);
  CHECK(licenses[0].features[0].id == model::parse_guid("da212a06-edcd-461f-8134-c5e39f1559f7"));
  CHECK(licenses[0].features[0].maximum == model::Quantity::units(10));
  CHECK(licenses[1].consumption.max_consumptions == model::Quantity::units(100));
  CHECK(licenses[1].consumption.consumption_period == "daily");
  CHECK(licenses[1].floating_timeout_s == 120 * 60);
  CHECK(licenses[1].features[0].kind == model::CounterKind::consumption);
  CHECK(licenses[2].features[0].product_id == 808464441);
  CHECK(catalog->accounts[1].tenants[0].id == "y1968");
  CHECK(catalog->accounts[1].products[2].quantity == model::Quantity::units(2));
}

TEST_CASE("what is written is read back as the same catalogue", "[catalog_json]") {
  const auto sample = parse_catalog(sample_catalog());
  REQUIRE(sample);
  CHECK(parse_catalog(write_catalog(*sample)) == sample);

  const auto full = parse_catalog(R"({"accounts": [{"id": "a \" \\ \u00e9\ud83d\ude00", "licenses": [
    {"id": 9007199254740991, "product": "p", "key": "k", "type": "consumption", "valid_from": "2026-01-01",
     "valid_until": "2027-01-01T00:00:00.000001+01:00", "max_connections": 7, "max_consumptions": 0.000001,
     "allow_overages": true, "max_overages": null, "reset_consumption": false, "consumption_period": "annually",
     "allow_unlimited_consumptions": false, "allow_negative_consumptions": false, "client_overage_settings": true,
     "floating_users": 0, "floating_timeout": 1, "enabled": false, "trial": true, "can_borrow": false,
     "max_borrow_time": 8784, "installed": false, "features": [
       {"code": "unlimited", "type": "floating", "maximum": null, "count_by": "session", "product_id": 0},
       {"code": "large", "type": "floating", "maximum": 1000000000000},
       {"code": "units", "type": "consumption", "max_consumptions": 12.5, "max_overages": 3}]}]}]})");
  INFO(first_mistake(full));
  REQUIRE(full);
  const std::string written = write_catalog(*full);
  CHECK(parse_catalog(written) == full);
  CHECK(write_catalog(*parse_catalog(written)) == written);
}

TEST_CASE("an export is pretty, in the sample's order, without absent members", "[catalog_json]") {
  const auto catalog = parse_catalog(
      R"({"accounts":[{"id":"default","licenses":[{"features":[{"type":"floating","maximum":1e1,"code":"c"}],"product":"p","id":1}]}]})");
  REQUIRE(catalog);
  CHECK(write_catalog(*catalog) == R"({
  "accounts": [
    {
      "id": "default",
      "name": "default",
      "licenses": [
        {
          "id": 1,
          "product": "p",
          "name": "p",
          "type": "perpetual",
          "features": [
            {
              "code": "c",
              "name": "c",
              "type": "floating",
              "maximum": 10
            }
          ]
        }
      ]
    }
  ]
}
)");
  CHECK(write_catalog({}) == "{\n  \"accounts\": []\n}\n");
}

TEST_CASE("quantities are exact to a millionth however they are spelled", "[catalog_json]") {
  struct Case {
    std::string written;
    std::int64_t millionths;
  };
  const auto [written, millionths] = GENERATE(values<Case>({
      {"0", 0},
      {"-0", 0},
      {"0.0", 0},
      {"0e99", 0},
      {"10", 10'000'000},
      {"0.1", 100'000},
      {"0.000001", 1},
      {"1.500000000000000000000000", 1'500'000},
      {"1e3", 1'000'000'000},
      {"1.25E+2", 125'000'000},
      {"1000e-3", 1'000'000},
      {"1e-6", 1},
      {"999999999999.999999", 999'999'999'999'999'999},
      {"1e12", 1'000'000'000'000'000'000},
  }));
  CAPTURE(written);
  const auto catalog =
      parse_catalog(R"({"accounts":[{"id":"a","products":[{"code":"c","type":"t","quantity":)" + written + "}]}]}");
  INFO(first_mistake(catalog));
  REQUIRE(catalog);
  CHECK(catalog->accounts[0].products[0].quantity.millionths() == millionths);
}

TEST_CASE("a byte order mark and Windows line ends change nothing", "[catalog_json]") {
  CHECK(parse_catalog("\xEF\xBB\xBF{\r\n\"accounts\":\r\n[] }\r\n") == model::Catalog{});
}

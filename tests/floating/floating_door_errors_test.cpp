// Every code that a floating client can be told, with its status, and what brings it about.

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "floating_door_fixture.hpp"

using namespace tally::floating::test;

namespace {

constexpr auto catalog = R"({"accounts": [{"id": "default", "licenses": [
  {"id": 1, "product": "units", "key": "K-1", "type": "consumption", "max_consumptions": 10, "features": [
    {"code": "pages", "type": "consumption", "max_consumptions": 5},
    {"code": "editor", "type": "floating", "maximum": 1}]},
  {"id": 2, "product": "fixed", "type": "consumption", "max_consumptions": 10, "allow_negative_consumptions": false,
   "features": [{"code": "pages", "type": "consumption", "allow_negative_consumptions": false}]},
  {"id": 3, "product": "plain", "type": "perpetual"},
  {"id": 4, "product": "seats", "floating_users": 1, "can_borrow": false, "features": [
    {"code": "editor", "type": "floating", "maximum": 1}]},
  {"id": 5, "product": "over", "type": "consumption", "floating_users": 1, "valid_until": "2020-01-01"},
  {"id": 6, "product": "trial", "type": "consumption", "trial": true, "valid_until": "2020-01-01"},
  {"id": 7, "product": "coming", "type": "consumption", "valid_from": "2999-01-01"},
  {"id": 8, "product": "disabled", "type": "consumption", "enabled": false},
  {"id": 9, "product": "lent", "floating_users": 1, "max_borrow_time": 1}]}]})";

struct Row {
  const char* code;
  const char* path;
  const char* body;
};

// In the order of the vendor's tables.
constexpr Row rows[] = {
    {"400 unknown_product", "add_consumption", R"({"product":"nope"})"},
    {"400 unknown_product", "register", R"({"product":"nope","user":"a"})"},
    {"400 unknown_product", "unregister", R"({"product":"nope","user":"a"})"},
    {"400 unknown_product", "unregister/all", R"({"product":"nope"})"},
    {"400 unknown_product", "addProduct", R"({"product":"nope","licenseKey":"K-1"})"},
    {"400 unknown_product", "removeProduct", R"({"product":"nope"})"},
    {"400 license_not_found", "add_consumption", R"({"product":"units","license_id":77})"},
    {"400 license_not_found", "add_consumption", R"({"product":"units","license_id":2})"},
    {"400 license_not_found", "add_consumption", R"({"product":"units","license_key":"K-2","hardware_id":"h"})"},
    {"400 license_not_found", "addProduct", R"({"product":"units","licenseKey":"K-2"})"},
    {"400 license_not_active", "add_consumption", R"({"product":"coming"})"},
    {"400 license_not_enabled", "add_consumption", R"({"product":"disabled"})"},
    {"400 license_expired", "add_consumption", R"({"product":"over"})"},
    {"400 license_expired", "register", R"({"product":"over","user":"a"})"},
    {"400 trial_expired", "add_consumption", R"({"product":"trial"})"},
    {"400 license_not_consumption", "add_consumption", R"({"product":"plain"})"},
    {"400 license_not_enough_consumptions", "add_consumption", R"({"product":"units","consumptions":11})"},
    {"400 unsupported_product_feature", "add_feature_consumption", R"({"product":"units","feature":"nope"})"},
    {"400 unsupported_product_feature", "featureRegister", R"({"product":"units","feature":"nope","user":"a"})"},
    {"400 unsupported_product_feature", "featureRelease", R"({"product":"units","feature":"nope","user":"a"})"},
    {"400 feature_not_consumption", "add_feature_consumption", R"({"product":"units","feature":"editor"})"},
    {"400 feature_not_enough_consumptions", "add_feature_consumption",
     R"({"product":"units","feature":"pages","consumptions":6})"},
    {"400 negative_consumptions_not_allowed", "add_consumption", R"({"product":"fixed","consumptions":-1})"},
    {"400 negative_consumptions_not_allowed", "add_feature_consumption",
     R"({"product":"fixed","feature":"pages","consumptions":-1})"},
    {"400 negative_consumptions_not_allowed", "add_consumption", R"({"product":"units","consumptions":-1})"},
    {"400 invalid_json", "add_consumption", "not json"},
    {"400 validation_error", "add_consumption", R"({"product":"units","consumptions":"two"})"},
    {"400 validation_error", "register", R"({"product":"units","user":["a"]})"},
    {"400 missing_parameters", "add_consumption", R"({"consumptions":1})"},
    {"400 missing_parameters", "add_feature_consumption", R"({"product":"units"})"},
    {"400 missing_parameters", "register", R"({"product":"seats"})"},
    {"400 missing_parameters", "featureRegister", R"({"product":"seats","feature":"editor"})"},
    {"400 missing_parameters", "featureRelease/all", R"({"product":"seats"})"},
    {"400 missing_parameters", "addProduct", R"({"product":"units"})"},
    {"404 not_found", "check_license", "{}"},
    // What the vendor's pages don't have.
    {"400 license_not_floating", "register", R"({"product":"plain","user":"a"})"},
    {"400 license_not_registered", "featureRegister", R"({"product":"seats","feature":"editor","user":"a"})"},
    {"400 borrow_not_allowed", "borrow", R"({"product":"seats","user":"a","borrowed_until":"2999-01-01T00:00:00Z"})"},
    {"400 borrow_until_not_valid", "borrow",
     R"({"product":"lent","user":"a","borrowed_until":"2999-01-01T00:00:00Z"})"},
    {"501 not_implemented", "addProduct", R"({"product":"units","username":"u","password":"p"})"},
};

}  // namespace

TEST_CASE("each refusal has its code and its status, and changes nothing", "[floating]") {
  FloatingDoorUnderTest door{{}, catalog};
  const auto row = GENERATE(from_range(std::begin(rows), std::end(rows)));
  CAPTURE(row.path, row.body);
  const auto state = [&] {
    std::string all;
    for (const auto* product : {"units", "fixed", "plain", "seats", "over", "trial", "coming", "disabled", "lent"})
      all += door.answer_to(get("/api/v4/license", std::string{"product="} + product)).body;
    return all;
  };
  const auto before = state();
  CHECK(door.refused(row.path, row.body) == row.code);
  CHECK(state() == before);
}

TEST_CASE("a missing parameter is named", "[floating]") {
  FloatingDoorUnderTest door;
  const auto message = [&](const char* path, const char* body) {
    return boost::json::parse(door.answer_to(post(path, body)).body).at("message").as_string();
  };
  CHECK(message("add_consumption", "{}") == "the parameter product is missing");
  CHECK(message("register", R"({"product":"app"})") == "the parameter user is missing");
  CHECK(message("featureRelease/all", R"({"product":"app"})") == "the parameter feature is missing");
  CHECK(message("addProduct", R"({"product":"app"})") == "the parameter licenseKey is missing");
}

TEST_CASE("a mistake of the server's own is the hosted service's internal_error", "[floating]") {
  FloatingDoorUnderTest door;
  const auto response = door.door().refuse(500, "/api/v4/register");
  CHECK(boost::json::parse(response.body).at("code").as_string() == "internal_error");
  CHECK(boost::json::parse(response.body).at("status").as_int64() == 500);
}

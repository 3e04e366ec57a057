// Programs written for the vendor's hosted service, whose requests name a license by its key and a device.

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "floating_door_fixture.hpp"

using namespace tally::floating::test;

namespace {

constexpr auto catalog = R"({"accounts": [{"id": "default", "licenses": [
  {"id": 1001, "product": "app", "key": "APP-0001", "type": "consumption", "max_consumptions": 100,
   "client_overage_settings": true, "floating_users": 5, "floating_timeout": 120, "max_borrow_time": 12, "features": [
    {"code": "f1", "type": "consumption", "max_consumptions": 50},
    {"code": "f2", "type": "floating", "maximum": 3}]}]}]})";

std::string hosted(const std::string& more = "") {
  return R"({"license_key":"APP-0001","hardware_id":"hw-1","product":"app","sdk_ver":"x","bundle_code":null)" + more +
         "}";
}

}  // namespace

TEST_CASE("the hosted service's consumption calls", "[floating]") {
  FloatingDoorUnderTest door{{}, catalog};
  const auto reply = door.success(
      post("add_consumption",
           hosted(R"(,"consumptions":3,"max_overages":5,"allow_overages":1,"event":["consumption_add"])")));
  CHECK(reply.at("id").as_int64() == 1001);
  CHECK(reply.at("total_consumptions").as_int64() == 3);
  CHECK(reply.at("max_overages").as_int64() == 5);
  CHECK(reply.at("allow_overages").as_bool());
  CHECK(door.success(post("add_feature_consumption", hosted(R"(,"feature":"f1")"))).at("code").as_string() == "f1");
}

TEST_CASE("a place is borrowed and released by the hosted service's paths", "[floating]") {
  FloatingDoorUnderTest door{{}, catalog};
  const auto lent = door.success(post("floating/borrow", hosted(R"(,"borrowed_until":null)")));
  CHECK(lent.at("license_id").as_int64() == 1001);
  CHECK(lent.at("max_borrow_time").as_int64() == 12);
  CHECK(lent.at("borrowed_until").is_string());  // without a time as long as the license lets it
  CHECK(lent.at("floating_in_use").as_int64() == 1);
  const auto released = door.answer_to(post("floating/release", hosted()));
  CHECK(released.status == 200);
  CHECK(released.body.empty());
  CHECK(door.success(get("/api/v4/license", "product=app")).at("floating_in_use").as_int64() == 0);
}

TEST_CASE("a feature is checked, borrowed and released by the hosted service's paths", "[floating]") {
  FloatingDoorUnderTest door{{}, catalog};
  const std::string f2 = R"(,"feature":"f2")";
  const auto checked = get("/api/v4/check_license_feature",
                           "license_key=APP-0001&hardware_id=hw-1&product=app&feature=f2&license_id=1001");
  CHECK(door.refusal_of(checked) == "400 license_not_registered");
  (void)door.success(post("register", hosted()));
  const auto feature = door.success(checked);
  CHECK(feature.at("floating_in_use_devices").as_int64() == 1);
  CHECK_FALSE(feature.at("is_borrowed").as_bool());
  CHECK(feature.at("borrowed_until").is_null());
  const auto lent = door.success(post("floating/feature_borrow", hosted(f2 + R"(,"borrowed_until":null)")));
  CHECK(lent.at("code").as_string() == "f2");
  CHECK(lent.at("is_borrowed").as_bool());
  CHECK(lent.at("borrowed_until").is_string());
  CHECK(lent.at("floating_in_use_devices").as_int64() == 1);
  CHECK(door.answer_to(post("floating/feature_release", hosted(f2))).body == "feature_released");
  CHECK(door.success(get("/api/v4/license", "product=app"))
            .at("product_features")
            .at(1)
            .at("floating_in_use_devices")
            .as_int64() == 0);
}

TEST_CASE("the hosted service's name of a device is a user to the others, and theirs comes first", "[floating]") {
  FloatingDoorUnderTest door{{}, catalog};
  (void)door.success(post("register", hosted()));
  CHECK(door.success(post("register", R"({"product":"app","user":"hw-1"})")).at("floating_in_use").as_int64() == 1);
  CHECK(door.success(post("register", hosted(R"(,"user":"anna")"))).at("floating_in_use").as_int64() == 2);
}

// How requests are read: as the vendor's documentation, and as clients of all families, write them.

#include <catch2/catch.hpp>

#include "floating_door_fixture.hpp"
#include "request_parameters.hpp"

using namespace tally::floating::test;

TEST_CASE("numbers are read as JSON and as text, booleans in any case, names of members in any case", "[floating]") {
  FloatingDoorUnderTest door;
  CHECK(door.consumed(R"({"product":"app","consumptions":"2"})") == 2);
  CHECK(door.consumed(R"({"Product":"app"})") == 3);
  CHECK(door.consumed(R"({"PRODUCT":"app","Consumptions":3,"License_Id":"1001"})") == 6);
  CHECK(door.consumed(R"({"product":"app","consumptions":2.0,"license_id":1001})") == 8);
  CHECK(door.consumed(R"({"product":"app","consumptions":"-1"})") == 7);
  CHECK(door.consumed(R"({"product":"app","consumptions":"+1"})") == 8);
}

TEST_CASE("null is absent, unknown members are nothing, and of two the last counts", "[floating]") {
  FloatingDoorUnderTest door;
  CHECK(door.consumed(R"({"product":"app","consumptions":null,"user":null,"license_id":null,"max_overages":null})") ==
        1);
  CHECK(door.consumed(R"({"product":"app","sdk_ver":"PythonSDK 4","app_ver":{"a":[1]},"consumptions":1})") == 2);
  CHECK(door.consumed(R"({"product":"nope","product":"app","consumptions":3})") == 5);
}

TEST_CASE("overage settings are read under all their names", "[floating]") {
  FloatingDoorUnderTest door;
  const auto overages = [&](const std::string& members) {
    const auto reply = door.success(post("add_consumption", R"({"product":"app","consumptions":0,)" + members + "}"));
    return std::pair{reply.at("allow_overages").as_bool(), reply.at("max_overages").as_int64()};
  };
  CHECK(overages(R"("max_overages":10,"allow_overages":true)") == std::pair{true, std::int64_t{10}});
  CHECK(overages(R"("max_overages":"11","allow_overages":"TRUE")") == std::pair{true, std::int64_t{11}});
  CHECK(overages(R"("max_overages":null,"allowOverages":null)") == std::pair{true, std::int64_t{11}});
  CHECK(overages(R"("allow_overages":false)") == std::pair{true, std::int64_t{11}});
  CHECK(overages(R"("Max_overages":0,"Allowe_overages":"False")") == std::pair{false, std::int64_t{0}});
  CHECK(overages(R"("max_overages":7,"allowOverages":1)") == std::pair{true, std::int64_t{7}});
  CHECK(overages(R"("max_overages":8)") == std::pair{true, std::int64_t{8}});
}

TEST_CASE("what can't be read is told by its kind, and changes nothing", "[floating]") {
  FloatingDoorUnderTest door;
  const auto [body, code] = GENERATE(table<std::string, std::string>({
      {"not json", "400 invalid_json"},
      {"{", "400 invalid_json"},
      {R"({"product":"app"} x)", "400 invalid_json"},
      {"{\"product\":\"\xff\"}", "400 invalid_json"},
      {"[]", "400 validation_error"},
      {"7", "400 validation_error"},
      {"", "400 missing_parameters"},
      {"{}", "400 missing_parameters"},
      {R"({"consumptions":1})", "400 missing_parameters"},
      {R"({"product":""})", "400 missing_parameters"},
      {R"({"product":7})", "400 validation_error"},
      {R"({"product":["app"]})", "400 validation_error"},
      {R"({"product":"a\u0000b"})", "400 validation_error"},
      {R"({"product":"app","consumptions":"two"})", "400 validation_error"},
      {R"({"product":"app","consumptions":""})", "400 validation_error"},
      {R"({"product":"app","consumptions":1.5})", "400 validation_error"},
      {R"({"product":"app","consumptions":"1.5"})", "400 validation_error"},
      {R"({"product":"app","consumptions":true})", "400 validation_error"},
      {R"({"product":"app","consumptions":1000000000001})", "400 validation_error"},
      {R"({"product":"app","consumptions":99999999999999999999})", "400 validation_error"},
      {R"({"product":"app","consumptions":1e300})", "400 validation_error"},
      {R"({"product":"app","max_overages":-1})", "400 validation_error"},
      {R"({"product":"app","allow_overages":"perhaps"})", "400 validation_error"},
      {R"({"product":"app","allow_overages":2})", "400 validation_error"},
      {R"({"product":"app","allow_overages":true,"allowOverages":2})", "400 validation_error"},
      {R"({"product":"app","allow_overages":1.5})", "400 validation_error"},
      {R"({"product":"app","consumptions":"+-1"})", "400 validation_error"},
      {R"({"product":"app","consumptions":"-"})", "400 validation_error"},
      {R"({"product":"app","consumptions":" 1"})", "400 validation_error"},
      {R"({"product":"app","consumptions":"0x10"})", "400 validation_error"},
      {R"({"product":"app","consumptions":"NaN"})", "400 validation_error"},
      {R"({"product":"app","consumptions":NaN})", "400 invalid_json"},
      {R"({"product":"app","consumptions":Infinity})", "400 invalid_json"},
      {R"({"product":"app","consumptions":1e400})", "400 validation_error"},
      {R"({"product":"app","consumptions":-1e400})", "400 validation_error"},
      {R"({"product":"app","consumptions":1e99999999999999999999})", "400 invalid_json"},
      {R"({"product":"app","consumptions":-1000000000001})", "400 validation_error"},
      {R"({"product":"app","consumptions":-9223372036854775808})", "400 validation_error"},
      {R"({"product":"app","consumptions":9223372036854775808})", "400 validation_error"},
      {R"({"product":"app","consumptions":"18446744073709551617"})", "400 validation_error"},
      {R"({"product":"app","consumptions":{}})", "400 validation_error"},
      {R"({"product":"app","max_overages":1e13})", "400 validation_error"},
      {R"({"product":"app","license_id":1.5})", "400 validation_error"},
      {R"({"product":"app","license_id":9007199254740993.0})", "400 validation_error"},
      {R"({"product":"app","borrowed_until":0})", "400 validation_error"},
      {R"({"product":"app","license_id":"x"})", "400 validation_error"},
      {R"({"product":"app","user":")" + std::string(257, 'u') + R"("})", "400 validation_error"},
  }));
  CAPTURE(body);
  CHECK(door.refused("add_consumption", body) == code);
  CHECK(door.consumed(R"({"product":"app","consumptions":0})") == 0);
}

TEST_CASE("a deeply nested body is refused", "[floating]") {
  FloatingDoorUnderTest door;
  CHECK(door.refused("add_consumption", std::string(100'000, '[')) == "400 invalid_json");
}

TEST_CASE("names are kept letter by letter", "[floating]") {
  FloatingDoorUnderTest door;
  (void)door.success(post("register", R"({"product":"app","user":"Анна \"A\" \\ 😀"})"));
  (void)door.success(post("register", R"({"product":"app","user":"Анна \"A\" \\ 😀"})"));
  CHECK(door.success(get("/api/v4/license", "product=app")).at("floating_in_use").as_int64() == 1);
}

TEST_CASE("a query is decoded", "[floating]") {
  FloatingDoorUnderTest door;
  CHECK(door.success(get("/api/v4/license", "PRODUCT=%61pp&license_id=1001&x=%20+y")).at("id").as_int64() == 1001);
  CHECK(door.refusal_of(get("/api/v4/license", "product=%zz")) == "400 validation_error");
  CHECK(door.refusal_of(get("/api/v4/license", "product=%FF")) == "400 validation_error");
  CHECK(door.refusal_of(get("/api/v4/license", "product=%00")) == "400 validation_error");
  CHECK(door.refusal_of(get("/api/v4/license")) == "400 missing_parameters");
}

TEST_CASE("a query is read to its end and no further", "[floating]") {
  const std::string text = "product=app&license_id=1001";
  const std::vector<char> buffer{text.begin(), text.end()};  // nothing stands behind it, as in a full network buffer
  tally::http::Request request;
  request.query = {buffer.data(), buffer.size()};
  const auto parameters = tally::floating::read_parameters(request);
  REQUIRE(parameters);
  CHECK(parameters->product == "app");
  CHECK(parameters->license == tally::model::LicenseId{1001});
}

TEST_CASE("a loan's time is RFC 3339, and the zero time is none", "[floating]") {
  FloatingDoorUnderTest door;
  const std::string zero = R"({"product":"app","user":"a","borrowed_until":"0001-01-01T00:00:00Z"})";
  CHECK(door.success(post("register", zero)).at("borrowed_until").is_null());
  CHECK(door.refused("borrow", zero) == "400 borrow_until_not_valid");
  CHECK(door.refused("borrow", R"({"product":"app","user":"a","borrowed_until":"tomorrow"})") ==
        "400 validation_error");
  CHECK(door.refused("borrow", R"({"product":"app","user":"a","borrowed_until":"2001-01-01T00:00:00Z"})") ==
        "400 borrow_until_not_valid");
}

TEST_CASE("the hosted service's dialect is understood", "[floating]") {
  FloatingDoorUnderTest door;
  CHECK(
      door.consumed(
          R"({"license_key":"APP-0001","hardware_id":"hw","product":"app","consumptions":4,"event":["consumption_add"]})") ==
      4);
  CHECK(door.refused("add_consumption", R"({"license_key":"OTHER","hardware_id":"hw","product":"app"})") ==
        "400 license_not_found");
  (void)door.success(post("register", R"({"product":"app","hardware_id":"hw"})"));
  CHECK(door.success(post("register", R"({"product":"app","user":"hw"})")).at("floating_in_use").as_int64() == 1);
}

// Licenses that are taken off the server and installed again, by the vendor's calls.

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "floating_door_fixture.hpp"

using namespace tally::floating::test;

TEST_CASE("a product is removed by any of the methods, and added again with its key", "[floating]") {
  FloatingDoorUnderTest door;
  CHECK(door.consumed(R"({"product":"app","consumptions":7})") == 7);
  const auto method = GENERATE(as<std::string>{}, "GET", "POST", "DELETE");
  const auto removed = door.success(SentRequest{method, "/api/v4/removeProduct"}.query("product=app&license_id=1001"));
  CHECK(removed ==
        boost::json::parse(R"({"status":"ok","message":"license removed","product":"app","license_id":1001})"));
  CHECK(door.refused("add_consumption", R"({"product":"app"})") == "400 unknown_product");
  CHECK(door.refusal_of(get("/api/v4/license", "product=app")) == "400 unknown_product");
  CHECK(door.refusal_of(get("/api/v4/removeProduct", "product=app")) == "400 unknown_product");
  CHECK(door.refusal_of(get("/api/v4/addProduct", "product=app&licenseKey=X")) == "400 license_not_found");
  CHECK(door.success(get("/api/v4/addProduct", "product=app&licenseKey=APP-0001")).at("id").as_int64() == 1001);
  CHECK(door.consumed(R"({"product":"app"})") == 8);
}

TEST_CASE("a product that is there is added without a change, also by POST", "[floating]") {
  FloatingDoorUnderTest door;
  CHECK(door.consumed(R"({"product":"app","consumptions":7})") == 7);
  CHECK(door.success(post("addProduct", R"({"product":"app","licenseKey":"APP-0001"})")).at("id").as_int64() == 1001);
  CHECK(door.consumed(R"({"product":"app","consumptions":0})") == 7);
}

TEST_CASE("licenses of user accounts are not known, whatever the password", "[floating]") {
  FloatingDoorUnderTest door;
  CHECK(door.refusal_of(get("/api/v4/addProduct", "product=app&username=u&password=p")) == "501 not_implemented");
}

TEST_CASE("a repeat of a removal under an idempotency key gets the first answer", "[floating]") {
  FloatingDoorUnderTest door;
  const auto removal = get("/api/v4/removeProduct", "product=app").header("Idempotency-Key", "k");
  const auto first = door.answer_to(removal);
  CHECK(first.status == 200);
  CHECK(door.answer_to(removal).body == first.body);
}

TEST_CASE("keys of the hosted service are taken note of by nobody", "[floating]") {
  FloatingDoorUnderTest door;
  const auto method = GENERATE(as<std::string>{}, "GET", "POST");
  const auto reply = door.success(SentRequest{method, "/api/v4/setKeys"}.query("apiKey=a&sharedKey=b"));
  CHECK(reply.at("status").as_string() == "ok");
  CHECK(reply.at("message").as_string() == "no hosted service is asked here: the keys were not kept");
}

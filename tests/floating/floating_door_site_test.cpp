// A browser that stands on another site's page must not be able to change anything here.

#include <catch2/catch.hpp>

#include "floating_door_fixture.hpp"

using namespace tally::floating::test;

TEST_CASE("what changes something is refused to pages of another site", "[floating]") {
  FloatingDoorUnderTest door;
  const auto method = GENERATE(as<std::string>{}, "GET", "POST", "DELETE");
  const auto asked = [&] { return SentRequest{method, "/api/v4/unregister/all"}.header("Host", "tally:8080"); };
  CHECK(door.refusal_of(asked().header("Origin", "http://evil.example")) == "403 access_denied");
  CHECK(door.refusal_of(asked().header("Origin", "null")) == "403 access_denied");
  CHECK(door.refusal_of(asked().header("Sec-Fetch-Site", "cross-site")) == "403 access_denied");
  CHECK(door.refusal_of(asked().header("Origin", "http://tally:8080").header("Sec-Fetch-Site", "cross-site")) ==
        "403 access_denied");
  for (const auto* path : {"/api/v4/removeProduct", "/api/v4/addProduct", "/api/v4/setKeys",
                           "/api/v4/check_license_feature", "/api/v4/featureRelease/all"}) {
    const auto changing = SentRequest{"GET", path}.query("product=app").header("Origin", "http://evil.example");
    CHECK(door.refusal_of(changing) == "403 access_denied");
  }
  CHECK(door.answer_to(asked()).status == 200);
  CHECK(door.answer_to(asked().header("Origin", "http://TALLY:8080")).status == 200);
  CHECK(door.answer_to(asked().header("Sec-Fetch-Site", "none")).status == 200);
  CHECK(door.answer_to(asked().header("Origin", "https://outside").header("Sec-Fetch-Site", "same-origin")).status ==
        200);
}

TEST_CASE("a consumption by a form of another site is refused, a read is not", "[floating]") {
  FloatingDoorUnderTest door;
  CHECK(door.refusal_of(post("add_consumption", R"({"product":"app"})").header("Sec-Fetch-Site", "cross-site")) ==
        "403 access_denied");
  CHECK(door.consumed(R"({"product":"app","consumptions":0})") == 0);
  CHECK(door.answer_to(get("/api/v4/license", "product=app").header("Sec-Fetch-Site", "cross-site")).status == 200);
}

TEST_CASE("a HEAD never changes anything", "[floating]") {
  FloatingDoorUnderTest door;
  (void)door.success(post("register", R"({"product":"app","user":"a"})"));
  const auto refused = door.answer_to(SentRequest{"HEAD", "/api/v4/unregister/all"});
  CHECK(refused.status == 405);
  CHECK(refused.headers.front() == std::pair<std::string_view, std::string>{"Allow", "GET, POST, DELETE"});
  for (const auto* path : {"/api/v4/removeProduct", "/api/v4/addProduct", "/api/v4/check_license_feature"})
    CHECK(door.answer_to(SentRequest{"HEAD", path}.query("product=app")).status == 405);
  const auto license = door.answer_to(SentRequest{"HEAD", "/api/v4/license"}.query("product=app"));
  CHECK(license.status == 200);
  CHECK(door.success(get("/api/v4/license", "product=app")).at("floating_in_use").as_int64() == 1);
}

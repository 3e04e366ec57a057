// What the replies have in them, and which refusal is called what.

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>

#include "floating_door_fixture.hpp"
#include "floating_refusal.hpp"

using namespace tally::floating::test;
namespace json = boost::json;

namespace {

json::value parsed(const char* text) { return json::parse(text); }

}  // namespace

TEST_CASE("a consumption's reply has the documented members and those of the other clients", "[floating]") {
  FloatingDoorUnderTest door;
  CHECK(door.success(post("add_consumption", R"({"product":"app"})")) == parsed(R"({
    "id": 1001, "max_consumptions": 100, "total_consumptions": 1, "allow_overages": false, "max_overages": 0,
    "reset_consumption": true, "consumption_period": "daily", "allow_unlimited_consumptions": false,
    "allow_negative_consumptions": true})"));
  CHECK(door.success(post("add_feature_consumption", R"({"product":"app","feature":"f1","consumptions":7})")) ==
        parsed(R"({
    "id": 1001, "license_id": 1001, "code": "f1", "feature_type": "consumption", "max_consumptions": 50,
    "total_consumptions": 7, "allow_overages": false, "max_overages": 0, "reset_consumption": false,
    "consumption_period": null, "allow_unlimited_consumptions": false, "allow_negative_consumptions": true,
    "is_floating": false, "is_floating_cloud": false})"));
}

TEST_CASE("a registration's reply satisfies each family of clients", "[floating]") {
  FloatingDoorUnderTest door;
  (void)door.success(post("register", R"({"product":"app","user":"a"})"));
  const auto reply = door.success(post("register", R"({"product":"app","user":"b","user_info":null})")).as_object();
  for (const auto* member : {"floating_slots_in_use", "floating_in_use", "floating_in_use_devices"})
    CHECK(reply.at(member).as_int64() == 2);
  CHECK(reply.at("product").as_string() == "app");
  CHECK(reply.at("is_floating").as_bool());
  CHECK(reply.at("floating_timeout").as_int64() == 120);
  CHECK(reply.at("floating_users").as_int64() == 5);
  CHECK(reply.at("license_type").as_string() == "consumption");
  CHECK(reply.at("borrowed_until").is_null());
  CHECK_FALSE(reply.at("is_borrowed").as_bool());
  CHECK(reply.at("product_details").at("short_code").as_string() == "app");
  CHECK(reply.at("product_features").as_array().size() == 2);
  CHECK(reply.at("product_features").at(0).at("max_consumption").as_int64() == 50);
  CHECK(reply.at("product_features").at(1).at("feature_type").as_string() == "activation");
  CHECK(reply.at("product_features").at(1).at("floating_users").as_int64() == 3);

  const auto inner = json::parse(reply.at("license_json").as_string()).as_object();
  CHECK(inner.at("id").as_int64() == 1001);
  for (const auto& [name, value] : inner) CHECK(reply.at(name) == value);
}

TEST_CASE("a borrowed place shows its end in whole seconds", "[floating]") {
  FloatingDoorUnderTest door;
  const auto day = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()) + std::chrono::days{2};
  const std::chrono::year_month_day date{std::chrono::sys_days{day}};
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT00:00:00Z", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  const auto reply =
      door.success(post("borrow", R"({"product":"app","user":"a","borrowed_until":")" + std::string{text} + "\"}"));
  CHECK(reply.at("borrowed_until").as_string() == text);
  CHECK(reply.at("is_borrowed").as_bool());
}

TEST_CASE("a feature's registration has the shape of a feature check, and its other name", "[floating]") {
  FloatingDoorUnderTest door;
  (void)door.success(post("register", R"({"product":"app","user":"a"})"));
  const auto path = GENERATE(as<std::string>{}, "featureRegister", "check_license_feature");
  const auto reply = door.success(post(path, R"({"product":"app","feature":"f2","user":"a"})"));
  CHECK(reply.at("code").as_string() == "f2");
  CHECK(reply.at("license_id").as_int64() == 1001);
  CHECK(reply.at("is_floating").as_bool());
  CHECK(reply.at("floating_in_use_devices").as_int64() == 1);
  const auto units = door.success(post(path, R"({"product":"app","feature":"f1","user":"a"})"));
  CHECK(units.at("feature_type").as_string() == "consumption");
  CHECK(units.at("total_consumptions").as_int64() == 0);
}

TEST_CASE("giving back answers with the vendor's words", "[floating]") {
  FloatingDoorUnderTest door;
  const auto body = [&](const SentRequest& request) {
    const auto response = door.answer_to(request);
    CHECK(response.status == 200);
    return response.body;
  };
  (void)door.success(post("register", R"({"product":"app","user":"a"})"));
  const std::string feature = R"({"product":"app","feature":"f2","user":"a"})";
  (void)door.success(post("featureRegister", feature));
  CHECK(body(post("featureRelease", feature)) == "feature_released");
  CHECK(body(post("feature_release", feature)) == "feature_released");
  CHECK(body(post("unregister", R"({"product":"app","user":"a"})")) == "user_unregistered");
  CHECK(body(post("unregister", R"({"product":"app","user":"a"})")) == "user_unregistered");
}

TEST_CASE("all places go back by any of the methods that clients use", "[floating]") {
  FloatingDoorUnderTest door;
  const auto method = GENERATE(as<std::string>{}, "GET", "POST", "DELETE");
  const auto in_use = [&](const char* member) {
    const auto license = door.success(get("/api/v4/license", "product=app"));
    return member == std::string_view{"f2"}
               ? license.at("product_features").at(1).at("floating_in_use_devices").as_int64()
               : license.at("floating_in_use").as_int64();
  };
  (void)door.success(post("register", R"({"product":"app","user":"a"})"));
  (void)door.success(post("featureRegister", R"({"product":"app","feature":"f2","user":"a"})"));
  CHECK(door.answer_to(SentRequest{method, "/api/v4/featureRelease/all"}.query("product=app&feature=f2")).status ==
        200);
  CHECK(in_use("f2") == 0);
  CHECK(in_use("users") == 1);
  const auto response = door.answer_to(SentRequest{method, "/api/v4/unregister/all"});
  CHECK(response.status == 200);
  CHECK(response.body.empty());
  CHECK(in_use("users") == 0);
}

TEST_CASE("licenses are read by product and number, and listed", "[floating]") {
  FloatingDoorUnderTest door;
  CHECK(door.success(get("/api/v4/license", "product=app")).at("id").as_int64() == 1001);
  const auto list = door.success(get("/api/v4/licenses", "product=app"));
  REQUIRE(list.as_array().size() == 1);
  CHECK(list.at(0).at("id").as_int64() == 1001);
  CHECK(door.refusal_of(get("/api/v4/licenses", "product=nope")) == "400 unknown_product");
}

TEST_CASE("no free place is told in the page's words", "[floating]") {
  FloatingDoorUnderTest door;
  for (const auto* user : {"1", "2", "3", "4", "5"})
    (void)door.success(post("register", R"({"product":"app","user":")" + std::string{user} + "\"}"));
  const auto request = post("register", R"({"product":"app","user":"6"})");
  CHECK(door.refusal_of(request) == "400 license_activated_max_times");
  CHECK(door.answer_to(request).body ==
        R"({"status":400,"code":"license_activated_max_times","message":"no free slots for product app"})");
}

TEST_CASE("a refused consumption can be called as the server's own page does", "[floating]") {
  FloatingDoorUnderTest door{{.account = "default", .consumption_refusal = tally::config::ConsumptionRefusal::page}};
  const auto response = door.answer_to(post("add_consumption", R"({"product":"app","consumptions":101})"));
  CHECK(response.body ==
        R"({"status":400,"code":"license_activated_max_times","message":"no free slots for product app"})");
}

TEST_CASE("the door is to the licenses of one account", "[floating]") {
  FloatingDoorUnderTest door{{.account = "y-y-y-delilah"}};
  CHECK(door.refused("add_consumption", R"({"product":"app"})") == "400 unknown_product");
}

TEST_CASE("a log-in gives a token to whoever asks", "[floating]") {
  FloatingDoorUnderTest door;
  const auto reply =
      door.success(get("/auth").header("Authorization", "Basic " + std::string{"YW5uYTpzZWNyZXQ="})).as_object();
  CHECK(reply.at("message").as_string() == "Login successful");
  // {"alg":"none","typ":"JWT"} and {"username":"anna","role":"user"}
  CHECK(reply.at("token").as_string() ==
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJ1c2VybmFtZSI6ImFubmEiLCJyb2xlIjoidXNlciJ9.");
  CHECK(door.success(get("/auth")).at("message").as_string() == "Login successful");
}

TEST_CASE("an authorization is not looked at", "[floating]") {
  FloatingDoorUnderTest door;
  for (const auto* header : {"Bearer undefined", "", "Bearer x.y.z", "algorithm=\"hmac-sha256\""})
    (void)door.success(post("add_consumption", R"({"product":"app"})").header("Authorization", header));
}

TEST_CASE("health, the front page, and what is not here", "[floating]") {
  FloatingDoorUnderTest door;
  CHECK(door.answer_to(get("/api/v4/health")).status == 200);
  CHECK(door.answer_to(get("/")).content_type == "text/html; charset=utf-8");
  for (const auto* path : {"/api/v5/ping", "/api/v4/nope", "/api/v4", "/api/v4/check", "/auth/login"}) {
    CAPTURE(path);
    CHECK(door.door().owns(path));
    CHECK(door.refusal_of(get(path)) == "404 not_found");
  }
  for (const auto* path : {"/api/v40", "/authority", "/admin", "/health/live"}) CHECK_FALSE(door.door().owns(path));
  for (const auto* path : {"airgap/license", "license/generate", "license/upload"})
    CHECK(door.refused(path, "--boundary") == "501 not_implemented");
  const auto wrong_method = door.answer_to(get("/api/v4/add_consumption"));
  CHECK(wrong_method.status == 405);
  CHECK(wrong_method.headers.front().second == "POST");
  door.set_unready("recovering");
  CHECK(door.refusal_of(get("/api/v4/health")) == "503 busy");
}

TEST_CASE("what the HTTP server itself refuses has the three members, too", "[floating]") {
  FloatingDoorUnderTest door;
  const auto status = GENERATE(400U, 408U, 413U, 417U, 431U, 500U, 501U, 503U, 504U);
  const auto response = door.door().refuse(status, "/api/v4/register");
  CHECK(response.status == status);
  const auto body = json::parse(response.body).as_object();
  CHECK(body.at("status").as_int64() == status);
  CHECK(body.at("code").is_string());
  CHECK(body.at("message").is_string());
}

TEST_CASE("who is busy says when to come again, and a caller with too many keys hears it is about them", "[floating]") {
  using tally::model::ErrorCode;
  const auto busy = tally::floating::refusal(tally::model::Refusal{ErrorCode::server_busy, {}}, "test");
  CHECK(busy.status == 503);
  CHECK(busy.headers.front() == std::pair<std::string_view, std::string>{"Retry-After", "1"});
  const auto keys = tally::floating::refusal(tally::model::Refusal{ErrorCode::server_busy, "too many keys"}, "test");
  CHECK(keys.status == 429);
  CHECK(keys.headers.front().first == "Retry-After");
  CHECK(keys.body == R"({"status":429,"code":"busy","message":"too many keys"})");
}

TEST_CASE("a repeat under an idempotency key gets the first answer", "[floating]") {
  FloatingDoorUnderTest door;
  const auto keyed = [](const std::string& path, const std::string& body) {
    return post(path, body).header("Idempotency-Key", "key-1");
  };
  const auto first = door.answer_to(keyed("add_consumption", R"({"product":"app","consumptions":5})")).body;
  CHECK(door.answer_to(keyed("add_consumption", R"({"product":"app","consumptions":5})")).body == first);
  CHECK(door.consumed(R"({"product":"app","consumptions":0})") == 5);
  CHECK(door.refusal_of(keyed("add_consumption", R"({"product":"app","consumptions":6})")) ==
        "422 idempotency_conflict");
  const auto registered = door.answer_to(keyed("register", R"({"product":"app","user":"a"})")).body;
  CHECK(door.answer_to(keyed("register", R"({"product":"app","user":"a"})")).body == registered);
  CHECK(door.refusal_of(post("register", R"({"product":"app","user":"a"})").header("Idempotency-Key", "")) ==
        "400 validation_error");
}

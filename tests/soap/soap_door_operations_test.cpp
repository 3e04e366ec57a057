#include <catch2/catch.hpp>
#include <cmath>

#include "operations.hpp"
#include "soap_door_fixture.hpp"

namespace tally::soap::test {
namespace {

SentRequest as_administrator(SentRequest request) {
  return request.from("10.0.0.7").header("X-Remote-User", "admin").header("X-Forwarded-For", "192.0.2.99");
}

}  // namespace

TEST_CASE("every operation that returns nothing answers with the empty line of its version", "[soap]") {
  const auto version = GENERATE(SoapVersion::v11, SoapVersion::v12);
  DoorUnderTest door;
  const auto check = [&](std::string_view operation, const std::string& members) {
    INFO(operation);
    const auto response = door.answer_to(call_of(operation, members, version));
    CHECK(response.status == 200);
    CHECK(response.body == empty_answer(operation, version));
    CHECK(response.label == operation);
  };
  const auto session = door.log_in();
  check("SessionKeepAlive", sessions(session));
  check("SessionSetSettings", sessions(session) + "<settings>&lt;Settings/&gt;</settings>");
  check("IncrementFeatureUsage", sessions_option(session));
  check("DecrementFeatureUsage", sessions_option(session));
  check("DecrementFeatureUsage", sessions_option(session));  // giving back what is not held
  check("SessionLogout", sessions(session));
  check("SessionTerminate", "<baseName/>" + sessions(door.log_in()));
}

TEST_CASE("every operation that returns something answers in both versions", "[soap]") {
  const auto version = GENERATE(SoapVersion::v11, SoapVersion::v12);
  DoorUnderTest door;
  const auto ask = [&](std::string_view operation, const std::string& members = "") {
    const auto response = door.answer_to(call_of(operation, members, version));
    CHECK(response.status == 200);
    CHECK(response.content_type ==
          (version == SoapVersion::v11 ? "text/xml; charset=utf-8" : "application/soap+xml; charset=utf-8"));
    CHECK(response.body.find("<" + std::string{operation} + "Response xmlns=\"" + std::string{service_namespace} +
                             "\">") != std::string::npos);
    return response.body;
  };
  const auto login = ask("SessionLogin", "<baseName>any</baseName><sessionSettings/>");
  const auto session = element(login, "sessionId");
  CHECK(session.size() == 36);
  CHECK(session[14] == '4');
  CHECK(element(login, "userSettings").find("ServerVersion") != std::string::npos);

  const auto login_ex = ask("SessionLoginEx", "<baseName/><sessionSettings/><flags>31</flags>");
  CHECK(element(login_ex, "ID") == zero_guid);
  CHECK(element(login_ex, "PageCount") == "1");
  CHECK(element(login_ex, "RowCount") == "1");
  CHECK(element(login_ex, "UsingCompression") == "false");
  CHECK(element(login_ex, "FirstPage").starts_with("&lt;Settings&gt;"));

  CHECK(element(ask("SessionGetSettings", sessions(session)), "settings").find(session) != std::string::npos);
  CHECK(element(ask("HealthCheck"), "result") == "Running");
  const double days = std::stod(element(ask("GetServerDateTime"), "curDateTime"));
  CHECK(days > 45'000);
  CHECK(days < 80'000);

  const auto list = door.answer_to(as_administrator(call_of("SessionGetList", "<baseName/>", version)));
  CHECK(list.status == 200);
  CHECK(element(list.body, "sessions").find("Session ID=&quot;" + session + "&quot;") != std::string::npos);
}

TEST_CASE("each refusal of the engine is its own fault", "[soap]") {
  const auto version = GENERATE(SoapVersion::v11, SoapVersion::v12);
  DoorUnderTest door;
  const auto session = door.log_in();
  const auto error_of = [&](std::string_view operation, const std::string& members) {
    return error_in(door.answer_to(call_of(operation, members, version)));
  };
  for (int place = 0; place < 3; ++place)
    CHECK(error_of("IncrementFeatureUsage", sessions_option(session)) == "(none)");
  CHECK(error_of("IncrementFeatureUsage", sessions_option(session)) == "FeatureLimit");
  CHECK(error_of("IncrementFeatureUsage", sessions_option(session, zero_guid)) == "UnknownFeature");
  CHECK(error_of("SessionKeepAlive", sessions(zero_guid)) == "InvalidSession");
  CHECK(error_of("SessionGetList", "<baseName/>") == "AccessDenied");
  CHECK(error_of("SessionLogin", "<sessionSettings>x</sessionSettings>") == "InvalidSettings");
  CHECK(error_of("SessionLogin",
                 "<sessionSettings>&lt;Settings>&lt;Setting Name='Features'/>&lt;/Settings></sessionSettings>") ==
        "InvalidSettings");
  CHECK(error_of("CardCreate", "") == "NotImplemented");
}

TEST_CASE("an operation of the contract that is not built says so, and every one of them is known", "[soap]") {
  DoorUnderTest door;
  CHECK(operation_names.size() == 139);
  for (const auto operation : operation_names) {
    const bool built = std::ranges::find(built_operations, operation) != built_operations.end();
    if (built) continue;
    INFO(operation);
    CHECK(error_in(door.answer_to(call_of(operation))) == "NotImplemented");
  }
  for (const auto operation : built_operations)
    CHECK(std::ranges::find(operation_names, operation) != operation_names.end());
}

TEST_CASE("database aliases are accounts once they are configured", "[soap]") {
  DoorUnderTest door{{.databases = {{"", "default"}, {"archive", "other"}}, .server_version = ""}};
  const auto error_of = [&](const std::string& alias) {
    return error_in(door.answer_to(call_of("SessionLogin", "<baseName>" + alias + "</baseName>")));
  };
  CHECK(error_of("") == "(none)");
  CHECK(error_of("archive") == "(none)");
  CHECK(error_of("Archive") == "UnknownDatabase");
  CHECK(error_of(" archive") == "UnknownDatabase");
  CHECK(error_in(door.answer_to(call_of("SessionGetList", "<baseName>none</baseName>"))) == "UnknownDatabase");
  CHECK(error_in(door.answer_to(call_of("SessionTerminate", "<baseName>none</baseName>" + sessions(zero_guid)))) ==
        "UnknownDatabase");
}

TEST_CASE("a health check tells whether commands can be taken", "[soap]") {
  DoorUnderTest door;
  door.set_unready("the database does not answer");
  const auto response = door.answer_to(call_of("HealthCheck"));
  CHECK(error_in(response) == "ServerBusy");
  CHECK(std::ranges::any_of(response.headers, [](const auto& header) { return header.first == "Retry-After"; }));
}

TEST_CASE("a repeat with an idempotency key gets the first answer and changes nothing", "[soap]") {
  DoorUnderTest door;
  const auto session = door.log_in();
  const auto take = [&](const std::string& key, const std::string& members,
                        const std::string& operation = "IncrementFeatureUsage") {
    return door.answer_to(call_of(operation, members).header("Idempotency-Key", key));
  };
  for (int repeat = 0; repeat < 5; ++repeat)
    CHECK(take("k1", sessions_option(session)).body == empty_answer("IncrementFeatureUsage"));
  CHECK(error_in(take("k1", sessions_option(session, zero_guid))) == "IdempotencyConflict");
  CHECK(take("k1", sessions_option(session), "DecrementFeatureUsage").status == 200);  // another operation, another key
  for (const char* key : {"k2", "k3", "k4"}) CHECK(error_in(take(key, sessions_option(session))) == "(none)");
  CHECK(error_in(take("k5", sessions_option(session))) == "FeatureLimit");

  const auto login = [&] {
    return element(take("l", "<baseName/><sessionSettings/>", "SessionLogin").body, "sessionId");
  };
  const auto first = login();
  CHECK(first.size() == 36);
  CHECK(login() == first);
}

TEST_CASE("an idempotency key that is none is the fault of the client, and nothing was done", "[soap]") {
  DoorUnderTest door;
  const auto session = door.log_in();
  for (const auto* key : {"", "a b", "\xd0\xaf"}) {
    const auto response =
        door.answer_to(call_of("IncrementFeatureUsage", sessions_option(session)).header("Idempotency-Key", key));
    CHECK(element(response.body, "faultcode") == "soap:Client");
    CHECK(element(response.body, "faultstring").starts_with("Idempotency-Key must be given once"));
  }
  for (int place = 0; place < 3; ++place) {
    CHECK(error_in(door.answer_to(call_of("IncrementFeatureUsage", sessions_option(session)))) == "(none)");
  }
}

}  // namespace tally::soap::test

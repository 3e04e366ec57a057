#include <catch2/catch.hpp>

#include "soap_door_fixture.hpp"

// What is read leniently and what is not: docsvision-storageserver, 4.3 and 4.4.

namespace tally::soap::test {
namespace {

const std::string not_recognized = "Server did not recognize the value of HTTP Header SOAPAction: ";
const std::string no_action =
    "Unable to handle request without a valid action parameter. Please supply a valid soap action.";
const std::string unreadable =
    "Server was unable to read request. ---&gt; There is an error in XML document (1, 1). ---&gt; ";

std::string fault_string(const http::Response& response) {
  CHECK(response.status == 500);
  return element(response.body, "faultstring");
}

}  // namespace

TEST_CASE("the SOAPAction decides, quoted or not, URL-encoded or not", "[soap]") {
  DoorUnderTest door;
  const auto value = GENERATE(as<std::string>{}, action("HealthCheck"), "\"" + action("HealthCheck") + "\"",
                              "http%3A%2F%2Fschemas.docsvision.com/Platform/2009-02-03/StorageServer/HealthCheck");
  const auto response = door.answer_to(soap11(envelope("SessionLogout", "")).header("SOAPAction", value));
  CHECK(element(response.body, "result") == "Running");
}

TEST_CASE("a SOAPAction that names no operation is not recognized", "[soap]") {
  DoorUnderTest door;
  const auto [value, shown] =
      GENERATE(table<std::string, std::string>({{"", ""},
                                                {"\"\"", ""},
                                                {"HealthCheck", "HealthCheck"},
                                                {action("healthcheck"), action("healthcheck")},
                                                {action(""), action("")},
                                                {action("HealthCheck "), action("HealthCheck ")},
                                                {"\"" + action("HealthCheck"), "&quot;" + action("HealthCheck")},
                                                {"<b>&\"", "&lt;b&gt;&amp;&quot;"},
                                                {"\xff\xfe%0D%01", "??&#xD;"}}));
  const auto response = door.answer_to(soap11(envelope("HealthCheck", "")).header("SOAPAction", value));
  CHECK(fault_string(response) == not_recognized + shown + ".");
  CHECK(element(response.body, "faultcode") == "soap:Client");
}

TEST_CASE("without a SOAPAction the first element in the body decides", "[soap]") {
  DoorUnderTest door;
  CHECK(element(door.answer_to(soap11(envelope("HealthCheck", ""))).body, "result") == "Running");
  CHECK(fault_string(door.answer_to(soap11(envelope("Nothing", "")))) == no_action);
}

TEST_CASE("SOAP 1.2 goes by the content type's action if it is known, else by the body", "[soap]") {
  DoorUnderTest door;
  const auto post = [&](const std::string& content_type, std::string_view operation) {
    return door.answer_to(SentRequest{"POST", service_path}
                              .header("Content-Type", content_type)
                              .header("SOAPAction", "ignored")
                              .body(envelope(operation, "", SoapVersion::v12)));
  };
  const std::string type = "application/soap+xml; charset=utf-8";
  CHECK(element(post(type, "HealthCheck").body, "result") == "Running");
  CHECK(element(post(type + "; action=\"" + action("HealthCheck") + "\"", "Nothing").body, "result") == "Running");
  CHECK(element(post(type + "; action=" + action("HealthCheck"), "SessionLogout").body, "result") == "Running");
  CHECK(element(post(type + "; action=\"urn:other\"", "HealthCheck").body, "result") == "Running");
  const auto unknown = post(type + "; action=\"urn:other\"", "Nothing");
  CHECK(unknown.body.find("<soap:Value>soap:Sender</soap:Value>") != std::string::npos);
  CHECK(unknown.body.find(no_action) != std::string::npos);
}

TEST_CASE("where action and body differ, the action decides and the parameters take their defaults", "[soap]") {
  DoorUnderTest door;
  const auto session = door.log_in();
  const auto response = door.answer_to(
      soap11(envelope("SessionLogout", sessions(session))).header("SOAPAction", action("SessionKeepAlive")));
  CHECK(error_in(response) == "InvalidSession");
  CHECK(door.answer_to(call_of("SessionKeepAlive", sessions(session))).status == 200);
}

TEST_CASE("a content type that is none of SOAP's is 415 with nothing in it", "[soap]") {
  DoorUnderTest door;
  const auto type =
      GENERATE("application/json", "text/plain", "text/xmlx", "", "text/xml; charset=utf-16",
               "text/xml; charset=koi8-r", "application/x-www-form-urlencoded", "multipart/related; type=\"text/xml\"");
  const auto response = door.answer_to(SentRequest{"POST", service_path}
                                           .header("Content-Type", type)
                                           .header("SOAPAction", action("HealthCheck"))
                                           .body(envelope("HealthCheck", "")));
  CHECK(response.status == 415);
  CHECK(response.body.empty());
}

TEST_CASE("a compressed body, or a 1.1 envelope in the clothes of 1.2, is 415", "[soap]") {
  DoorUnderTest door;
  CHECK(door.answer_to(call_of("HealthCheck").header("Content-Encoding", "gzip")).status == 415);
  CHECK(door.answer_to(SentRequest{"POST", service_path}
                           .header("Content-Type", "application/soap+xml")
                           .body(envelope("HealthCheck", "")))
            .status == 415);
}

TEST_CASE("text that is no XML is 400 with nothing in it", "[soap]") {
  DoorUnderTest door;
  const auto body =
      GENERATE(as<std::string>{}, "", "x", "<a", "<!DOCTYPE a><a/>", "<a>\xff</a>", envelope("HealthCheck", "&nbsp;"),
               envelope("HealthCheck", "<p:a/>"), envelope("HealthCheck", "&#0;"));
  const auto response = door.answer_to(soap11(body).header("SOAPAction", action("HealthCheck")));
  CHECK(response.status == 400);
  CHECK(response.body.empty());
}

TEST_CASE("an envelope that is none of SOAP's, or has no body, is told so", "[soap]") {
  DoorUnderTest door;
  const auto mismatch = door.answer_to(soap11("<e:Envelope xmlns:e='urn:&lt;x'><e:Body/></e:Envelope>"));
  CHECK(element(mismatch.body, "faultcode") == "soap:VersionMismatch");
  CHECK(fault_string(mismatch) ==
        "Possible SOAP version mismatch: Envelope namespace urn:&lt;x was unexpected. Expecting "
        "http://schemas.xmlsoap.org/soap/envelope/.");
  const std::string missing =
      "Server was unable to read request. ---&gt; Request format is invalid: Missing required soap:Body element.";
  for (const auto* inner : {"<e:Envelope %><e:Header/></e:Envelope>", "<e:Envelope %/>",
                            "<e:Other %><e:Body/></e:Other>", "<e:Envelope %><Body/></e:Envelope>"}) {
    std::string document{inner};
    document.replace(document.find('%'), 1, "xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'");
    INFO(document);
    CHECK(fault_string(door.answer_to(soap11(document))) == missing);
  }
}

TEST_CASE("a header that must be understood makes a fault without detail, and nothing is done", "[soap]") {
  DoorUnderTest door;
  const auto session = door.log_in();
  std::string body = envelope("SessionLogout", sessions(session));
  body.insert(body.find("<soap:Body>"), "<soap:Header><a xmlns='urn:a' soap:mustUnderstand='1'/></soap:Header>");
  const auto response = door.answer_to(soap11(body).header("SOAPAction", action("SessionLogout")));
  CHECK(element(response.body, "faultcode") == "soap:MustUnderstand");
  CHECK(response.body.find("<detail") == std::string::npos);
  CHECK(door.answer_to(call_of("SessionKeepAlive", sessions(session))).status == 200);
}

TEST_CASE("elements are read in any order, the first of two counts, unknown and foreign ones are nothing", "[soap]") {
  DoorUnderTest door;
  const auto session = door.log_in();
  const std::string id = sessions("@");
  const std::string feature = "<featureId>" + option + "</featureId>";
  const auto members = GENERATE_REF(
      as<std::string>{}, feature + id, id + feature + feature,
      id + feature + "<featureId>" + zero_guid + "</featureId>",
      id + "<unknown a='1'><deep>x</deep></unknown>" + feature,
      id + "<featureId xmlns='urn:x'>" + zero_guid + "</featureId>" + feature,
      "<x:sessionId xmlns:x='urn:x'/>" + id + feature, "<!-- c -->" + id + "<?pi?>" + feature,
      "<sessionId id='a' href='#b'><![CDATA[@]]></sessionId>" + feature,
      "<sessionId>{@}</sessionId><featureId>\n (" + option + ") </featureId>", "text" + id + "text" + feature);
  INFO(members);
  CHECK(door.answer_to(call_of("IncrementFeatureUsage", in_session(members, session))).body ==
        empty_answer("IncrementFeatureUsage"));
}

TEST_CASE("a missing element is its type's default, an empty one of a guid or a number is the client's mistake",
          "[soap]") {
  DoorUnderTest door;
  CHECK(error_in(door.answer_to(call_of("SessionKeepAlive"))) == "InvalidSession");
  CHECK(error_in(door.answer_to(call_of("SessionKeepAlive", "<sessionid>" + option + "</sessionid>"))) ==
        "InvalidSession");
  CHECK(error_in(door.answer_to(call_of("SessionKeepAlive", "<deep><sessionId/></deep>"))) == "InvalidSession");
  CHECK(door.answer_to(call_of("SessionLogin")).status == 200);
  CHECK(door.answer_to(call_of("SessionLoginEx")).status == 200);
  CHECK(door.answer_to(call_of("SessionLogin", "<baseName/><sessionSettings></sessionSettings>")).status == 200);
  const auto session = door.log_in();
  const auto [operation, members] = GENERATE_REF(table<std::string, std::string>({
      {"SessionKeepAlive", "<sessionId/>"},
      {"SessionLogout", "<sessionId></sessionId><sessionId>@</sessionId>"},
      {"SessionTerminate", "<baseName/><sessionId><!-- --></sessionId>"},
      {"SessionSetSettings", "<sessionId> </sessionId>"},
      {"SessionGetSettings", "<sessionId>\n</sessionId>"},
      {"IncrementFeatureUsage", sessions("@") + "<featureId/>"},
      {"DecrementFeatureUsage", "<sessionId/><featureId>" + option + "</featureId>"},
      {"SessionLoginEx", "<flags/>"},
  }));
  INFO(operation << " " << members);
  CHECK(fault_string(door.answer_to(call_of(operation, in_session(members, session)))).starts_with(unreadable));
}

TEST_CASE("a value of the wrong type is the client's mistake", "[soap]") {
  DoorUnderTest door;
  const auto session = door.log_in();
  const auto [operation, members] = GENERATE_REF(table<std::string, std::string>({
      {"SessionKeepAlive", "<sessionId>x</sessionId>"},
      {"SessionKeepAlive", "<sessionId>@0</sessionId>"},
      {"SessionKeepAlive", "<sessionId>{@</sessionId>"},
      {"SessionKeepAlive", "<sessionId><b>@</b></sessionId>"},
      {"SessionLoginEx", "<flags>many</flags>"},
      {"SessionLoginEx", "<flags>1.5</flags>"},
      {"SessionLoginEx", "<flags>99999999999</flags>"},
      {"SessionLoginEx", "<flags>1 2</flags>"},
      {"CardDelete", "<permanent>yes</permanent>"},
      {"CardDelete", "<permanent>2</permanent>"},
      {"CardSetStatus", "<recordStatus>SOMETHING</recordStatus>"},
  }));
  INFO(operation << " " << members);
  const auto response = door.answer_to(call_of(operation, in_session(members, session)));
  CHECK(fault_string(response).starts_with(unreadable));
  CHECK(element(response.body, "faultcode") == "soap:Client");
  // Nothing of it is left for the next request.
  CHECK(door.answer_to(call_of("SessionKeepAlive", sessions(session))).body == empty_answer("SessionKeepAlive"));
}

TEST_CASE("prefixes, a byte order mark and a declaration are the client's own choice", "[soap]") {
  DoorUnderTest door;
  const auto session = door.log_in();
  const auto prolog =
      GENERATE(as<std::string>{}, "", "\xef\xbb\xbf", "\xef\xbb\xbf<?xml version='1.0'?>\r\n",
               "<?xml version='1.0' encoding='utf-16'?>", "<?xml version='1.0' encoding='iso-8859-1'?><!-- ?> -->");
  const std::string body =
      prolog + "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns:s='" +
      std::string{service_namespace} +
      "'><e:Header><s:x>1</s:x></e:Header>\n<e:Body>\n<s:SessionSetSettings><s:sessionId>" + session +
      "</s:sessionId><s:settings>&lt;Settings>&lt;Setting Name='AppID'>\xd0\x81&lt;/Setting>&lt;/Settings></s:settings>"
      "</s:SessionSetSettings></e:Body></e:Envelope>";
  CHECK(door.answer_to(soap11(body).header("SOAPAction", action("SessionSetSettings"))).status == 200);
  const auto settings = element(door.answer_to(call_of("SessionGetSettings", sessions(session))).body, "settings");
  CHECK(settings.find("&lt;Setting Name=&quot;AppID&quot; Type=&quot;string&quot; "
                      "ReadOnly=&quot;0&quot;&gt;\xd0\x81&lt;/Setting&gt;") != std::string::npos);
}

}  // namespace tally::soap::test

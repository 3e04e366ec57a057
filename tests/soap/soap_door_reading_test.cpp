#include <catch2/catch.hpp>

#include "soap_door_fixture.hpp"

// What is read leniently and what is not: docsvision-storageserver, 4.3 and 4.4.

namespace tally::soap::test {
namespace {

const std::string not_recognized = "Server did not recognize the value of HTTP Header SOAPAction: ";
const std::string no_action =
    "Unable to handle request without a valid action parameter. Please supply a valid soap action.";

std::string url_encoded(std::string text) {
  for (auto at = text.find(':'); at != std::string::npos; at = text.find(':', at)) text.replace(at, 1, "%3A");
  return text;
}

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

TEST_CASE("two SOAPActions are one with a comma, and that names no operation", "[soap]") {
  DoorUnderTest door;
  const std::string one = "\"" + action("HealthCheck") + "\"";
  const auto response =
      door.answer_to(soap11(envelope("HealthCheck", "")).header("SOAPAction", one).header("soapaction", one));
  CHECK(fault_string(response) ==
        not_recognized + action("HealthCheck") + "&quot;,&quot;" + action("HealthCheck") + ".");
}

TEST_CASE("an unknown SOAPAction is refused before anything else is looked at, in the shape of 1.1", "[soap]") {
  DoorUnderTest door;
  const auto [type, body] =
      GENERATE(table<std::string, std::string>({{"text/xml", "no xml"},
                                                {"application/json", "{}"},
                                                {"text/xml", envelope("HealthCheck", "", SoapVersion::v12)}}));
  const auto response = door.answer_to(
      SentRequest{"POST", service_path}.header("Content-Type", type).header("SOAPAction", "urn:x").body(body));
  CHECK(fault_string(response) == not_recognized + "urn:x.");
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
  CHECK(unknown.body.find("Unable to handle request. The action 'urn:other' was not recognized.") != std::string::npos);
  CHECK(post(type, "Nothing").body.find(no_action) != std::string::npos);
  CHECK(element(post(type + "; action=\"" + url_encoded(action("HealthCheck")) + "\"", "Nothing").body, "result") ==
        "Running");
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
  const auto type = GENERATE("application/json", "text/plain", "text/xmlx", "", "application/xml",
                             "application/x-www-form-urlencoded", "multipart/related; type=\"text/xml\"");
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
  CHECK(door.answer_to(call_of("HealthCheck").header("Content-Encoding", "Identity")).status == 200);
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

TEST_CASE("an envelope of another namespace hears which ones are right", "[soap]") {
  DoorUnderTest door;
  const auto [root, shown] = GENERATE(table<std::string, std::string>(
      {{"<e:Envelope xmlns:e='urn:&lt;x'>", "urn:&lt;x"}, {"<e:other xmlns:e='urn:x'>", "urn:x"}, {"<Envelope>", ""}}));
  const std::string end = root.starts_with("<e:E") ? "</e:Envelope>"
                          : root.starts_with("<e") ? "</e:other>"
                                                   : "</Envelope>";
  for (const auto* named : {"", "HealthCheck"}) {
    auto request = soap11(root + end);
    if (*named != 0) request.header("SOAPAction", action(named));
    const auto response = door.answer_to(request);
    CHECK(element(response.body, "faultcode") == "soap:VersionMismatch");
    CHECK(fault_string(response) == "Possible SOAP version mismatch: Envelope namespace " + shown +
                                        " was unexpected. Expecting http://schemas.xmlsoap.org/soap/envelope/.");
    CHECK(response.body.find("\"><soap:Header><soap12:Upgrade "
                             "xmlns:soap12=\"http://www.w3.org/2003/05/soap-envelope\"><soap12:SupportedEnvelope "
                             "qname=\"soap:Envelope\" xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" />"
                             "<soap12:SupportedEnvelope qname=\"soap12:Envelope\" "
                             "xmlns:soap12=\"http://www.w3.org/2003/05/soap-envelope\" /></soap12:Upgrade>"
                             "</soap:Header><soap:Body><soap:Fault>") != std::string::npos);
    CHECK(response.body.find("<detail />") != std::string::npos);
  }
}

TEST_CASE("an envelope without a body, or a root of SOAP's that is no envelope, is told so", "[soap]") {
  DoorUnderTest door;
  const auto [document, missing] = GENERATE(table<std::string, std::string>({
      {"<e:Envelope %><e:Header/></e:Envelope>", "Body"},
      {"<e:Envelope %/>", "Body"},
      {"<e:Envelope %><Body/></e:Envelope>", "Body"},
      {"<e:Other %><e:Body/></e:Other>", "Envelope"},
  }));
  std::string body = document;
  body.replace(body.find('%'), 1, "xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'");
  INFO(body);
  const std::string reason = "Request format is invalid: Missing required soap:" + missing + " element.";
  // Where the operation is known the client's request can't be read; where it is looked for, the server can't go on.
  const auto named = door.answer_to(soap11(body).header("SOAPAction", action("HealthCheck")));
  CHECK(fault_string(named) == "Server was unable to read request. ---&gt; " + reason);
  CHECK(element(named.body, "faultcode") == "soap:Client");
  const auto unnamed = door.answer_to(soap11(body));
  CHECK(fault_string(unnamed) == "Server was unable to process request. ---&gt; " + reason);
  CHECK(element(unnamed.body, "faultcode") == "soap:Server");
}

TEST_CASE("a header that must be understood makes a fault without detail, and nothing is done", "[soap]") {
  const auto version = GENERATE(SoapVersion::v11, SoapVersion::v12);
  DoorUnderTest door;
  const auto session = door.log_in();
  const auto with_header = [&](const std::string& members) {
    auto request = call_of("SessionLogout", members, version);
    std::string body = envelope("SessionLogout", members, version);
    body.insert(body.find("<soap:Body>"),
                "<soap:Header><t:Token xmlns:t='urn:t' soap:mustUnderstand='1'/></soap:Header>");
    return door.answer_to(request.body(body));
  };
  const auto response = with_header(sessions(session));
  CHECK(response.status == 500);
  CHECK(response.body.find(version == SoapVersion::v11
                               ? "<faultcode>soap:MustUnderstand</faultcode><faultstring>"
                                 "SOAP header Token was not understood.</faultstring>"
                                 "</soap:Fault>"
                               : "<soap:Value>soap:MustUnderstand</soap:Value>") != std::string::npos);
  CHECK(response.body.find("SOAP header Token was not understood.") != std::string::npos);
  CHECK(response.body.find("etail") == std::string::npos);
  CHECK(door.answer_to(call_of("SessionKeepAlive", sessions(session))).status == 200);
  // The original reads the parameters first.
  CHECK(with_header("<sessionId/>").body.find("Unrecognized Guid format.") != std::string::npos);
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

TEST_CASE("a missing element is its type's default", "[soap]") {
  DoorUnderTest door;
  CHECK(error_in(door.answer_to(call_of("SessionKeepAlive"))) == "InvalidSession");
  CHECK(error_in(door.answer_to(call_of("SessionKeepAlive", "<sessionid>" + option + "</sessionid>"))) ==
        "InvalidSession");
  CHECK(error_in(door.answer_to(call_of("SessionKeepAlive", "<deep><sessionId/></deep>"))) == "InvalidSession");
  CHECK(door.answer_to(call_of("SessionLogin")).status == 200);
  CHECK(door.answer_to(call_of("SessionLoginEx")).status == 200);
  CHECK(door.answer_to(call_of("SessionLogin", "<baseName/><sessionSettings></sessionSettings>")).status == 200);
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

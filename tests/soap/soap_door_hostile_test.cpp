#include <catch2/catch.hpp>
#include <chrono>

#include "soap_door_fixture.hpp"

// What a caller may send to slow the door down, to break out of a text, or to leave something behind for the next
// caller.

namespace tally::soap::test {
namespace {

std::string repeated(std::size_t count, const std::string& pattern) {
  std::string text;
  text.reserve(count * (pattern.size() + 6));
  for (std::size_t index = 0; index < count; ++index) {
    for (const char c : pattern) c == '#' ? text += std::to_string(index) : text += c;
  }
  return text;
}

/// A megabyte takes milliseconds; what is quadratic takes minutes. The bound is for slow machines under sanitizers.
http::Response answered_soon(DoorUnderTest& door, const SentRequest& request) {
  const auto begin = std::chrono::steady_clock::now();
  auto response = door.answer_to(request);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{10});
  return response;
}

}  // namespace

TEST_CASE("many elements, attributes or namespaces cost no more than their bytes", "[soap]") {
  DoorUnderTest door;
  const auto session = door.log_in();
  const std::string id = sessions("@");
  const auto members =
      GENERATE_REF(as<std::string>{}, repeated(100'000, "<a/>") + id, repeated(50'000, "<a#>x</a#>") + id,
                   repeated(20'000, id), "<a" + repeated(50'000, " a#='1'") + "/>" + id,
                   repeated(50'000, "<a a#='1'/>") + id, "<a" + repeated(30'000, " xmlns:a#='u#'") + "/>" + id,
                   "<a" + repeated(20'000, " xmlns:a#='u'") + ">" + repeated(20'000, "<a#:b/>") + "</a>" + id,
                   repeated(50'000, "<a id='i#' href='#i0'/>") + id, std::string(1'000'000, ' ') + id,
                   "<!--" + std::string(1'000'000, 'x') + "-->" + id);
  CHECK(answered_soon(door, call_of("SessionKeepAlive", in_session(members, session))).body ==
        empty_answer("SessionKeepAlive"));
}

TEST_CASE("many headers cost no more than their bytes", "[soap]") {
  DoorUnderTest door;
  std::string body = envelope("HealthCheck", "");
  body.insert(body.find("<soap:Body>"),
              "<soap:Header>" + repeated(30'000, "<a# xmlns='urn:#' b#='1'/>") + "</soap:Header>");
  CHECK(element(answered_soon(door, soap11(body)).body, "result") == "Running");
}

TEST_CASE("a text of megabytes is read as any other", "[soap]") {
  DoorUnderTest door;
  const auto session = door.log_in();
  const std::string long_text(3'000'000, 'x');
  CHECK(error_in(answered_soon(door, call_of("SessionLogin", "<sessionSettings>" + long_text +
                                                                 "</sessionSettings>"))) == "InvalidSettings");
  CHECK(answered_soon(door, call_of("SessionKeepAlive", "<sessionId>" + long_text + "</sessionId>")).status == 500);
  CHECK(answered_soon(door, call_of("SessionLoginEx", "<flags>" + std::string(1'000'000, '9') + "</flags>")).status ==
        500);
  CHECK(error_in(answered_soon(door, call_of("SessionSetSettings", sessions(session) + "<settings>&lt;Settings>" +
                                                                       repeated(30'000, "&lt;Setting Name='a#'/>") +
                                                                       "&lt;/Settings></settings>"))) ==
        "InvalidSettings");
  CHECK(
      answered_soon(door, soap11(envelope("HealthCheck", "")).header("SOAPAction", std::string(16'000, '%'))).status ==
      500);
  CHECK(door.answer_to(call_of("SessionKeepAlive", sessions(session))).status == 200);
}

TEST_CASE("names of thousands of letters are unknown names", "[soap]") {
  DoorUnderTest door;
  const std::string name(100'000, 'n');
  CHECK(error_in(door.answer_to(call_of("SessionKeepAlive", "<" + name + ">x</" + name + ">"))) == "InvalidSession");
  CHECK(error_in(door.answer_to(call_of(
            "SessionKeepAlive", "<sessionId" + name + ">" + option + "</sessionId" + name + ">"))) == "InvalidSession");
  CHECK(door.answer_to(soap11(envelope(name, ""))).status == 500);
}

TEST_CASE("parameters can't reach into the envelope that gSOAP reads", "[soap]") {
  DoorUnderTest door;
  const auto session = door.log_in();
  const auto members = GENERATE_REF(
      as<std::string>{}, "<sessionId>&lt;/sessionId>&lt;sessionId>@</sessionId>",
      "<sessionId><![CDATA[</sessionId></SessionLogout></s:Body>]]></sessionId>",
      "<sessionId xmlns:xop='http://www.w3.org/2004/08/xop/include'><xop:Include href='cid:a'/></sessionId>");
  CHECK(door.answer_to(call_of("SessionLogout", in_session(members, session))).status >= 400);
  CHECK(door.answer_to(call_of("SessionKeepAlive", sessions(session))).status == 200);
}

TEST_CASE("a bad request of any kind leaves nothing behind for the next", "[soap]") {
  DoorUnderTest door;
  const auto session = door.log_in();
  const std::vector<SentRequest> bad{
      call_of("SessionKeepAlive", "<sessionId>x</sessionId>"),
      call_of("SessionLoginEx", "<baseName>left behind</baseName><flags>x</flags>"),
      call_of("CardDelete", "<permanent>yes</permanent>"),
      call_of("CardDelete", "<permanent>yes</permanent>", SoapVersion::v12),
      call_of("CursorOpenSectionData",
              "<objectInfo><InstanceID>x</InstanceID><deep><deeper/></deep></objectInfo><readType>NONE</readType>"),
      call_of("FileFind", "<x xmlns='http://schemas.xmlsoap.org/soap/envelope/'/>"),
      soap11("<a"),
      soap11(envelope("HealthCheck", "&#0;")),
      soap11(envelope("Nothing", "")),
      call_of("SessionLogin", "<sessionSettings>&lt;Settings></sessionSettings>"),
  };
  for (const auto& request : bad) {
    for (int repeat = 0; repeat < 3; ++repeat) CHECK(door.answer_to(request).status >= 400);
    CHECK(door.answer_to(call_of("SessionKeepAlive", sessions(session))).body == empty_answer("SessionKeepAlive"));
    CHECK(door.answer_to(call_of("SessionKeepAlive", sessions(session), SoapVersion::v12)).body ==
          empty_answer("SessionKeepAlive", SoapVersion::v12));
    CHECK(error_in(door.answer_to(call_of("SessionKeepAlive"))) == "InvalidSession");  // no id is left from before
    CHECK(error_in(door.answer_to(call_of("SessionLogin"))) == "(none)");
  }
}

TEST_CASE("a name that no XML has room for does not spoil the administrator's list", "[soap]") {
  DoorUnderTest door;
  // a<b>, U+FFFF and a password, by Basic
  CHECK(door.answer_to(call_of("SessionLogin").header("Authorization", "Basic YTxiPu+/vzpw")).status == 200);
  const auto response = door.answer_to(call_of("SessionGetList").from("10.0.0.7").header("X-Remote-User", "admin"));
  CHECK(response.status == 200);
  CHECK(response.body.find("\xef\xbf\xbf") == std::string::npos);
  CHECK(response.body.find("AccountName=&quot;a&amp;lt;b&amp;gt;&quot;") != std::string::npos);
}

}  // namespace tally::soap::test

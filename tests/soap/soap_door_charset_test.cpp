#include <catch2/catch.hpp>

#include "soap_door_fixture.hpp"

// The row "Charset" of docsvision-storageserver, 4.3; the decoding itself is held by charset_test.

namespace tally::soap::test {
namespace {

/// An envelope that logs in with the given bytes as a property's value.
std::string login_with(const std::string& value, SoapVersion version = SoapVersion::v11) {
  return envelope("SessionLogin",
                  "<sessionSettings>&lt;Settings>&lt;Setting Name='AppID'>" + value +
                      "&lt;/Setting>&lt;/Settings></sessionSettings>",
                  version);
}

SentRequest posted(const std::string& content_type, std::string body) {
  SentRequest request{"POST", service_path};
  request.header("Content-Type", content_type).body(std::move(body));
  if (content_type.starts_with("text/xml")) request.header("SOAPAction", action("SessionLogin"));
  return request;
}

bool logs_in_as_yo(DoorUnderTest& door, const SentRequest& request) {
  return door.answer_to(request).body.find("&gt;\xd0\x81&lt;") != std::string::npos;
}

std::string utf16(const std::string& utf8) {
  std::string bytes;
  for (std::size_t at = 0; at < utf8.size(); ++at) {
    const bool is_yo = utf8[at] == '\xd0';
    bytes.append(is_yo ? std::string{"\x01\x04"} : std::string{utf8[at], '\0'});
    if (is_yo) ++at;
  }
  return bytes;
}

}  // namespace

TEST_CASE("letters arrive whole in every charset that clients send", "[soap]") {
  DoorUnderTest door;
  CHECK(logs_in_as_yo(door, posted("text/xml", login_with("\xd0\x81"))));
  CHECK(logs_in_as_yo(door, posted("text/xml;charset=\"utf-8\"", login_with("\xd0\x81"))));
  CHECK(logs_in_as_yo(door, posted("text/xml; charset=us-ascii", login_with("&#1025;"))));
  CHECK(logs_in_as_yo(door, posted("text/xml; charset=windows-1251", login_with("\xa8"))));
  CHECK(logs_in_as_yo(door, posted("text/xml; charset=iso-8859-5", login_with("\xa1"))));
  CHECK(logs_in_as_yo(door, posted("text/xml; charset=utf-16", utf16(login_with("\xd0\x81")))));
  CHECK(logs_in_as_yo(door, posted("text/xml; charset=koi8-r", "\xff\xfe" + utf16(login_with("\xd0\x81")))));
}

TEST_CASE("SOAP 1.2 without a charset is read as its document declares", "[soap]") {
  DoorUnderTest door;
  std::string body = login_with("\xa8", SoapVersion::v12);
  body.replace(body.find("utf-8"), 5, "windows-1251");
  CHECK(logs_in_as_yo(door, posted("application/soap+xml", body)));
  CHECK(logs_in_as_yo(door, posted("application/soap+xml", login_with("\xd0\x81", SoapVersion::v12))));
  CHECK(logs_in_as_yo(door, posted("application/soap+xml", utf16(login_with("\xd0\x81", SoapVersion::v12)))));
}

TEST_CASE("what can't be decoded is 400 with nothing in it", "[soap]") {
  DoorUnderTest door;
  const auto request =
      GENERATE(posted("text/xml; charset=windows-1251", login_with("\x98")),
               posted("text/xml; charset=utf-16", login_with("odd")),
               posted("text/xml; charset=utf-8", login_with("\xff")), posted("text/xml", login_with("\xa8")));
  const auto response = door.answer_to(request);
  CHECK(response.status == 400);
  CHECK(response.body.empty());
}

}  // namespace tally::soap::test

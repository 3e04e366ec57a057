#include <algorithm>
#include <catch2/catch.hpp>

#include "operation_contract.hpp"
#include "operations.hpp"
#include "soap_door_fixture.hpp"

// Values that are not of their type, in every operation of the contract: docsvision-storageserver, 4.3 and 4.4.

namespace tally::soap::test {
namespace {

std::string element_of(std::string_view name, std::string_view text) {
  return std::string{"<"}.append(name).append(">").append(text).append("</").append(name).append(">");
}

std::string unreadable(std::size_t column, std::string_view reason) {
  return "Server was unable to read request. ---&gt; There is an error in XML document (1, " + std::to_string(column) +
         "). ---&gt; " + std::string{reason};
}

/// Where the wrapper's end tag is told to be when `members` is all that stands in it.
std::size_t column_behind(std::string_view operation, std::string_view members) {
  const std::string body = envelope(operation, members);
  return body.find("</" + std::string{operation} + ">") + 3;
}

/// A text that is not of the type, and what is said of it; none where every text is right.
struct BadText {
  std::string text;
  std::string reason;
};

std::vector<BadText> bad_texts(const Member& member) {
  constexpr auto number = "Input string was not in a correct format.";
  constexpr auto range = [](const std::string& type) {
    return "Value was either too large or too small for " + type + ".";
  };
  switch (member.type) {
    case ValueType::int32: return {{"", number}, {"many", number}, {"99999999999", range("an Int32")}};
    case ValueType::uint32: return {{"", number}, {"many", number}, {"-1", range("a UInt32")}};
    case ValueType::int64: return {{"", number}, {"1.5", number}, {"99999999999999999999", range("an Int64")}};
    case ValueType::float64: return {{"", number}, {"1,5", number}, {"1e999", range("a Double")}};
    case ValueType::boolean:
      return {{"", "The string '' is not a valid Boolean value."},
              {"yes", "The string 'yes' is not a valid Boolean value."},
              {"&lt;&amp;", "The string '&lt;&amp;' is not a valid Boolean value."}};
    case ValueType::guid:
      return {{"", "Unrecognized Guid format."},
              {"x", "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."},
              {std::string(32, 'g'), "Guid string should only contain hexadecimal characters."}};
    case ValueType::enumeration: {
      const std::string tail = "' is not a valid value for " + std::string{member.named->name} + ".";
      return {{"", "Instance validation error: '" + tail}, {"NONE", "Instance validation error: 'NONE" + tail}};
    }
    case ValueType::string:
    case ValueType::base64:
    case ValueType::structure: break;
  }
  return {};
}

std::string good_text(const Member& member) {
  switch (member.type) {
    case ValueType::int32:
    case ValueType::int64: return " +5\n";
    case ValueType::uint32: return " 5 ";
    case ValueType::float64: return " 45000.25 ";
    case ValueType::boolean: return " true ";
    case ValueType::guid: return "{" + option + "}";
    case ValueType::enumeration: return std::string{member.named->values.back()};
    case ValueType::base64: return "QUJDRA==";
    case ValueType::string: return "text";
    case ValueType::structure: break;
  }
  std::string members;
  for (const auto& inner : member.named->members) members += element_of(inner.name, good_text(inner));
  return members;
}

}  // namespace

TEST_CASE("a bad value in any member of any operation is the client's fault, with its place and .NET's words",
          "[soap]") {
  DoorUnderTest door;
  std::size_t checked = 0;
  for (const auto& operation : operation_contracts) {
    for (const auto& member : operation.request) {
      for (const auto& [text, reason] : bad_texts(member)) {
        const std::string members = element_of(member.name, text);
        INFO(operation.name << " " << members);
        const auto response = door.answer_to(call_of(operation.name, members));
        CHECK(response.status == 500);
        CHECK(element(response.body, "faultstring") == unreadable(column_behind(operation.name, members), reason));
        CHECK(element(response.body, "faultcode") == "soap:Client");
        CHECK(response.body.find("<detail />") != std::string::npos);
        ++checked;
      }
    }
  }
  CHECK(checked > 700);
}

TEST_CASE("a bad value within a structure is told like any other", "[soap]") {
  DoorUnderTest door;
  const auto response = door.answer_to(
      call_of("CursorOpenSectionData", "<objectInfo><ParentID>x</ParentID></objectInfo>", SoapVersion::v12));
  CHECK(response.body.find("<soap:Value>soap:Sender</soap:Value>") != std::string::npos);
  CHECK(response.body.find("Guid should contain 32 digits") != std::string::npos);
}

TEST_CASE("right values in any spelling reach every operation", "[soap]") {
  DoorUnderTest door;
  for (const auto& operation : operation_contracts) {
    if (std::ranges::find(built_operations, operation.name) != built_operations.end()) continue;
    std::string members;
    for (const auto& member : operation.request) members += element_of(member.name, good_text(member));
    INFO(operation.name << " " << members);
    CHECK(error_in(door.answer_to(call_of(operation.name, members))) == "NotImplemented");
  }
}

TEST_CASE("no right value is too odd for the operation that it is meant for", "[soap]") {
  DoorUnderTest door;
  const auto [operation, members] = GENERATE(table<std::string, std::string>({
      {"CardPurge", "<maxDate>INF</maxDate>"},
      {"CardPurge", "<maxDate>-INF</maxDate>"},
      {"CardPurge", "<maxDate>NaN</maxDate>"},
      {"CardPurge", "<maxDate>Infinity</maxDate>"},
      {"CardPurge", "<maxDate>-Infinity</maxDate>"},
      {"CardPurge", "<maxDate>1e-999</maxDate>"},
      {"CardPurge", "<maxDate>.5</maxDate>"},
      {"CardPurge", "<maxDate>-5.</maxDate>"},
      {"CardPurge", "<maxDate>1.7976931348623157E+308</maxDate>"},
      {"CursorOpenCardData", "<timestamp>-9223372036854775808</timestamp>"},
      {"CursorOpenCardData", "<timestamp>00000000000000000000000000000001</timestamp>"},
      {"CursorReadPage", "<pageNum>4294967295</pageNum>"},
      {"CursorReadPage", "<pageNum>-0</pageNum>"},
      {"CardArchive", "<options>-2147483648</options>"},
      {"CardDelete", "<permanent>\t1 </permanent>"},
      {"FolderSetCardDescriptor", "<descBytes>QUJD\nRA== </descBytes>"},
      {"FolderSetCardDescriptor", "<descBytes/>"},
      {"FolderSetCardDescriptor", "<descBytes>QUJDR</descBytes>"},
      {"CursorOpenSectionData", "<objectInfo/>"},
      {"SearchCards", "<filter> </filter>"},
  }));
  INFO(operation << " " << members);
  const bool is_built = operation == "CursorReadPage";
  CHECK(error_in(door.answer_to(call_of(operation, members))) == (is_built ? "InvalidSession" : "NotImplemented"));
}

TEST_CASE("of several bad values the first in the document is told", "[soap]") {
  DoorUnderTest door;
  const auto response =
      door.answer_to(call_of("CardSetStatus", "<recordStatus>OTHER</recordStatus><sessionId>x</sessionId>"));
  CHECK(element(response.body, "faultstring").ends_with("'OTHER' is not a valid value for RecordStatus."));
}

TEST_CASE("the place of a bad value is told in lines and columns of the document as it was sent", "[soap]") {
  DoorUnderTest door;
  std::string body = envelope("SessionLoginEx", "\r\n  <baseName>\xd0\x81</baseName>\r\n  <flags>x</flags>\r\n");
  const auto fault = [&] {
    return element(door.answer_to(soap11(body).header("SOAPAction", "\"" + action("SessionLoginEx") + "\"")).body,
                   "faultstring");
  };
  CHECK(fault().find("(3, 19)") != std::string::npos);
  body.insert(0, "\xef\xbb\xbf");
  CHECK(fault().find("(3, 19)") != std::string::npos);
}

TEST_CASE("an element within a value, and binary data that is none, is 400 as malformed XML is", "[soap]") {
  DoorUnderTest door;
  const auto [operation, members] = GENERATE(table<std::string, std::string>({
      {"SessionKeepAlive", "<sessionId><b>x</b></sessionId>"},
      {"SessionLogin", "<baseName>a<b/></baseName>"},
      {"FolderSetCardDescriptor", "<descBytes>$</descBytes>"},
  }));
  const auto response = door.answer_to(call_of(operation, members));
  CHECK(response.status == 400);
  CHECK(response.body.empty());
}

TEST_CASE("nothing of a bad value is left for the next request", "[soap]") {
  DoorUnderTest door;
  const auto session = door.log_in();
  const auto members = GENERATE(as<std::string>{}, "<sessionId/>", "<sessionId> </sessionId>",
                                "<sessionId></sessionId><sessionId>@</sessionId>", "<sessionId><!-- --></sessionId>",
                                "<sessionId>@0</sessionId>", "<sessionId>{@</sessionId>");
  CHECK(element(door.answer_to(call_of("SessionLogout", in_session(members, session))).body, "faultcode") ==
        "soap:Client");
  CHECK(door.answer_to(call_of("SessionKeepAlive", sessions(session))).body == empty_answer("SessionKeepAlive"));
}

}  // namespace tally::soap::test

// What the operations on numerators, cursors, locks and profiles read and answer; what they decide is tested with the
// engine.

#include <catch2/catch.hpp>

#include "soap_door_fixture.hpp"

namespace tally::soap::test {
namespace {

const std::string numerator = "3ba63bd6-91de-4d5e-8a70-7d1b1ad9f0d5";
const std::string in_zone =
    "<sessionId>@</sessionId><numeratorId>" + numerator + "</numeratorId><zoneName>A</zoneName>";
const std::string on_numerator = "<sessionId>@</sessionId><numeratorId>" + numerator + "</numeratorId>";
const std::string on_resource = "<sessionId>@</sessionId><resourceId>" + numerator + "</resourceId>";

/// What stands between the response's wrapper.
std::string inner(const http::Response& response) {
  const auto begin = response.body.find('>', response.body.find("Response xmlns=")) + 1;
  return response.body.substr(begin, response.body.find("</soap:Body>") - begin);
}

/// A door and a session that asks.
struct Asking {
  SoapVersion version = SoapVersion::v11;
  DoorUnderTest door = DoorUnderTest{};
  std::string session = door.log_in();

  std::string operator()(const std::string& operation, const std::string& pattern) {
    const auto response = door.answer_to(call_of(operation, in_session(pattern, session), version));
    INFO(response.body);
    CHECK(response.status == 200);
    const std::string end = "</" + operation + "Response>";
    const auto members = inner(response);
    return members.ends_with(end) ? members.substr(0, members.size() - end.size()) : members;
  }
  std::string error(const std::string& operation, const std::string& pattern) {
    return error_in(door.answer_to(call_of(operation, in_session(pattern, session), version)));
  }
};

}  // namespace

TEST_CASE("numbers are told in the documented elements, in their order", "[soap]") {
  Asking ask{GENERATE(SoapVersion::v11, SoapVersion::v12)};
  const auto taken = ask("NumGetFirstFree", in_zone + "<userId>" + zero_guid + "</userId>");
  const auto id = element(taken, "NumberId");
  CHECK(taken == "<number>1</number><NumberId>" + id + "</NumberId>");
  CHECK(ask("NumGetLastFree", in_zone).starts_with("<number>2147483647</number><NumberId>"));
  CHECK(ask("NumAllocateNumber", in_zone + "<number>2</number>").starts_with("<NumberId>"));
  CHECK(ask("NumAllocateNumbers", in_zone + "<firstNumber>3</firstNumber><lastNumber>9</lastNumber>").empty());
  CHECK(ask("NumGetNumberByID", in_zone + "<NumberId>" + id + "</NumberId>") == "<number>1</number>");
  CHECK(ask("NumGetNumberStatus", in_zone + "<number>9</number>") ==
        "<numberStatus>NUMBER_STATUS_IN_USE</numberStatus>");
  CHECK(ask("NumReleaseNumber", in_zone + "<number>2</number>").empty());
  CHECK(ask("NumReleaseNumbers", in_zone + "<firstNumber>4</firstNumber><lastNumbers>9</lastNumbers>").empty());
  CHECK(ask("NumReleaseNumberByID", on_numerator + "<NumberId>" + id + "</NumberId>").empty());
  CHECK(ask("NumGetNumberStatus", in_zone + "<number>1</number>") == "<numberStatus>NUMBER_STATUS_FREE</numberStatus>");
  CHECK(ask("NumChangeRightBound", on_numerator + "<newRightBound>5</newRightBound><forceChange>true</forceChange>")
            .empty());
  CHECK(
      ask("NumChangeLeftBound", on_numerator + "<newLeftBound>-2</newLeftBound><forceChange>0</forceChange>").empty());
  CHECK(ask("NumGetNumberStatus", in_zone + "<number>-3</number>") ==
        "<numberStatus>NUMBER_STATUS_NOT_EXISTS</numberStatus>");
}

TEST_CASE("a zone's id is the UUID of version 5 of its name in its numerator", "[soap]") {
  Asking ask;
  const auto id = element(ask("NumAllocateNumber", in_zone + "<number>7</number>"), "NumberId");
  // Python: uuid.uuid5(uuid.UUID(numerator), "A")
  CHECK(
      ask("NumGetNumberID", on_numerator + "<zoneId>b9153a89-d552-54f0-9abf-f8ba24d4c4ef</zoneId><number>7</number>") ==
      "<NumberId>" + id + "</NumberId>");
}

TEST_CASE("statuses come as a cursor's first page, and the pages behind it by the cursor", "[soap]") {
  Asking ask;
  (void)ask("NumAllocateNumber", in_zone + "<number>2</number>");
  const auto brief = ask("NumGetNumbersStatus", in_zone + "<firstNumber>0</firstNumber><lastNumber>2</lastNumber>");
  CHECK(brief == "<cursorInfo><ID>" + zero_guid +
                     "</ID><PageCount>1</PageCount><RowCount>3</RowCount><FirstPage>&lt;Numbers&gt;&lt;Number "
                     "Value=&quot;0&quot; Status=&quot;3&quot; /&gt;&lt;Number Value=&quot;1&quot; "
                     "Status=&quot;0&quot; /&gt;&lt;Number Value=&quot;2&quot; Status=&quot;1&quot; "
                     "/&gt;&lt;/Numbers&gt;</FirstPage><UsingCompression>false</UsingCompression></cursorInfo>");
  const auto list = ask("NumGetNumbersStatus", in_zone + "<firstNumber>1</firstNumber><lastNumber>1001</lastNumber>");
  CHECK(element(list, "PageCount") == "2");
  const auto on_cursor = "<sessionId>@</sessionId><cursorId>" + element(list, "ID") + "</cursorId>";
  CHECK(ask("CursorGetPageCount", on_cursor) == "<count>2</count>");
  CHECK(ask("CursorReadPage", on_cursor + "<pageNum>2</pageNum>") ==
        "<data>&lt;Numbers&gt;&lt;Number Value=&quot;1001&quot; Status=&quot;0&quot; /&gt;&lt;/Numbers&gt;</data>"
        "<usingCompression>false</usingCompression>");
  CHECK(ask("CursorClose", on_cursor).empty());
  CHECK(ask.error("CursorReadPage", on_cursor + "<pageNum>2</pageNum>") == "InvalidCursor");
}

TEST_CASE("locks are told in the documented elements, in their order", "[soap]") {
  Asking ask{GENERATE(SoapVersion::v11, SoapVersion::v12)};
  CHECK(ask("LockGetInfo", on_resource) == "<lockStatus>STATUS_FREE</lockStatus><ownerName />");
  CHECK(ask("LockSet", on_resource + "<resType>FILE</resType><checkOut>false</checkOut>").empty());
  CHECK(ask("LockGetInfo", on_resource) ==
        "<lockStatus>STATUS_OWNER_LOCKED</lockStatus><ownerName>anonymous</ownerName>");
  const auto list = ask("LockGetList", "<sessionId>@</sessionId><allTypes>true</allTypes>");
  CHECK(list.starts_with("<lockedObjects>&lt;Locks&gt;&lt;Lock ResourceID=&quot;" + numerator +
                         "&quot; ResourceType=&quot;FILE&quot; SectionID=&quot;" + zero_guid));
  CHECK(
      list.ends_with("CheckedOut=&quot;false&quot; /&gt;&lt;/Locks&gt;</lockedObjects>"
                     "<usingCompression>false</usingCompression>"));
  CHECK(ask("LockClear", on_resource + "<forceUnlock>false</forceUnlock>").empty());
  const auto items = "<items>&lt;GroupOperation>&lt;Item ID='" + numerator + "'/>&lt;/GroupOperation></items>";
  CHECK(ask("LockClearGroup", "<sessionId>@</sessionId>" + items) ==
        "<failedItems>&lt;GroupOperation&gt;&lt;/GroupOperation&gt;</failedItems>");
}

TEST_CASE("profiles are told in the documented elements, in their order", "[soap]") {
  Asking ask;
  const auto known = ask("UserProfileGetInfo", "<sessionId>@</sessionId><userName/>");
  const auto id = element(known, "userRefId");
  CHECK(known == "<curUserName>anonymous</curUserName><userRefId>" + id + "</userRefId>");
  CHECK(ask("UserProfileGetAccount", "<sessionId>@</sessionId><userRefId>" + id + "</userRefId>") ==
        "<userAccount>anonymous</userAccount>");
}

TEST_CASE("refusals about numbers, locks, cursors and users are faults of their own", "[soap]") {
  Asking ask;
  (void)ask("NumAllocateNumber", in_zone + "<number>5</number>");
  CHECK(ask.error("NumAllocateNumber", in_zone + "<number>5</number>") == "NumberTaken");
  CHECK(ask.error("NumAllocateNumber", in_zone + "<number>0</number>") == "NumberOutOfBounds");
  CHECK(ask.error("NumGetNumberByID", in_zone + "<NumberId>" + zero_guid + "</NumberId>") == "InvalidNumber");
  CHECK(ask.error("NumChangeLeftBound", on_numerator + "<newLeftBound>6</newLeftBound>") == "BoundsInUse");
  (void)ask("NumChangeRightBound", on_numerator + "<newRightBound>5</newRightBound>");
  CHECK(ask.error("NumChangeLeftBound", on_numerator + "<newLeftBound>6</newLeftBound>") == "InvalidBounds");
  (void)ask("NumAllocateNumbers", in_zone + "<firstNumber>1</firstNumber><lastNumber>4</lastNumber>");
  CHECK(ask.error("NumGetFirstFree", in_zone) == "NoFreeNumber");
  CHECK(ask.error("CursorGetPageCount", "<sessionId>@</sessionId>") == "InvalidCursor");
  CHECK(ask.error("UserProfileGetInfo", "<sessionId>@</sessionId><userName>x</userName>") == "UnknownUser");
  CHECK(ask.error("LockClearGroup", "<sessionId>@</sessionId><items>x</items>") == "InvalidParameter");
  (void)ask("LockSet", on_resource);
  ask.session = ask.door.log_in();
  CHECK(ask.error("LockSet", on_resource) == "Locked");
  CHECK(ask.error("LockClear", on_resource + "<forceUnlock>true</forceUnlock>") == "AccessDenied");
}

TEST_CASE("a parameter that is none of its type ends the call before anything is done", "[soap]") {
  Asking ask;
  const auto [operation, flawed] = GENERATE(table<std::string, std::string>({
      {"NumAllocateNumber", in_zone + "<number>x</number>"},
      {"NumAllocateNumber", in_zone + "<number/>"},
      {"NumAllocateNumber", in_zone + "<number>2147483648</number>"},
      {"NumGetFirstFree", in_zone + "<userId>x</userId>"},
      {"NumGetFirstFree", "<sessionId>@</sessionId><numeratorId/>"},
      {"NumChangeLeftBound", on_numerator + "<forceChange>yes</forceChange>"},
      {"NumGetNumberID", on_numerator + "<zoneId>A</zoneId>"},
      {"CursorReadPage", "<sessionId>@</sessionId><pageNum>-1</pageNum>"},
      {"LockSet", on_resource + "<resType>Card</resType>"},
      {"LockSet", on_resource + "<sectionId/>"},
      {"LockGetList", "<sessionId>@</sessionId><allTypes/>"},
      {"LockClearGroup", "<sessionId>x</sessionId><items>x</items>"},
  }));
  CAPTURE(operation, flawed);
  const auto response = ask.door.answer_to(call_of(operation, in_session(flawed, ask.session)));
  CHECK(response.status == 500);
  CHECK(element(response.body, "faultcode") == "soap:Client");
  CHECK(ask("NumGetFirstFree", in_zone).starts_with("<number>1</number>"));
  CHECK(element(ask("LockGetInfo", on_resource), "lockStatus") == "STATUS_FREE");
}

}  // namespace tally::soap::test

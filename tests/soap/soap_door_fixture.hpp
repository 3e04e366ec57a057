#pragma once

#include <memory>
#include <string>

#include "asked_door.hpp"
#include "fake_io_thread.hpp"
#include "memory_engine.hpp"
#include "sent_request.hpp"
#include "soap_version.hpp"
#include "tally/soap/soap_door.hpp"

namespace tally::soap::test {

using common::test::SentRequest;

inline const std::string service_path = "/DocsVision/StorageServer/StorageServerService.asmx";
inline const std::string zero_guid = "00000000-0000-0000-0000-000000000000";
/// Of three places.
inline const std::string option = "da212a06-edcd-461f-8134-c5e39f1559f7";

/// An envelope with an operation's wrapper, in the service's default namespace, around `members`.
[[nodiscard]] std::string envelope(std::string_view operation, std::string_view members,
                                   SoapVersion version = SoapVersion::v11);
/// An operation's request as a well-behaved client of that version sends it.
[[nodiscard]] SentRequest call_of(std::string_view operation, std::string_view members = "",
                                  SoapVersion version = SoapVersion::v11);
[[nodiscard]] SentRequest soap11(std::string body);
[[nodiscard]] std::string action(std::string_view operation);
/// The answer of an operation that returns nothing.
[[nodiscard]] std::string empty_answer(std::string_view operation, SoapVersion version = SoapVersion::v11);

[[nodiscard]] std::string sessions(const std::string& id);
[[nodiscard]] std::string sessions_option(const std::string& id, const std::string& option_id = option);
/// `pattern` with the session's id for each @: generated rows outlive the session of a single run.
[[nodiscard]] std::string in_session(std::string pattern, const std::string& id);
/// The text of the first element of that name; "(missing)" without one.
[[nodiscard]] std::string element(const std::string& xml, const std::string& name);
/// The name of Tally's error in a fault, else "(none)".
[[nodiscard]] std::string error_in(const http::Response& response);

/// A door, its I/O thread and an engine in memory with a small catalogue.
class DoorUnderTest {
 public:
  explicit DoorUnderTest(SoapDoorOptions options = {.databases = {}, .server_version = "9.9"});
  ~DoorUnderTest();
  DoorUnderTest(const DoorUnderTest&) = delete;
  DoorUnderTest& operator=(const DoorUnderTest&) = delete;

  /// Answered exactly once, or the test fails.
  http::Response answer_to(const SentRequest& request);
  /// A session of an administrator's (by the listed proxy 10.0.0.7) or of the anonymous user.
  std::string log_in(std::string_view settings = "");

  SoapDoor& door() { return *door_; }
  void set_unready(std::string reason) { unready_ = std::move(reason); }

 private:
  common::test::FakeIoThread thread_;
  common::test::MemoryEngine engine_;
  common::Identification identification_;
  std::optional<std::string> unready_;
  std::unique_ptr<SoapDoor> door_;
};

}  // namespace tally::soap::test

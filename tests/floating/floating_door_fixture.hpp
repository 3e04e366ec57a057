#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <string>

#include "asked_door.hpp"
#include "fake_io_thread.hpp"
#include "memory_engine.hpp"
#include "sent_request.hpp"
#include "tally/floating/floating_door.hpp"

namespace tally::floating::test {

using common::test::SentRequest;

/// A POST of this body below /api/v4.
[[nodiscard]] SentRequest post(const std::string& path, std::string body);
[[nodiscard]] SentRequest get(const std::string& path, std::string query = "");

[[nodiscard]] std::string sample_catalog();

/// A door, its I/O thread and an engine in memory with the sample catalogue: the license `app` has 100 units a day and
/// 5 users, the features f1 (50 units) and f2 (3 places).
class FloatingDoorUnderTest {
 public:
  explicit FloatingDoorUnderTest(config::FloatingOptions options = {}, const std::string& catalog = sample_catalog());
  ~FloatingDoorUnderTest();
  FloatingDoorUnderTest(const FloatingDoorUnderTest&) = delete;
  FloatingDoorUnderTest& operator=(const FloatingDoorUnderTest&) = delete;

  /// Answered exactly once, or the test fails.
  http::Response answer_to(const SentRequest& request);
  /// The body of a success, as JSON.
  boost::json::value success(const SentRequest& request);
  /// What a consumption of the license has come to.
  std::int64_t consumed(const std::string& body);
  /// Status and code of a refusal, as "400 unknown_product"; its body has been checked for its three members.
  std::string refusal_of(const SentRequest& request);
  std::string refused(const std::string& path, const std::string& body) { return refusal_of(post(path, body)); }

  FloatingDoor& door() { return *door_; }
  void set_unready(std::string reason) { unready_ = std::move(reason); }

 private:
  common::test::FakeIoThread thread_;
  common::test::MemoryEngine engine_;
  common::Identification identification_{config::IdentityOptions{}};
  std::optional<std::string> unready_;
  std::unique_ptr<FloatingDoor> door_;
};

}  // namespace tally::floating::test

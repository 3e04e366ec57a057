#include "tally/common/front.hpp"

#include <catch2/catch.hpp>

#include "answer_box.hpp"
#include "sent_request.hpp"

namespace tally::common::test {
namespace {

struct PrefixDoor final : Door {
  explicit PrefixDoor(std::string path_prefix) : prefix{std::move(path_prefix)} {}
  bool owns(std::string_view path) const override { return path.starts_with(prefix); }
  model::Access needed_for(const http::Request& request) const override {
    return request.method == http::Method::post ? model::Access::use : model::Access::read;
  }
  bool needs_writer(const http::Request& request) const override { return request.method == http::Method::post; }
  void handle(const http::Request&, http::Responder responder) override {
    responder.send({.status = 200, .content_type = "text/plain", .headers = {}, .body = prefix, .label = "door"});
  }
  http::Response refuse(unsigned status, std::string_view) override {
    return {
        .status = status, .content_type = "text/plain", .headers = {}, .body = "refused by " + prefix, .label = "door"};
  }
  std::string prefix;
};

/// Runs tasks when it is told to.
struct HandThread final : http::IoThread {
  void post(std::move_only_function<void()> task) override { tasks.push_back(std::move(task)); }
  void at_round_end(std::move_only_function<void()> task) override { post(std::move(task)); }
  void run() {
    for (auto& task : std::exchange(tasks, {})) task();
  }
  std::vector<std::move_only_function<void()>> tasks;
};

/// A writer elsewhere, or none.
struct FakeForwarding final : Forwarding {
  bool is_needed() const override { return needed; }
  void forward(const http::Request&, const Identity& identity, Done done) override {
    users.push_back(identity.caller.user);
    waiting = std::move(done);
  }
  bool needed = false;
  std::vector<std::string> users;
  Done waiting;
};

/// Answers later, when it is told to.
struct FakeGate final : Gate {
  void admit(const http::Request&, model::Access access, Then then) override {
    needed.push_back(access);
    waiting = std::move(then);
  }
  std::vector<model::Access> needed;
  Then waiting;
};

constexpr const char* secret = "0123456789abcdef";
const Identification identification{{.anonymous_user = "anonymous"}, secret};

struct FrontUnderTest {
  explicit FrontUnderTest(
      Readiness readiness = [] { return std::optional<std::string>{}; }, std::unique_ptr<Gate> gate = nullptr)
      : front{thread, std::move(gate), doors(), identification, forwarding, std::move(readiness)} {}
  static std::vector<std::unique_ptr<Door>> doors() {
    std::vector<std::unique_ptr<Door>> doors;
    for (const char* prefix : {"/a/", "/a/b/", "/c/"}) doors.push_back(std::make_unique<PrefixDoor>(prefix));
    return doors;
  }
  operator Front&() { return front; }

  HandThread thread;
  FakeForwarding forwarding;
  Front front;
};

http::Response asked(Front& of, const SentRequest& request) {
  const auto box = std::make_shared<AnswerBox>();
  of.handle(request.view(), http::Responder{box});
  REQUIRE(box->answers.size() == 1);
  CHECK(box->abandoned == 0);
  return box->answers.front();
}

std::string header_of(const http::Response& response, std::string_view name) {
  for (const auto& [known, value] : response.headers) {
    if (known == name) return value;
  }
  return {};
}

}  // namespace

TEST_CASE("a request is shown to the first door that owns its path", "[common]") {
  FrontUnderTest doors;
  CHECK(asked(doors, SentRequest{"GET", "/a/x"}).body == "/a/");
  CHECK(asked(doors, SentRequest{"GET", "/a/b/x"}).body == "/a/");
  CHECK(asked(doors, SentRequest{"POST", "/c/"}).body == "/c/");
}

TEST_CASE("a path of no door is 404 with a problem document", "[common]") {
  FrontUnderTest doors;
  const auto path = GENERATE("/", "/d", "*", "/health", "/health/", "/health/other", "/healthy", "/HEALTH/live");
  const auto response = asked(doors, SentRequest{"GET", path});
  CHECK(response.status == 404);
  CHECK(response.content_type == "application/problem+json");
  CHECK(response.body == R"({"type":"about:blank","title":"nothing is here","status":404,"code":"not_found"})");
}

TEST_CASE("/health/live is 200 while the process answers, whatever its readiness", "[common]") {
  FrontUnderTest doors{[] { return std::optional<std::string>{"stopping"}; }};
  const auto response = asked(doors, SentRequest{"GET", "/health/live"});
  CHECK(response.status == 200);
  CHECK(response.body == R"({"status":"live"})");
  CHECK(response.cache_control == "no-store");
}

TEST_CASE("/health/ready tells the role, or why it is not ready", "[common]") {
  std::optional<std::string> reason;
  FrontUnderTest doors{[&] { return reason; }};
  const auto ready = asked(doors, SentRequest{"HEAD", "/health/ready"});
  CHECK(ready.status == 200);
  CHECK(ready.content_type == "application/json");
  CHECK(ready.body == R"({"status":"ready","role":"writer"})");

  reason = "the database does not answer";
  const auto unready = asked(doors, SentRequest{"GET", "/health/ready"});
  CHECK(unready.status == 503);
  CHECK(unready.body == R"({"status":"not ready","reason":"the database does not answer"})");
  CHECK(header_of(unready, "Retry-After") == "1");

  reason.reset();
  CHECK(asked(doors, SentRequest{"GET", "/health/ready"}).status == 200);
}

TEST_CASE("/health is read, not written", "[common]") {
  FrontUnderTest doors;
  const auto response = asked(doors, SentRequest{GENERATE("POST", "PUT", "BREW"), "/health/live"});
  CHECK(response.status == 405);
  CHECK(header_of(response, "Allow") == "GET, HEAD");
}

TEST_CASE("what the server refuses is worded by the door whose path was asked", "[common]") {
  FrontUnderTest doors;
  CHECK(doors.front.refuse(413, "/c/x").body == "refused by /c/");
  const auto response =
      doors.front.refuse(GENERATE(400U, 408U, 413U, 417U, 431U, 500U, 501U, 503U), GENERATE("", "/d"));
  CHECK(response.content_type == "application/problem+json");
  CHECK(response.body.find("\"status\":" + std::to_string(response.status) + ",\"code\":") != std::string::npos);
  CHECK(header_of(response, "Retry-After") == (response.status == 503 ? "1" : ""));
}

TEST_CASE("a stand-by forwards what needs the writer, with who it found to be calling", "[common]") {
  FrontUnderTest doors;
  doors.forwarding.needed = true;
  CHECK(asked(doors, SentRequest{"GET", "/a/x"}).body == "/a/");

  const auto box = std::make_shared<AnswerBox>();
  doors.front.handle(SentRequest{"POST", "/a/x"}.view(), http::Responder{box});
  REQUIRE(doors.forwarding.users == std::vector<std::string>{"anonymous"});
  CHECK(box->answers.empty());
  doors.forwarding.waiting(
      http::Response{.status = 200, .content_type = "text/plain", .headers = {}, .body = "from afar", .label = "f"});
  CHECK(box->answers.empty());  // not on a thread of the forwarder's
  doors.thread.run();
  REQUIRE(box->answers.size() == 1);
  CHECK(box->answers[0].body == "from afar");
}

TEST_CASE("a forward that failed is busy when nothing was sent, else of unknown outcome", "[common]") {
  const auto [failure, status] = GENERATE(
      table<Forwarding::Failure, unsigned>({{Forwarding::Failure::not_sent, 503}, {Forwarding::Failure::lost, 504}}));
  FrontUnderTest doors;
  doors.forwarding.needed = true;
  const auto box = std::make_shared<AnswerBox>();
  doors.front.handle(SentRequest{"POST", "/c/x"}.view(), http::Responder{box});
  doors.forwarding.waiting(std::unexpected{failure});
  doors.thread.run();
  REQUIRE(box->answers.size() == 1);
  CHECK(box->answers[0].status == status);
  CHECK(box->answers[0].body == "refused by /c/");
}

TEST_CASE("a forwarded request is answered by the writer, and never forwarded again", "[common]") {
  FrontUnderTest doors;
  SentRequest request{"POST", "/a/x"};
  request.header("Tally-Forwarded", forwarded_value(secret, {.caller = {.user = "DOM\\ivanov", .address = "10.0.0.9"},
                                                             .is_verified = true}));
  CHECK(asked(doors, request).body == "/a/");
  const auto identity = identification.of(request.view(), model::Door::soap);
  CHECK(identity.caller.user == "DOM\\ivanov");
  CHECK(identity.caller.address == "10.0.0.9");
  CHECK_FALSE(identity.caller.administrator);
  CHECK(identity.idempotency_scope() == "user DOM\\ivanov");

  doors.forwarding.needed = true;
  CHECK(asked(doors, request).status == 503);
  CHECK(doors.forwarding.users.empty());
}

TEST_CASE("who does not know the secret is turned away, and who sends no such header is nobody special", "[common]") {
  FrontUnderTest doors;
  for (const std::string value :
       {"", "x", "0123456789abcdee 1 1 10.0.0.9 admin", "0123456789abcdef", "0123456789abcdef 1 1 10.0.0.9"}) {
    SentRequest request{"POST", "/a/x"};
    request.header("Tally-Forwarded", value);
    CHECK(asked(doors, request).status == 503);
  }
  CHECK_FALSE(forwarded_identity(" 1 1 10.0.0.9 admin", "", model::Door::soap));
}

TEST_CASE("a stand-by is ready, and says what it is", "[common]") {
  FrontUnderTest doors;
  doors.forwarding.needed = true;
  CHECK(asked(doors, SentRequest{"GET", "/health/ready"}).body == R"({"status":"ready","role":"standby"})");
}

TEST_CASE("a door sees what passes the gate, and refuses in its own words what does not", "[common]") {
  auto owned = std::make_unique<FakeGate>();
  FakeGate& gate = *owned;
  FrontUnderTest doors{[] { return std::optional<std::string>{}; }, std::move(owned)};
  const SentRequest request{"POST", "/c/"};
  const http::Request view = request.view();
  const auto box = std::make_shared<AnswerBox>();
  doors.front.handle(view, http::Responder{box});
  REQUIRE(gate.needed == std::vector{model::Access::use});
  CHECK(box->answers.empty());

  SECTION("it is let in") {
    gate.waiting(std::nullopt);
    CHECK(box->answers.front().body == "/c/");
  }
  SECTION("nobody known is told by what the server can know somebody") {
    gate.waiting(401);
    CHECK(box->answers.front().status == 401);
    CHECK(box->answers.front().body == "refused by /c/");
    CHECK(header_of(box->answers.front(), "WWW-Authenticate") == "Basic realm=\"Tally\", charset=\"UTF-8\"");
  }
  SECTION("who tries too often is told when to come again") {
    gate.waiting(429);
    CHECK(header_of(box->answers.front(), "Retry-After") == "60");
  }
}

TEST_CASE("what a stand-by forwards has passed its gate", "[common]") {
  FrontUnderTest doors{[] { return std::optional<std::string>{}; }, std::make_unique<FakeGate>()};
  SentRequest request{"POST", "/c/"};
  const Identity sender{.caller = {.user = "anna", .address = "10.0.0.9"}, .is_verified = true, .account = "a b"};
  request.header("Tally-Forwarded", forwarded_value(secret, sender));
  CHECK(asked(doors, request).body == "/c/");
  const auto told = identification.forwarded(request.view(), model::Door::soap);
  REQUIRE(told);
  CHECK(told->account == "a b");
}

}  // namespace tally::common::test

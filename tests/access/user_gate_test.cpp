#include "tally/access/user_gate.hpp"

#include <atomic>
#include <catch2/catch.hpp>

#include "fake_io_thread.hpp"
#include "sent_request.hpp"
#include "tally/access/api_key.hpp"

using namespace tally;
using namespace tally::access;
using common::test::FakeIoThread;
using common::test::SentRequest;

namespace {

/// One user with one key, and a count of how often it was looked for.
struct OneUser final : storage::AccessStore {
  std::expected<std::optional<storage::StoredUser>, storage::LedgerSilent> user(const std::string&) override {
    ++asked;
    return std::nullopt;
  }
  std::expected<std::optional<storage::StoredKey>, storage::LedgerSilent> key(const std::string& id) override {
    ++asked;
    if (is_away) return std::unexpected{storage::LedgerSilent{"away"}};
    if (id != api_key.id) return std::nullopt;
    return storage::StoredKey{.user = known, .secret_hash = secret_hash(api_key.secret)};
  }
  ApiKey api_key = draw_api_key();
  model::User known{.name = "anna", .account = "a", .role = model::Role::reader};
  std::atomic<int> asked = 0;
  std::atomic<bool> is_away = false;
};

struct GateUnderTest {
  explicit GateUnderTest(config::IdentityOptions options = {}, bool clear_text = true)
      : identification{std::move(options)}, gate{thread, verification, identification, clear_text} {}
  ~GateUnderTest() { verification.stop(); }

  std::optional<unsigned> admit(const SentRequest& request, model::Access needed = model::Access::read) {
    const http::Request view = request.view();
    bool heard = false;
    std::optional<unsigned> refusal;
    gate.admit(view, needed, [&](std::optional<unsigned> told) {
      refusal = told;
      heard = true;
    });
    REQUIRE(thread.run_until([&] { return heard; }));
    return refusal;
  }
  SentRequest with_key() const {
    SentRequest request{"GET", "/"};
    request.header("X-Api-Key", store.api_key.text());
    return request;
  }

  OneUser store;
  FakeIoThread thread;
  common::WebTokens tokens{[] { return std::chrono::sys_seconds{std::chrono::hours{1}}; }};
  Verification verification{store, tokens, [](auto, auto, auto) {}};
  common::Identification identification;
  UserGate gate;
};

}  // namespace

TEST_CASE("who is known comes in, as who it is, and is not looked for again for a while", "[access]") {
  GateUnderTest under;
  const auto request = under.with_key();
  CHECK(under.admit(request) == std::nullopt);
  CHECK(under.admit(request) == std::nullopt);
  CHECK(under.admit(request, model::Access::use) == 403);
  CHECK(under.store.asked == 1);
  const auto identity = under.gate.identification().of(request.view(), model::Door::soap);
  CHECK(identity.caller.user == "anna");
  CHECK(identity.is_verified);
  CHECK(identity.account == "a");
  CHECK_FALSE(identity.may_be("b"));
}

TEST_CASE("many who come at once with the same credentials are looked for once", "[access]") {
  GateUnderTest under;
  const auto request = under.with_key();
  const http::Request view = request.view();
  int let_in = 0;
  for (int number = 0; number < 100; ++number)
    under.gate.admit(view, model::Access::read, [&](std::optional<unsigned> refusal) { let_in += refusal ? 0 : 1; });
  REQUIRE(under.thread.run_until([&] { return let_in == 100; }));
  CHECK(under.store.asked == 1);
}

TEST_CASE("who is not known does not come in", "[access]") {
  GateUnderTest under;
  CHECK(under.admit(SentRequest{"GET", "/"}) == 401);
  SentRequest wrong{"GET", "/"};
  wrong.header("X-Api-Key", draw_api_key().text());
  CHECK(under.admit(wrong) == 401);
  CHECK(under.admit(wrong, model::Access::open) == std::nullopt);
  under.store.is_away = true;
  CHECK(under.admit(under.with_key()) == 503);
}

TEST_CASE("only passwords are counted as attempts, and only passwords wait: nobody guesses a key", "[access]") {
  GateUnderTest under;
  SentRequest negotiating{"GET", "/"};
  negotiating.header("Authorization", "Negotiate YQ==");
  for (int attempt = 0; attempt < 60; ++attempt) {
    SentRequest revoked{"GET", "/"};
    revoked.header("X-Api-Key", draw_api_key().text());
    REQUIRE(under.admit(revoked) == 401);
    REQUIRE(under.admit(negotiating) == 401);
  }
  SentRequest password{"GET", "/"};
  password.header("Authorization", "Basic YW5uYTpndWVzcw==");
  for (int attempt = 0; attempt < 10; ++attempt) REQUIRE(under.admit(password) == 401);
  CHECK(under.admit(password) == 429);
  CHECK(under.admit(under.with_key()) == std::nullopt);
}

TEST_CASE("credentials from elsewhere in clear text are not even looked at", "[access]") {
  GateUnderTest under{{.proxies = {*config::Network::parse("10.0.0.1")}}, false};
  CHECK(under.admit(under.with_key().from("192.0.2.1")) == 403);
  CHECK(under.store.asked == 0);
  CHECK(under.admit(under.with_key().from("127.0.0.1")) == std::nullopt);
  CHECK(under.admit(under.with_key().from("10.0.0.1")) == std::nullopt);
}

TEST_CASE("whom a listed proxy vouches for needs no credentials", "[access]") {
  GateUnderTest under{
      {.administrators = {"root"}, .proxy_header = "X-User", .proxies = {*config::Network::parse("10.0.0.1")}}, false};
  SentRequest request{"GET", "/"};
  request.header("X-User", "boris").from("10.0.0.1");
  CHECK(under.admit(request, model::Access::use) == std::nullopt);
  CHECK(under.admit(request, model::Access::read) == 403);
  CHECK(under.admit(request.from("10.0.0.2"), model::Access::use) == 403);
  SentRequest root{"GET", "/"};
  root.header("X-User", "Root").from("10.0.0.1");
  CHECK(under.admit(root, model::Access::administer) == std::nullopt);
}

#include "tally/common/idempotency_header.hpp"

#include <catch2/catch.hpp>
#include <memory>

#include "sent_request.hpp"

namespace tally::common::test {
namespace {

const model::Guid one{{1}};
const model::Guid two{{2}};

std::optional<model::IdempotencyKey> key_of(const engine::Command& command, const std::string& key = "k",
                                            const std::string& operation = "Op") {
  const SentRequest request = SentRequest{}.header("Idempotency-Key", key);
  const Identity identity{.caller = {.user = "u"}, .is_verified = true};
  const auto found = idempotency_key(request.view(), identity, operation, command);
  REQUIRE(found);
  return *found;
}

std::string digest_of(const engine::Command& command) {
  const auto key = key_of(command);
  REQUIRE(key);
  return key->digest;
}

engine::OpenSession log_in(const model::SessionId& id, std::string account, std::string database,
                           model::Settings settings) {
  return {.account = std::move(account), .id = id, .database = std::move(database), .settings = std::move(settings)};
}

}  // namespace

TEST_CASE("without the header a command has no key", "[common]") {
  const auto found = idempotency_key(SentRequest{}.view(), {}, "Op", engine::EndSession{one});
  REQUIRE(found);
  CHECK_FALSE(*found);
}

TEST_CASE("a key is the caller's, of one operation", "[common]") {
  const auto key = key_of(engine::EndSession{one}, "the-key~!", "SessionLogout");
  REQUIRE(key);
  CHECK(key->caller == "user u");
  CHECK(key->operation == "SessionLogout");
  CHECK(key->key == "the-key~!");
}

TEST_CASE("a key is of 1 to 128 visible ASCII characters, given once", "[common]") {
  struct Row {
    const char* what;
    std::string key;
    bool good;
  };
  const auto row = GENERATE(Row{"one character", "k", true}, Row{"128 characters", std::string(128, '~'), true},
                            Row{"the first visible one", "!", true}, Row{"empty", "", false},
                            Row{"129 characters", std::string(129, 'k'), false}, Row{"a blank", "a b", false},
                            Row{"a tab", "a\tb", false}, Row{"DEL", "a\x7f", false}, Row{"no ASCII", "\xd0\x98", false},
                            Row{"NUL", std::string{"a\0b", 3}, false});
  INFO(row.what);
  const SentRequest request = SentRequest{}.header("idempotency-key", row.key);
  const auto found = idempotency_key(request.view(), {}, "Op", engine::EndSession{one});
  CHECK(found.has_value() == row.good);
}

TEST_CASE("a key that is given twice is refused, even if both are the same", "[common]") {
  const SentRequest request = SentRequest{}.header("Idempotency-Key", "k").header("Idempotency-Key", "k");
  CHECK_FALSE(idempotency_key(request.view(), {}, "Op", engine::EndSession{one}));
}

TEST_CASE("what changes nothing needs no key", "[common]") {
  CHECK_FALSE(key_of(engine::KeepAlive{one}));
  CHECK_FALSE(key_of(engine::ReadSession{one}));
  CHECK_FALSE(key_of(engine::ListSessions{}));
}

TEST_CASE("equal commands have equal digests; a session id that the door drew is no part of a log-in", "[common]") {
  CHECK(digest_of(engine::TakePlace{one, two}) == digest_of(engine::TakePlace{one, two}));
  CHECK(digest_of(log_in(one, "a", "b", {})) == digest_of(log_in(two, "a", "b", {})));
  CHECK(digest_of(engine::EndSession{one}).size() == 64);
}

TEST_CASE("different commands have different digests, wherever the difference lies", "[common]") {
  const auto catalog = std::make_shared<const model::Catalog>();
  const std::vector<std::pair<engine::Command, engine::Command>> pairs{
      {engine::EndSession{one}, engine::EndSession{two}},
      {engine::TakePlace{one, two}, engine::TakePlace{two, one}},
      {engine::TakePlace{one, one}, engine::TakePlace{one, two}},
      {engine::GiveBack{one, one}, engine::GiveBack{two, one}},
      {engine::TerminateSession{"a", one}, engine::TerminateSession{"b", one}},
      {engine::TerminateSession{"a", one}, engine::TerminateSession{{}, one}},
      {log_in(one, "ab", "c", {}), log_in(one, "a", "bc", {})},
      {log_in(one, "a", "", {}), log_in(one, "", "a", {})},
      {log_in(one, "a", "b", {{"n", "string", "v", false}}), log_in(one, "a", "b", {{"n", "string", "v", true}})},
      {log_in(one, "a", "b", {{"n", "string", "v", false}}), log_in(one, "a", "b", {{"n", "strin", "gv", false}})},
      {log_in(one, "a", "b", {{"n", "", "", false}}),
       log_in(one, "a", "b", {{"n", "", "", false}, {"n", "", "", false}})},
      {engine::ChangeSettings{one, {}}, engine::ChangeSettings{one, {{"", "", "", false}}}},
      {engine::ImportCatalog{catalog, "h", false, false}, engine::ImportCatalog{catalog, "h", true, false}},
  };
  for (std::size_t index = 0; index < pairs.size(); ++index) {
    INFO("pair " << index);
    CHECK(digest_of(pairs[index].first) != digest_of(pairs[index].second));
  }
}

}  // namespace tally::common::test

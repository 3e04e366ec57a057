#include "credentials.hpp"

#include <catch2/catch.hpp>

#include "sent_request.hpp"
#include "tally/access/password.hpp"
#include "tally/model/access.hpp"

using namespace tally;
using namespace tally::access;
using common::test::SentRequest;

TEST_CASE("a key is read back from its text, and nothing else is a key", "[access]") {
  const ApiKey key = draw_api_key();
  const auto read = parse_api_key(key.text());
  REQUIRE(read);
  CHECK(read->id == key.id);
  CHECK(read->secret == key.secret);
  CHECK(draw_api_key().secret != key.secret);
  for (std::string text :
       {std::string{}, std::string{"tally_"}, key.text() + "0", key.text().substr(1), "TALLY" + key.text().substr(5)})
    CHECK_FALSE(parse_api_key(text));
  std::string with_a_letter = key.text();
  with_a_letter.back() = 'g';
  CHECK_FALSE(parse_api_key(with_a_letter));
}

TEST_CASE("of a secret its hash is compared", "[access]") {
  const ApiKey key = draw_api_key();
  CHECK(is_same_hash(secret_hash(key.secret), secret_hash(key.secret)));
  CHECK_FALSE(is_same_hash(secret_hash(key.secret), secret_hash(key.id)));
  CHECK_FALSE(is_same_hash(secret_hash(key.secret), ""));
  CHECK_FALSE(secret_hash(key.secret).contains(key.secret));
}

TEST_CASE("a password fits its own hash alone, and an empty hash fits none", "[access]") {
  const std::string hash = password_hash("correct horse");
  CHECK(hash.starts_with("$argon2id$"));
  CHECK(fits("correct horse", hash));
  CHECK_FALSE(fits("correct hors", hash));
  CHECK_FALSE(fits("", ""));
  CHECK_FALSE(fits("nobody's", ""));
  CHECK(password_hash("correct horse") != hash);
}

TEST_CASE("credentials come in one header, of one of three kinds", "[access]") {
  const ApiKey key = draw_api_key();
  SentRequest request{"GET", "/"};
  SECTION("none") { CHECK(std::holds_alternative<NoCredentials>(credentials_of(request.view()))); }
  SECTION("a name with a password, in which colons may be") {
    request.header("Authorization", "basic YW5uYTpwOnc=");
    const auto read = credentials_of(request.view());
    REQUIRE(std::holds_alternative<common::BasicCredentials>(read));
    CHECK(std::get<common::BasicCredentials>(read).user == "anna");
    CHECK(std::get<common::BasicCredentials>(read).password == "p:w");
  }
  SECTION("a key as a bearer") {
    request.header("Authorization", "Bearer " + key.text());
    CHECK(std::get<ApiKey>(credentials_of(request.view())).id == key.id);
  }
  SECTION("a web token, of which nothing is believed yet") {
    request.header("Authorization", "Bearer a.b.c");
    CHECK(std::get<ShownToken>(credentials_of(request.view())).text == "a.b.c");
  }
  SECTION("a key of its own") {
    request.header("x-api-key", key.text());
    CHECK(std::get<ApiKey>(credentials_of(request.view())).secret == key.secret);
  }
  SECTION("two are none that can be read") {
    request.header("X-Api-Key", key.text()).header("Authorization", "Bearer " + key.text());
    CHECK(std::holds_alternative<UnreadableCredentials>(credentials_of(request.view())));
  }
  SECTION("others are not read") {
    request.header("Authorization", GENERATE("Basic", "Basic !", "Basic YW5uYQ==", "Bearer x", "Negotiate YQ==", ""));
    CHECK(std::holds_alternative<UnreadableCredentials>(credentials_of(request.view())));
  }
}

TEST_CASE("who may do what", "[access]") {
  using model::Access;
  using model::Role;
  struct Row {
    Role role;
    bool read, use, operate, administer;
  };
  for (const auto& row : {Row{Role::reader, true, false, false, false}, Row{Role::client, false, true, false, false},
                          Row{Role::operator_, true, true, true, false}, Row{Role::admin, true, true, true, true}}) {
    CHECK(may(row.role, Access::open));
    CHECK(may(row.role, Access::read) == row.read);
    CHECK(may(row.role, Access::use) == row.use);
    CHECK(may(row.role, Access::operate) == row.operate);
    CHECK(may(row.role, Access::administer) == row.administer);
    CHECK(model::parse_role(model::name_of(row.role)) == row.role);
  }
  CHECK_FALSE(model::parse_role("Admin"));
}

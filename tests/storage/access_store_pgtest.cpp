// What administrators say of users and keys is what the server hears.

#include <catch2/catch.hpp>

#include "postgres_under_test.hpp"
#include "tally/postgres/access_tables.hpp"
#include "tally/postgres/postgres_access_store.hpp"
#include "tally/postgres/reports.hpp"

using namespace tally;
using namespace tally::storage;
using namespace tally::storage::test;

namespace {

const StoredUser anna{.user = {.name = "Anna", .account = "default", .role = model::Role::operator_},
                      .password_hash = "$argon2id$hash"};
const std::string hash(64, 'a');

postgres::NewKey key_of(const std::string& user) {
  return {.id = "0011", .user = user, .secret_hash = hash, .note = {}, .lifetime = {}};
}

}  // namespace

TEST_CASE("a new database knows nobody", "[storage]") {
  const PostgresUnderTest store;
  postgres::PostgresAccessStore access{store.url};
  CHECK(access.user("admin")->has_value() == false);
  CHECK(access.key("0011")->has_value() == false);
  CHECK(postgres::users(store.url)->rows.empty());
  CHECK(postgres::api_keys(store.url)->rows.empty());
}

TEST_CASE("a user is found by its name in any letter case, and there is one of a name", "[storage]") {
  const PostgresUnderTest store;
  postgres::PostgresAccessStore access{store.url};
  CHECK(postgres::add_user(store.url, anna) == true);
  StoredUser other = anna;
  other.user.name = "aNNA";
  CHECK(postgres::add_user(store.url, other) == false);
  REQUIRE(access.user("ANNA")->has_value());
  CHECK((*access.user("ANNA"))->user == anna.user);
  CHECK((*access.user("ANNA"))->password_hash == anna.password_hash);
  CHECK(postgres::set_password(store.url, "anna", "$argon2id$other") == true);
  CHECK((*access.user("Anna"))->password_hash == "$argon2id$other");
  CHECK(postgres::set_password(store.url, "boris", "") == false);
}

TEST_CASE("a key is its user's until it is revoked, it is over, or the user is removed", "[storage]") {
  const PostgresUnderTest store;
  postgres::PostgresAccessStore access{store.url};
  CHECK(postgres::add_key(store.url, key_of("anna")) == false);
  CHECK(postgres::add_user(store.url, anna) == true);
  CHECK(postgres::add_key(store.url, key_of("anna")) == true);
  REQUIRE(access.key("0011")->has_value());
  CHECK((*access.key("0011"))->user == anna.user);
  CHECK((*access.key("0011"))->secret_hash == hash);
  SECTION("revoked") {
    CHECK(postgres::revoke_key(store.url, "0011") == true);
    CHECK(postgres::revoke_key(store.url, "0011") == false);
  }
  SECTION("over") { query(store.url, "UPDATE tally_ledger.api_keys SET expires_at = now()"); }
  SECTION("removed") {
    CHECK(postgres::remove_user(store.url, "ANNA") == true);
    CHECK(postgres::remove_user(store.url, "ANNA") == false);
  }
  CHECK(access.key("0011")->has_value() == false);
}

TEST_CASE("a database that does not answer is told from one that knows nobody", "[storage]") {
  postgres::PostgresAccessStore access{"postgresql://127.0.0.1:1/none"};
  CHECK_FALSE(access.user("anna"));
  CHECK_FALSE(access.key("0011"));
}

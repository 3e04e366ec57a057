// A database that an earlier version made is taken over with all that is in it.

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "cluster.hpp"
#include "store_under_test.hpp"
#include "tally/postgres/migrate.hpp"
#include "tally/postgres/postgres_ledger.hpp"

using namespace tally;
using namespace tally::storage;
using namespace tally::storage::test;
using model::EventKind;
using postgres::PostgresLedger;

TEST_CASE("what the first version of the schema holds comes up intact in this one", "[storage]") {
  const auto url = Cluster::instance().new_database();
  std::ifstream file{TALLY_MIGRATIONS "/V001__ledger.sql"};
  const std::string first_version{std::istreambuf_iterator<char>{file}, {}};
  REQUIRE_FALSE(first_version.empty());
  query(url,
        "CREATE SCHEMA tally_ledger; CREATE TABLE tally_ledger.migrations (version integer PRIMARY KEY, name text NOT "
        "NULL, applied_at timestamptz NOT NULL DEFAULT now())");
  query(url, first_version);
  query(url, "INSERT INTO tally_ledger.migrations (version, name) VALUES (1, 'V001__ledger')");
  query(url,
        "SELECT tally_ledger.ensure_events_partition(now()); "
        "INSERT INTO tally_ledger.groups VALUES (1, 0, 0, 2, now()); "
        "INSERT INTO tally_ledger.sessions VALUES ('bb000000-0000-0000-0000-000000000001', 'default', 'Иванов', '', "
        "'PC', "
        "'10.0.0.1', now(), now(), false, '[]', NULL, NULL, 1); "
        "INSERT INTO tally_ledger.counters VALUES (3, 'default', 1, 'P', 'F', NULL, 0, 5000000, true, 1); "
        "INSERT INTO tally_ledger.balances VALUES (3, 1000000, 2000000, 1000000, 1); "
        "INSERT INTO tally_ledger.events VALUES (1, 1, now(), 4, 1, NULL, 'bb000000-0000-0000-0000-000000000001', "
        "'Иванов', NULL, 0, 0, 0, NULL, ''); "
        "INSERT INTO tally_ledger.events VALUES (2, 1, now(), 1, 1, 3, 'bb000000-0000-0000-0000-000000000001', "
        "'Иванов', 2, "
        "1000000, 1000000, 2000000, 4000000, '')");
  REQUIRE(postgres::migrate(url).value_or(0) > 0);

  PostgresLedger ledger{{.url = url, .allow_unsafe = true}};
  auto result = ledger.open(term, start(), {});
  REQUIRE(std::holds_alternative<Opened>(result));
  const auto& snapshot = std::get<Opened>(result).snapshot;
  CHECK(snapshot.last_token.value == 2);
  REQUIRE(snapshot.sessions.size() == 1);
  CHECK(snapshot.sessions[0].user == "Иванов");
  REQUIRE(snapshot.counters.size() == 1);
  CHECK(snapshot.counters[0].id.value == 3);
  REQUIRE(snapshot.balances.size() == 1);
  CHECK(snapshot.balances[0].gross == model::Quantity::units(2));
  REQUIRE(snapshot.later_groups.size() == 1);
  CHECK(snapshot.later_groups[0].events[1].kind == EventKind::granted);
  CHECK(snapshot.later_groups[0].events[1].resource.is_zero());
  CHECK_FALSE(snapshot.later_groups[0].events[1].numbers);
  CHECK(snapshot.zones.empty());
  CHECK(query(url, "SELECT concat_ws('|', id, kind, maximum, used, gross) FROM tally.counters") == "3|floating|5|1|2");
  CHECK(query(url, "SELECT concat_ws('|', token, kind, user_name) FROM tally.events ORDER BY token DESC") ==
        "2|granted|Иванов");
}

// A ledger that somebody or something has damaged is not opened: what is wrong is said, and nothing is written to it.

#include <filesystem>
#include <fstream>

#include "postgres_under_test.hpp"

using namespace tally;
using namespace tally::storage;
using namespace tally::storage::test;
using model::EventKind;
using model::Quantity;

namespace {

/// Groups 2 to 5 behind the opening one; what group 2 and 3 did is folded, what 5 did is not.
void furnish(PostgresUnderTest& store) {
  Hand hand{store, start()};
  auto first = hand.next(start());
  first.catalog = some_catalog();
  first.sessions_opened = {session(1)};
  first.events = {event({1}, EventKind::session_opened, 1, 0), event({2}, EventKind::granted, 1, 1)};
  first.last_token = {2};
  first.answers = {{.key = {.caller = "c", .operation = "o", .key = "k", .digest = "d"},
                    .recorded_at = start(),
                    .outcome = model::Answer{}}};
  hand.put(first);
  hand.put(hand.next(start()));
  auto fold = hand.next(start());
  fold.fold = FoldPortion{
      .balances = {{.counter = {1},
                    .used = Quantity::units(1),
                    .gross = Quantity::units(1),
                    .high_water = Quantity::units(1),
                    .group = fold.number}},
      .holds =
          {{.token = {2}, .counter = {1}, .session = guid(1), .quantity = Quantity::units(1), .taken_at = start()}},
      .ended_holds = {},
      .position = model::GroupNumber{3}};
  hand.put(fold);
  auto last = hand.next(start());
  last.events = {event({3}, EventKind::granted, 1, 1)};
  last.last_token = {3};
  hand.put(last);
}

std::string open_failure(PostgresUnderTest& store) {
  const auto result = store.connect()->open(term, start(), {});
  if (const auto* unusable = std::get_if<Unusable>(&result)) return "unusable: " + unusable->what;
  if (const auto* unavailable = std::get_if<Unavailable>(&result)) return "unavailable: " + unavailable->what;
  return std::holds_alternative<Opened>(result) ? "opened" : "another writer";
}

/// With rights that not even the schema's owner has over its constraints.
void tamper(const std::string& url, const std::string& sql) {
  query(url, "SET session_replication_role = replica; " + sql);
}

constexpr const char* writing = "SELECT coalesce(max(number), 0) || '/' || count(*) FROM tally_ledger.groups";

}  // namespace

TEST_CASE("an undamaged ledger is opened", "[storage]") {
  PostgresUnderTest store;
  furnish(store);
  CHECK(open_failure(store) == "opened");
}

TEST_CASE("a damaged ledger is not opened, and nothing is written to it", "[storage]") {
  struct Row {
    const char* damage;
    const char* said;
  };
  const auto row = GENERATE(values<Row>({
      {"DELETE FROM tally_ledger.groups WHERE number = 4", "group 4 is missing"},
      {"DELETE FROM tally_ledger.groups WHERE number = 3", "group 3, up to which the tables are folded, is missing"},
      {"UPDATE tally_ledger.groups SET previous = 1 WHERE number = 5", "group 5 names group 1 as the one before it"},
      {"UPDATE tally_ledger.fold SET position = 99", "the tables are folded up to group 99, but the last group is 5"},
      {"DELETE FROM tally_ledger.fold", ""},
      {"DELETE FROM tally_ledger.term", "the table of the term is empty"},
      {"DELETE FROM tally_ledger.events WHERE token = 3", "group 5 should have 1 events behind the fold, but has 0"},
      {"UPDATE tally_ledger.events SET group_number = 77 WHERE token = 1",
       "event 1 is of group 77, which there is not"},
      {"UPDATE tally_ledger.events SET counter_id = 77 WHERE token = 3",
       "event 3 is of counter 77, which there is not"},
      {"UPDATE tally_ledger.events SET session_id = gen_random_uuid() WHERE token = 3", "event 3 is of session "},
      {"UPDATE tally_ledger.catalog SET document = '{\"accounts\": 7}'", "the stored catalogue can't be read: "},
      {"ALTER TABLE tally_ledger.balances DROP CONSTRAINT balances_used_check; "
       "UPDATE tally_ledger.balances SET used = -1",
       "the balance of counter 1 is below 0"},
      {"UPDATE tally_ledger.balances SET counter_id = 77", "there is a balance of counter 77, which there is not"},
      {"UPDATE tally_ledger.holds SET counter_id = 77", "hold 2 is of counter 77, which there is not"},
      {"UPDATE tally_ledger.holds SET session_id = gen_random_uuid()", "hold 2 is of session "},
      {"UPDATE tally_ledger.answers SET outcome = '{\"answer\": 7}'", ""},
      {"INSERT INTO tally_ledger.registrations VALUES (77, 'anna', 1, '', '', now(), 0, NULL, NULL, NULL, 1)",
       "anna has a place of counter 77, which there is not"},
      {"INSERT INTO tally_ledger.allotments VALUES (78, 'default', 'tenant', 'robots', 'UNATT', 77, 1, now(), 0, 1)",
       "tenant/robots has of counter 77, which there is not"},
      {"INSERT INTO tally_ledger.number_ranges VALUES (77, 1, 2, 5)",
       "numbers are taken in zone 77, which there is not"},
      {"DO $$ BEGIN EXECUTE 'DROP TABLE tally_ledger.events_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM'); END $$",
       "group 5 should have 1 events behind the fold, but has 0"},
      {"DROP TABLE tally_ledger.events CASCADE", "ERROR:  relation \"tally_ledger.events\" does not exist"},
      {"DROP TABLE tally_ledger.term", "ERROR:  relation \"tally_ledger.term\" does not exist"},
      {"DROP TABLE tally_ledger.locks CASCADE", "ERROR:  relation \"tally_ledger.locks\" does not exist"},
      {"ALTER TABLE tally_ledger.sessions DROP COLUMN end_reason",
       "ERROR:  column \"end_reason\" of relation \"sessions\" does not exist"},
      {"ALTER TABLE tally_ledger.groups DROP COLUMN previous",
       "ERROR:  column \"previous\" of relation \"groups\" does not exist"},
  }));
  CAPTURE(row.damage);
  PostgresUnderTest store;
  furnish(store);
  tamper(store.url, row.damage);
  const auto before = query(store.url, writing);
  const auto said = open_failure(store);
  CAPTURE(said);
  CHECK(said.starts_with("unusable: the ledger is damaged: " + std::string{row.said}));
  CHECK(said.ends_with("restore the database from a backup (docs/operations/damaged-ledger.md)"));
  CHECK(query(store.url, writing) == before);
}

TEST_CASE("a page that PostgreSQL can't read is told as damage", "[storage]") {
  const auto* table = GENERATE("sessions", "events", "holds", "counters");
  PostgresUnderTest store;
  furnish(store);
  std::string name = "tally_ledger." + std::string{table};
  if (table == std::string{"events"})
    name += query(store.url, "SELECT '_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')");
  // Behind the pages that the server has in its cache, so that it has to read the file.
  const std::filesystem::path file =
      query(store.url, "SELECT current_setting('data_directory') || '/' || pg_relation_filepath('" + name + "')");
  std::ofstream{file, std::ios::app | std::ios::binary} << std::string(8192, 'x') << std::flush;
  const auto said = open_failure(store);
  CAPTURE(table, said);
  CHECK(said.starts_with("unusable: the ledger is damaged: ERROR:  invalid page in block "));
}

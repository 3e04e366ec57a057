// What only PostgreSQL's ledger promises; the contract that it shares is in ledger_contract_test.cpp.

#include "tally/postgres/postgres_ledger.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "postgres_under_test.hpp"
#include "tally/postgres/inbox.hpp"

using namespace tally;
using namespace tally::storage;
using namespace tally::storage::test;
using model::EventKind;
using postgres::PostgresLedger;

namespace {

constexpr const char* writers_backend = "SELECT backend_pid FROM tally_ledger.term";

void kill_backend(const std::string& url) {
  query(url, "SELECT pg_terminate_backend(backend_pid) FROM tally_ledger.term");
}

bool eventually_says(const std::string& url, const std::string& sql, const std::string& expected) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (query(url, sql) != expected) {
    if (std::chrono::steady_clock::now() > until) return false;
  }
  return true;
}

std::string failure_of(const OpenResult& result) {
  if (const auto* unusable = std::get_if<Unusable>(&result)) return "unusable: " + unusable->what;
  if (const auto* unavailable = std::get_if<Unavailable>(&result)) return "unavailable: " + unavailable->what;
  return std::holds_alternative<Opened>(result) ? "opened" : "another writer";
}

/// Every insertion of a session takes a minute.
void let_sessions_hang(const std::string& url) {
  query(url,
        "CREATE FUNCTION tally_ledger.hang() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN "
        "NEW; END $$; "
        "CREATE TRIGGER hang BEFORE INSERT ON tally_ledger.sessions FOR EACH ROW EXECUTE FUNCTION tally_ledger.hang()");
}

constexpr const char* hanging_backends =
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";

}  // namespace

namespace tally::storage::test {
std::unique_ptr<StoreUnderTest> make_store() { return std::make_unique<PostgresUnderTest>(); }
}  // namespace tally::storage::test

TEST_CASE("a server with fsync off is refused unless that is allowed", "[storage]") {
  PostgresUnderTest store;
  PostgresLedger ledger{{.url = store.url, .allow_unsafe = false}};
  CHECK(failure_of(ledger.open(term, start(), {})).starts_with("unusable: the server runs with fsync off"));
}

TEST_CASE("a schema that is missing or of another version is refused", "[storage]") {
  const auto url = Cluster::instance().new_database();
  PostgresLedger ledger{{.url = url, .allow_unsafe = true}};
  CHECK(failure_of(ledger.open(term, start(), {})).starts_with("unusable: the database has no Tally schema"));
  REQUIRE(postgres::migrate(url).value_or(0) > 0);
  CHECK(postgres::migrate(url) == 0);
  query(url, "INSERT INTO tally_ledger.migrations (version, name) VALUES (99, 'V099__future.sql')");
  CHECK(failure_of(ledger.open(term, start(), {})).starts_with("unusable: the database's schema is newer"));
  CHECK_FALSE(postgres::migrate(url));
  query(url, "DELETE FROM tally_ledger.migrations");
  CHECK(failure_of(ledger.open(term, start(), {})).starts_with("unusable: the database's schema is older"));
}

TEST_CASE("a server that is not there is unavailable", "[storage]") {
  const auto* const url =
      GENERATE("host=/nowhere user=postgres dbname=none", "host=127.0.0.1 port=1 dbname=none", "not a url at all");
  PostgresLedger ledger{{.url = url, .allow_unsafe = true}};
  CHECK(failure_of(ledger.open(term, start(), {})).starts_with("unavailable: "));
  ledger.send({});
  CHECK(std::holds_alternative<InDoubt>(ledger.receive(std::chrono::milliseconds{1})));
  CHECK(std::holds_alternative<Unavailable>(ledger.recover({}, term, start())));
}

TEST_CASE("a living writer that renews its term is not disturbed", "[storage]") {
  PostgresUnderTest store;
  Hand hand{store, start()};
  std::atomic<bool> done = false;
  OpenResult result = Unavailable{};
  std::thread taker{[&] {
    result = store.connect()->open(term, start(), {});
    done = true;
  }};
  while (!done) {
    auto group = hand.next(start());
    group.renews_term = true;
    hand.put(group);
  }
  taker.join();
  REQUIRE(std::holds_alternative<AnotherWriter>(result));
  CHECK(std::get<AnotherWriter>(result).advertise == "http://here");
}

TEST_CASE("a writer that is silent for its term is followed, and its next group is fenced off", "[storage]") {
  PostgresUnderTest store;
  const auto silent = store.connect();
  TermRow brief = term;
  brief.duration = std::chrono::milliseconds{300};
  auto opened = silent->open(brief, start(), {});
  REQUIRE(std::holds_alternative<Opened>(opened));
  const auto began = std::chrono::steady_clock::now();
  const Hand taker{store, start()};
  CHECK(std::chrono::steady_clock::now() - began >= brief.duration);
  Group late;
  late.number = std::get<Opened>(opened).opening.next();
  late.epoch = {std::get<Opened>(opened).opening.value};
  late.at = start();
  late.sessions_opened = {session(1)};
  silent->send(late);
  CHECK(std::holds_alternative<Deposed>(silent->receive(std::chrono::seconds{20})));
  CHECK(query(store.url, "SELECT count(*) FROM tally_ledger.sessions") == "0");
}

TEST_CASE("the wait for a term ends when it is told to", "[storage]") {
  PostgresUnderTest store;
  const Hand hand{store, start()};
  std::stop_source stop;
  stop.request_stop();
  CHECK(std::holds_alternative<AnotherWriter>(store.connect()->open(term, start(), stop.get_token())));
}

TEST_CASE("a writer whose backend is gone is followed at once", "[storage]") {
  PostgresUnderTest store;
  Hand hand{store, start()};
  const auto pid = query(store.url, writers_backend);
  kill_backend(store.url);
  REQUIRE(eventually_says(store.url, "SELECT count(*) FROM pg_stat_activity WHERE pid = " + pid, "0"));
  const auto began = std::chrono::steady_clock::now();
  const Hand taker{store, start()};
  CHECK(std::chrono::steady_clock::now() - began < term.duration / 2);
}

TEST_CASE("a group whose backend was killed before it came is in doubt, and recovery voids it", "[storage]") {
  PostgresUnderTest store;
  Hand hand{store, start()};
  kill_backend(store.url);
  auto group = hand.next(start());
  group.sessions_opened = {session(1)};
  CHECK(std::holds_alternative<InDoubt>(hand.commit(group)));
  const auto result = hand.ledger->recover({group.number, group.epoch}, term, start());
  REQUIRE(std::holds_alternative<Recovered>(result));
  CHECK(std::get<Recovered>(result).groups_committed == 0);
  CHECK(query(store.url, "SELECT count(*) FROM tally_ledger.sessions") == "0");
  hand.last = std::get<Recovered>(result).opening;
  hand.epoch = {hand.last.value};
  group.number = hand.last.next();
  group.epoch = hand.epoch;
  hand.put(group);
}

TEST_CASE("a group whose backend was killed after it came is found committed", "[storage]") {
  PostgresUnderTest store;
  Hand hand{store, start()};
  auto group = hand.next(start());
  group.sessions_opened = {session(1)};
  hand.ledger->send(group);
  REQUIRE(eventually_says(store.url, "SELECT count(*) FROM tally_ledger.sessions", "1"));
  kill_backend(store.url);
  hand.ledger->abandon();
  const auto result = hand.ledger->recover({group.number, group.epoch}, term, start());
  REQUIRE(std::holds_alternative<Recovered>(result));
  CHECK(std::get<Recovered>(result).groups_committed == 1);
  hand.last = std::get<Recovered>(result).opening;
  hand.epoch = {hand.last.value};
  hand.put(hand.next(start()));
}

// The old backend hangs in the middle of its group, and holds the number: recovery ends it instead of guessing.
TEST_CASE("recovery ends a backend that still holds the doubtful number", "[storage]") {
  PostgresUnderTest store;
  Hand hand{store, start()};
  let_sessions_hang(store.url);
  auto group = hand.next(start());
  group.sessions_opened = {session(1)};
  hand.ledger->send(group);
  REQUIRE(eventually_says(store.url, hanging_backends, "1"));
  hand.ledger->abandon();
  const auto result = hand.ledger->recover({group.number, group.epoch}, term, start());
  REQUIRE(std::holds_alternative<Recovered>(result));
  CHECK(std::get<Recovered>(result).groups_committed == 0);
  CHECK(query(store.url, "SELECT count(*) FROM tally_ledger.sessions") == "0");
}

// The other writer has folded and trimmed the groups around the doubtful one: to say that it never was would be a
// guess.
TEST_CASE("a doubtful group that was trimmed since has no fate that can be told", "[storage]") {
  PostgresUnderTest store;
  Hand old{store, start()};
  auto group = old.next(start());
  old.put(group);
  old.ledger->abandon();
  Hand other{store, start()};
  for (int i = 0; i < 3; ++i) other.put(other.next(start()));
  auto trim = other.next(start());
  trim.fold = FoldPortion{.balances = {}, .holds = {}, .ended_holds = {}, .position = other.last};
  other.put(trim);
  const auto result = old.ledger->recover({group.number, group.epoch}, term, start());
  REQUIRE(std::holds_alternative<Deposed>(result));
  CHECK(std::get<Deposed>(result).fate_is_lost);
}

TEST_CASE("groups are trimmed from the front only, never the last, and never an opening group", "[storage]") {
  PostgresUnderTest store;
  Hand hand{store, start()};
  for (int i = 0; i < 5; ++i) hand.put(hand.next(start()));
  auto fold = hand.next(start());
  fold.fold = FoldPortion{.balances = {}, .holds = {}, .ended_holds = {}, .position = hand.last};
  hand.put(fold);
  CHECK(query(store.url, "SELECT min(number) FROM tally_ledger.groups WHERE number <> epoch") ==
        std::to_string(fold.fold->position->value));
  CHECK(query(store.url,
              "SELECT string_agg(number::text, ' ' ORDER BY number) FROM tally_ledger.groups WHERE number = epoch") ==
        "0 1");
  hand.put(hand.next(start()));
}

TEST_CASE("the month of an event that has no partition is made on demand", "[storage]") {
  PostgresUnderTest store;
  Hand hand{store, start()};
  auto group = hand.next(start() + std::chrono::years{7});
  group.events = {event({1}, EventKind::session_opened, 1, 0)};
  group.last_token = {1};
  group.sessions_opened = {session(1)};
  CHECK(std::holds_alternative<Mended>(hand.commit(group)));
  CHECK(query(store.url, "SELECT count(*) FROM tally_ledger.sessions") == "0");
  hand.put(group);
  CHECK(query(store.url, "SELECT count(*) FROM tally_ledger.events") == "1");
  CHECK(query(store.url, "SELECT count(*) FROM tally_ledger.sessions") == "1");
}

TEST_CASE("the wait for a group ends when it is told to", "[storage]") {
  PostgresUnderTest store;
  const Hand hand{store, start()};
  let_sessions_hang(store.url);
  const auto groups = hand.chain(1);
  hand.ledger->send(groups[0]);
  hand.ledger->wake();  // before the wait
  CHECK(std::holds_alternative<StillWaiting>(hand.ledger->receive(std::chrono::hours{1})));
  {
    const std::jthread other{[&] { hand.ledger->wake(); }};
    CHECK(std::holds_alternative<StillWaiting>(hand.ledger->receive(std::chrono::hours{1})));
  }
  kill_backend(store.url);
  CHECK(std::holds_alternative<InDoubt>(hand.receive()));
}

// The backend hangs in the first of three: the two behind it must not slip in once it is ended.
TEST_CASE("recovery voids all that was sent behind a group that hangs", "[storage]") {
  PostgresUnderTest store;
  Hand hand{store, start()};
  let_sessions_hang(store.url);
  const auto groups = hand.chain(3);
  for (const auto& group : groups) hand.ledger->send(group);
  REQUIRE(eventually_says(store.url, hanging_backends, "1"));
  hand.ledger->abandon();
  const auto result = hand.ledger->recover({groups[0].number, groups[0].epoch}, term, start());
  REQUIRE(std::holds_alternative<Recovered>(result));
  CHECK(std::get<Recovered>(result).groups_committed == 0);
  CHECK(query(store.url, "SELECT count(*) FROM tally_ledger.sessions") == "0");
}

TEST_CASE("a group that fails for its data leaves nothing, and the next one goes through", "[storage]") {
  PostgresUnderTest store;
  Hand hand{store, start()};
  auto first = hand.next(start());
  first.sessions_opened = {session(1)};
  hand.put(first);
  auto bad = hand.next(start());
  bad.sessions_opened = {session(2)};
  SECTION("a session's number that was used") { bad.sessions_opened.push_back(session(1)); }
  SECTION("text that is not UTF-8") { bad.sessions_opened[0].user = "\xff"; }
  SECTION("a value too big for its index") {
    std::string random;
    std::uint32_t state = 1;
    for (int i = 0; i < 20'000; ++i)
      random += static_cast<char>('!' + (state = state * 1'664'525U + 1'013'904'223U) % 90U);
    bad.answers.push_back({.key = {.caller = random, .operation = "op", .key = "k", .digest = "d"},
                           .recorded_at = start(),
                           .outcome = {}});
  }
  SECTION("a negative count") {
    bad.events = {event({1}, EventKind::granted, 1, 1)};
    bad.events[0].used_after = model::Quantity::units(-1);
    bad.last_token = {1};
  }
  SECTION("an answer to an inbox row that was withdrawn") {
    auto inbox = postgres::Inbox::connect(store.url);
    REQUIRE(inbox);
    const auto row = inbox->file("catalog import", "{}", "Иванов", std::chrono::minutes{1});
    REQUIRE(row);
    REQUIRE(inbox->withdraw(*row) == true);
    bad.inbox_answers = {{.id = *row, .outcome = {}}};
  }
  const auto result = hand.commit(bad);
  CHECK(std::holds_alternative<RefusedForItsData>(result));
  CHECK(query(store.url, "SELECT count(*) FROM tally_ledger.sessions") == "1");
  hand.put(hand.next(start()));
}

TEST_CASE("a group that the server refuses for now is not committed, and the next one goes through", "[storage]") {
  PostgresUnderTest store;
  Hand hand{store, start()};
  query(store.url,
        "CREATE FUNCTION tally_ledger.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE disk_full; END $$; "
        "CREATE TRIGGER fail BEFORE INSERT ON tally_ledger.sessions FOR EACH ROW EXECUTE FUNCTION tally_ledger.fail()");
  auto group = hand.next(start());
  group.sessions_opened = {session(1)};
  CHECK(std::holds_alternative<NotCommitted>(hand.commit(group)));
  hand.put(hand.next(start()));
}

TEST_CASE("an inbox command is answered once, and an answered one can't be withdrawn", "[storage]") {
  PostgresUnderTest store;
  Hand hand{store, start()};
  auto filer = postgres::Inbox::connect(store.url);
  auto reader = postgres::Inbox::connect(store.url);
  REQUIRE(filer);
  REQUIRE(reader);
  const auto row = filer->file("session end", R"({"id":"x"})", "Иванов", std::chrono::minutes{1});
  const auto outdated = filer->file("session end", "{}", "Иванов", std::chrono::milliseconds{-1});
  REQUIRE(row);
  REQUIRE(outdated);
  const auto commands = reader->await_commands(std::chrono::milliseconds{1});
  REQUIRE(commands);
  REQUIRE(commands->size() == 1);
  CHECK(commands->front().id == *row);
  CHECK(commands->front().user == "Иванов");
  CHECK(commands->front().time_left > std::chrono::seconds{1});
  CHECK(filer->await_answer(*row, std::chrono::milliseconds{1})->has_value() == false);

  auto group = hand.next(start());
  group.inbox_answers = {
      {.id = *row, .outcome = std::unexpected{model::Refusal{model::ErrorCode::access_denied, "нет"}}}};
  hand.put(group);
  const auto answer = filer->await_answer(*row, std::chrono::seconds{10});
  REQUIRE(answer);
  REQUIRE(answer->has_value());
  CHECK((*answer)->error().detail == "нет");
  CHECK(filer->withdraw(*row) == false);
  CHECK(reader->await_commands(std::chrono::milliseconds{1})->empty());
  auto again = hand.next(start());
  again.inbox_answers = group.inbox_answers;
  CHECK(std::holds_alternative<RefusedForItsData>(hand.commit(again)));
}

TEST_CASE("a command that was withdrawn is not carried out: the group with its answer is refused, with all it did",
          "[storage]") {
  PostgresUnderTest store;
  Hand hand{store, start()};
  auto filer = postgres::Inbox::connect(store.url);
  REQUIRE(filer);
  const auto row = filer->file("terminate_session", "{}", "Иванов", std::chrono::minutes{1});
  REQUIRE(row);
  CHECK(filer->withdraw(*row) == true);
  auto group = hand.next(start());
  group.sessions_opened = {session(1)};
  group.inbox_answers = {{.id = *row, .outcome = model::Answer{}}};
  CHECK(std::holds_alternative<RefusedForItsData>(hand.commit(group)));
  CHECK(query(store.url, "SELECT count(*) FROM tally_ledger.sessions") == "0");
  CHECK(filer->await_answer(*row, std::chrono::milliseconds{1})->has_value() == false);
  hand.put(hand.next(start()));
}

TEST_CASE("a group finds its predecessor by the index, however small the table is at first", "[storage]") {
  PostgresUnderTest store;
  {
    Hand hand{store, start()};
    (void)query(store.url, "ANALYZE tally_ledger.groups");  // as autovacuum does at such a moment
    for (int count = 0; count < 50; ++count) {
      auto group = hand.next(start());
      group.events = {event(hand.token.next(), EventKind::refused, 1, 1)};
      group.last_token = group.events[0].token;
      hand.put(group);
    }
  }
  // A backend tells what it did when it ends.
  const std::string asked = " FROM pg_stat_all_tables WHERE relid = 'tally_ledger.groups'::regclass";
  REQUIRE(eventually_says(store.url, "SELECT seq_scan + idx_scan >= 50" + asked, "t"));
  CHECK(query(store.url, "SELECT seq_scan < 10" + asked) == "t");
}

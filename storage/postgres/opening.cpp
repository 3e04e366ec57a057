#include "opening.hpp"

#include <algorithm>
#include <thread>

#include "damaged_ledger.hpp"
#include "migrations.hpp"

namespace tally::postgres {
namespace {

using namespace std::chrono_literals;

constexpr int server_version_min = 140000;
constexpr int lock_timeouts_max = 5;
constexpr auto watch_step = 50ms;

std::string cell(const Result& result, int column) { return PQgetvalue(result.get(), 0, column); }

/// The term row, and whether the backend that it names is still there.
constexpr const char* read_term =
    // When a backend of another role began is not shown to us: while there is one with this number, it is the writer's.
    "SELECT t.epoch, t.renewed, t.duration_ms, t.advertise, t.stopped_at IS NOT NULL OR t.epoch = 0, "
    "EXISTS (SELECT FROM pg_stat_activity a "
    "WHERE a.pid = t.backend_pid AND coalesce(a.backend_start = t.backend_start, true)), "
    "(extract(epoch FROM t.stopped_at) * 1000000)::bigint, t.secret "
    "FROM tally_ledger.term t";

struct SeenTerm {
  TermIsOver itself;  ///< what it will be once it is over
  std::string epoch_and_renewal;
  std::chrono::milliseconds duration{};
  storage::AnotherWriter writer;
  bool over = false;
};

std::expected<SeenTerm, ServerError> look_at_term(CommitConnection& connection) {
  auto row = connection.run(read_term);
  if (!row) return std::unexpected{row.error()};
  if (PQntuples(row->get()) == 0)
    return std::unexpected{ServerError{.sqlstate = {}, .table = {}, .constraint = {}, .what = "the term has gone"}};
  const bool stopped = cell(*row, 4) == "t";
  const bool backend_lives = cell(*row, 5) == "t";
  TermIsOver itself{.epoch = {std::stoll(cell(*row, 0))}, .stopped_at = {}};
  if (PQgetisnull(row->get(), 0, 6) == 0)
    itself.stopped_at = model::Instant{std::chrono::microseconds{std::stoll(cell(*row, 6))}};
  return SeenTerm{.itself = itself,
                  .epoch_and_renewal = cell(*row, 0) + "/" + cell(*row, 1),
                  .duration = std::chrono::milliseconds{std::stoll(cell(*row, 2))},
                  .writer = {.advertise = cell(*row, 3), .secret = cell(*row, 7)},
                  .over = stopped || !backend_lives};
}

void end_backend_of_term(CommitConnection& connection) {
  // Its failure shows as another lock timeout.
  (void)connection.run(
      "SELECT pg_terminate_backend(a.pid) FROM tally_ledger.term t "
      "JOIN pg_stat_activity a ON a.pid = t.backend_pid AND a.backend_start = t.backend_start");
}

/// The opening group and the term row, in one transaction.
std::expected<void, ServerError> try_opening(CommitConnection& connection, model::GroupNumber number,
                                             const storage::TermRow& mine, model::Instant now) {
  struct Step {
    const char* sql;
    std::vector<std::string> values;
  };
  const std::string n = std::to_string(number.value);
  const Step steps[]{
      {"BEGIN", {}},
      {"SET LOCAL lock_timeout = '500ms'", {}},
      {"INSERT INTO tally_ledger.groups (number, epoch, previous, last_token, committed_at) VALUES "
       "($1, $1, (SELECT number FROM tally_ledger.groups WHERE number = $1::bigint - 1), "
       "coalesce((SELECT last_token FROM tally_ledger.groups WHERE number = $1::bigint - 1), 0), "
       "to_timestamp($2::bigint / 1000000.0))",
       {n, std::to_string(now.time_since_epoch().count())}},
      // A stand-by that slept between looking for the last number and taking the next: others have gone on meanwhile.
      {"UPDATE tally_ledger.groups SET previous = NULL WHERE number = $1::bigint "
       "AND EXISTS (SELECT FROM tally_ledger.groups WHERE number > $1::bigint)",
       {n}},
      {"UPDATE tally_ledger.term SET epoch = $1, renewed = $1, duration_ms = $2, advertise = $3, secret = $4, "
       "stopped_at = NULL, backend_pid = pg_backend_pid(), "
       "backend_start = (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())",
       {n, std::to_string(mine.duration.count()), mine.advertise, mine.secret}},
      {"COMMIT", {}},
  };
  for (const auto& [sql, values] : steps) {
    if (auto done = connection.run(sql, values); !done) return std::unexpected{done.error()};
  }
  return {};
}

}  // namespace

std::expected<std::optional<std::string>, ServerError> unusable_because(CommitConnection& connection,
                                                                        bool allow_unsafe) {
  auto server = connection.run("SELECT current_setting('server_version_num'), current_setting('fsync')");
  if (!server) return std::unexpected{server.error()};
  if (std::stoi(cell(*server, 0)) < server_version_min) return "PostgreSQL 14 or newer is needed";
  if (cell(*server, 1) != "on" && !allow_unsafe) {
    return "the server runs with fsync off: what it commits may be lost (--allow-unsafe accepts that, for tests)";
  }
  auto schema = connection.run("SELECT to_regclass('tally_ledger.migrations') IS NOT NULL");
  if (!schema) return std::unexpected{schema.error()};
  if (cell(*schema, 0) != "t") return "the database has no Tally schema: run 'tally migrate', or serve with --migrate";
  auto version = connection.run("SELECT coalesce(max(version), 0) FROM tally_ledger.migrations");
  if (!version) return std::unexpected{version.error()};
  const int found = std::stoi(cell(*version, 0));
  const int known = migrations().back().version;
  if (found < known)
    return "the database's schema is older than this program: run 'tally migrate', or serve with --migrate";
  if (found > known) return "the database's schema is newer than this program: install a newer Tally";
  // Without its row there is nothing to watch; the rest is examined once the term is over.
  const auto term = connection.run(read_term);
  if (!term && tells_of_damage(term.error().sqlstate)) return DamagedLedger{term.error().what}.what();
  if (!term) return std::unexpected{term.error()};
  if (PQntuples(term->get()) == 0) return DamagedLedger{"the table of the term is empty"}.what();
  return std::nullopt;
}

Watched watch_term(CommitConnection& connection, const std::stop_token& stop) {
  const auto first = look_at_term(connection);
  if (!first) return first.error();
  const auto until = std::chrono::steady_clock::now() + first->duration;
  while (!first->over && std::chrono::steady_clock::now() < until) {
    if (stop.stop_requested()) return first->writer;
    std::this_thread::sleep_for(watch_step);
    const auto again = look_at_term(connection);
    if (!again) return again.error();
    if (again->over) return again->itself;
    if (again->epoch_and_renewal != first->epoch_and_renewal) return again->writer;
  }
  return first->itself;
}

OpeningResult insert_opening(CommitConnection& connection, model::GroupNumber number, const storage::TermRow& mine,
                             model::Instant now) {
  for (int attempt = 0;; ++attempt) {
    const auto done = try_opening(connection, number, mine, now);
    if (done) return number;
    (void)connection.run("ROLLBACK");
    const bool lock_timeout = done.error().sqlstate == "55P03";
    if (lock_timeout && attempt < lock_timeouts_max) {
      end_backend_of_term(connection);
      continue;
    }
    if (done.error().meaning() != ErrorMeaning::fence) return done.error();
    auto row =
        connection.run("SELECT epoch FROM tally_ledger.groups WHERE number = $1", {std::to_string(number.value)});
    if (!row) return row.error();
    if (PQntuples(row->get()) == 0) return Taken{};
    return Taken{{std::stoll(cell(*row, 0))}};
  }
}

std::expected<std::optional<model::GroupNumber>, ServerError> next_number(CommitConnection& connection,
                                                                          model::Epoch epoch) {
  auto row = connection.run("SELECT number, epoch FROM tally_ledger.groups ORDER BY number DESC LIMIT 1");
  if (!row) return std::unexpected{row.error()};
  if (std::stoll(cell(*row, 1)) != epoch.value) return std::nullopt;
  return model::GroupNumber{std::stoll(cell(*row, 0))}.next();
}

}  // namespace tally::postgres

#include "tally/postgres/postgres_history_ledger.hpp"

#include <algorithm>
#include <map>
#include <pqxx/pqxx>
#include <set>
#include <span>
#include <thread>

#include "connection_string.hpp"
#include "history_pace.hpp"
#include "history_statements.hpp"
#include "history_summer.hpp"
#include "history_windows.hpp"
#include "patience.hpp"

namespace tally::postgres {
namespace {

using namespace storage;
using history::Standing;
using history::WindowTotal;
using Answer = UsageAnswer<HistoryReport, NotRetained, UnknownZone, UnevenZone, TooManyRows, SumsBehind>;

constexpr std::chrono::seconds patience{25};
/// How long a question waits for the sums to come up to the ledger: for a million lines.
constexpr std::chrono::seconds catching_up_max{10};
constexpr std::chrono::milliseconds pause_for_another{20};
constexpr const char* settings_sql =
    "SET LOCAL timezone = 'UTC'; SET LOCAL statement_timeout = '20s'; SET LOCAL work_mem = '64MB'";

struct Unit {
  const char* name;      ///< PostgreSQL's
  const char* interval;  ///< its length
  bool is_even;          ///< the same length always
};
Unit unit_of(HistoryWindow window) {
  switch (window) {
    case HistoryWindow::quarter_hour: return {"quarter", "15 minutes", true};
    case HistoryWindow::hour: return {"hour", "1 hour", true};
    case HistoryWindow::day: return {"day", "1 day", false};
    case HistoryWindow::week: return {"week", "7 days", false};
    case HistoryWindow::month: return {"month", "1 month", false};
  }
  return {};
}

std::int64_t microseconds(model::Instant at) { return at.time_since_epoch().count(); }

/// The start of each window and the end of the last.
std::vector<std::int64_t> windows_of(SnapshotTransaction& transaction, const HistoryQuestion& question) {
  const Unit unit = unit_of(question.window);
  const auto from = microseconds(question.from);
  const auto to = microseconds(question.to);
  std::vector<std::int64_t> starts;
  for (const auto& row :
       transaction.exec_params(unit.is_even ? history::even_windows_sql : history::calendar_windows_sql, from, to,
                               question.zone, unit.interval, unit.name)) {
    if (!starts.empty() && starts.back() >= to) break;
    starts.push_back(row[0].as<std::int64_t>());
  }
  return starts;
}

template<class Numbers, class Each>
std::string array_of(const Numbers& numbers, Each&& each) {
  std::string text = "{";
  for (const auto& number : numbers) text.append(text.size() > 1 ? "," : "").append(std::to_string(each(number)));
  return text + '}';
}

std::optional<std::int64_t> number_or_nothing(const pqxx::field& field) {
  return field.is_null() ? std::nullopt : std::optional{field.as<std::int64_t>()};
}

HistoryReport::Group group_of(const pqxx::row& row, HistoryGroup group) {
  HistoryReport::Group asked{.id = row[0].as<std::int32_t>(),
                             .row = {},
                             .used_before = number_or_nothing(row[7]),
                             .maximum_before = number_or_nothing(row[8])};
  asked.row.account = row[1].c_str();
  asked.row.name = row[2].c_str();
  asked.row.kind = static_cast<model::CounterKind>(row[3].as<std::int16_t>());
  if (group == HistoryGroup::counter && !row[4].is_null()) {
    asked.row.counter = {row[4].as<std::int64_t>()};
    asked.row.license = row[5].as<std::int64_t>();
    asked.row.feature = row[6].c_str();
  }
  return asked;
}

WindowTotal total_of(const pqxx::row& row) {
  return {.window = row[1].as<std::size_t>(),
          .area = row[2].as<double>(),
          .last_quarter = row[3].as<std::int32_t>(),
          .last = {.used = row[4].as<std::int64_t>(), .maximum = number_or_nothing(row[5])},
          .peak = row[6].as<std::int64_t>(),
          .granted = row[7].as<std::int64_t>(),
          .refused = row[8].as<std::int64_t>(),
          .quantity = row[9].as<std::int64_t>()};
}

std::vector<HistoryReport::Group> groups_of(SnapshotTransaction& transaction, const HistoryQuestion& question,
                                            std::int32_t first_quarter) {
  const auto text = [](const std::optional<std::string>& value) { return value ? value->c_str() : nullptr; };
  std::vector<HistoryReport::Group> groups;
  for (const auto& row : transaction.exec_params(
           history::groups_sql, static_cast<std::int64_t>(question.group), first_quarter, text(question.account),
           text(question.product), text(question.user), static_cast<std::int64_t>(history_groups_max + 1)))
    groups.push_back(group_of(row, question.group));
  return groups;
}

using Totals = std::map<std::int32_t, std::vector<WindowTotal>>;

Totals totals_of(SnapshotTransaction& transaction, std::span<const HistoryReport::Group> groups,
                 const std::vector<std::int64_t>& starts) {
  Totals totals;
  for (const auto& row : transaction.exec_params(
           history::totals_sql, array_of(groups, [](const HistoryReport::Group& group) { return group.id; }),
           array_of(starts, history::quarter_of)))
    totals[row[0].as<std::int32_t>()].push_back(total_of(row));
  return totals;
}

}  // namespace

class PostgresHistoryLedger::Connection {
 public:
  explicit Connection(const std::string& text) : connection_{text} {}

  bool sum_up() {
    const Patience with_server{connection_, patience};
    if (pace_.rests(history::Summer::last_token(connection_), std::chrono::steady_clock::now())) return false;
    const auto step = summer_.step(connection_);
    if (step == history::Summer::Step::done) pace_.come_up();
    return step == history::Summer::Step::more;
  }

  /// False when the ledger is too far ahead.
  bool catch_up() {
    const Patience with_server{connection_, patience};
    const auto until = std::chrono::steady_clock::now() + catching_up_max;
    while (std::chrono::steady_clock::now() < until) {
      const auto step = summer_.step(connection_);
      if (step == history::Summer::Step::done) return true;
      if (step == history::Summer::Step::another) std::this_thread::sleep_for(pause_for_another);
    }
    pace_.hurry();
    return false;
  }

  Answer answer(const HistoryQuestion& question) {
    const Patience with_server{connection_, patience};
    SnapshotTransaction transaction{connection_};
    transaction.exec(settings_sql);
    if (!knows_zone(transaction, question.zone)) return std::unexpected{UnknownZone{}};
    const auto since = transaction.exec1(
        "SELECT " MICROSECONDS("since") ", " MICROSECONDS("now()") " FROM tally_ledger.history_position");
    if (!since[0].is_null() && question.from < instant(since[0]))
      return std::unexpected{NotRetained{instant(since[0])}};
    const auto starts = windows_of(transaction, question);
    if (std::ranges::any_of(starts, [](std::int64_t start) { return start % history::quarter_length != 0; }))
      return std::unexpected{UnevenZone{}};
    auto groups = groups_of(transaction, question, history::quarter_of(starts.front()));
    if (groups.size() > history_groups_max ||
        static_cast<std::int64_t>(groups.size() * (starts.size() - 1)) > history_rows_max)
      return std::unexpected{TooManyRows{}};
    return HistoryReport{
        .group = question.group, .starts = starts, .now = since[1].as<std::int64_t>(), .groups = std::move(groups)};
  }

  HistoryRows next_rows(HistoryReport& report) {
    const Patience with_server{connection_, patience};
    SnapshotTransaction transaction{connection_};
    transaction.exec(settings_sql);
    const std::size_t windows = report.starts.size() - 1;
    const auto groups = std::span<const HistoryReport::Group>{report.groups}.subspan(
        report.next, std::min(std::max<std::size_t>(1, history_portion / windows), report.groups.size() - report.next));
    const auto totals = totals_of(transaction, groups, report.starts);
    HistoryRows rows;
    for (const auto& group : groups) {
      const auto found = totals.find(group.id);
      const auto before =
          group.used_before ? std::optional{Standing{*group.used_before, group.maximum_before}} : std::nullopt;
      history::append_windows(rows, group.row, report.group, before,
                              found != totals.end() ? found->second : std::vector<WindowTotal>{}, report.starts,
                              report.now);
    }
    report.next += groups.size();
    return rows;
  }

 private:
  /// PostgreSQL itself would take other texts for zones, too. Looking through its list takes a while.
  bool knows_zone(SnapshotTransaction& transaction, const std::string& zone) {
    if (known_zones_.empty()) {
      for (const auto& row : transaction.exec("SELECT name FROM pg_timezone_names"))
        known_zones_.emplace(row[0].c_str());
    }
    return known_zones_.contains(zone);
  }

  pqxx::connection connection_;
  history::Summer summer_;
  history::Pace pace_;
  std::set<std::string> known_zones_;
};

PostgresHistoryLedger::PostgresHistoryLedger(std::string url) : url_{std::move(url)} {}
PostgresHistoryLedger::~PostgresHistoryLedger() = default;

PostgresHistoryLedger::Connection& PostgresHistoryLedger::connected() {
  if (connection_ == nullptr) {
    const auto text = connection_string(url_, "tally history");
    if (!text) throw std::runtime_error{text.error()};
    connection_ = std::make_unique<Connection>(*text);
  }
  return *connection_;
}

std::expected<bool, LedgerSilent> PostgresHistoryLedger::sum_up() try {
  return connected().sum_up();
} catch (const std::exception& error) {
  connection_.reset();
  return std::unexpected{LedgerSilent{error.what()}};
}

Answer PostgresHistoryLedger::history(const HistoryQuestion& question) try {
  Connection& connection = connected();
  if (!connection.catch_up()) return std::unexpected{SumsBehind{}};
  return connection.answer(question);
} catch (const std::exception& error) {
  connection_.reset();
  return std::unexpected{LedgerSilent{error.what()}};
}

std::expected<HistoryRows, LedgerSilent> PostgresHistoryLedger::next_rows(HistoryReport& report) try {
  return connected().next_rows(report);
} catch (const std::exception& error) {
  connection_.reset();
  return std::unexpected{LedgerSilent{error.what()}};
}

}  // namespace tally::postgres

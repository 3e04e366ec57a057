#include "history_summer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "row_stream.hpp"
#include "stored_fields.hpp"

namespace tally::postgres::history {
namespace {

/// Short enough that a partition that shall leave waits for it a moment only.
constexpr std::int64_t lines_max = 10'000;

// What a crash takes of the sums is summed up again.
constexpr const char* settings_sql =
    "SET LOCAL synchronous_commit = off; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '20s'";

constexpr const char* last_token_sql =
    "SELECT coalesce((SELECT last_token FROM tally_ledger.groups ORDER BY number DESC LIMIT 1), 0)";

constexpr const char* position_sql =
    "SELECT token, at, (SELECT last_token FROM tally_ledger.groups ORDER BY number DESC LIMIT 1) "
    "FROM tally_ledger.history_position FOR UPDATE SKIP LOCKED";

constexpr const char* lines_sql = "SELECT token, " MICROSECONDS(
    "at") ", kind, door, counter_id, coalesce(hold, 0), coalesce(holder_kind, 1) = 2, quantity, used_after, "
          "balance_after, user_name FROM tally_ledger.events WHERE kind IN (1, 2, 3, 6, 7, 8, 9) "
          "AND counter_id IS NOT NULL AND token > ";

std::string lines_between(std::int64_t after, std::int64_t until) {
  return lines_sql + std::to_string(after) + " AND token <= " + std::to_string(until) + " ORDER BY token";
}

constexpr const char* put_groups_sql =
    "INSERT INTO tally_ledger.history_groups (id, dimension, account, name, kind, product_id, used, limited, "
    "unlimited, "
    "touched_at) SELECT * FROM unnest($1::integer[], $2::smallint[], $3::text[], $4::text[], $5::smallint[], "
    "$6::integer[], $7::bigint[], $8::bigint[], $9::integer[], $10::bigint[]) ON CONFLICT (id) DO UPDATE SET "
    "used = excluded.used, limited = excluded.limited, unlimited = excluded.unlimited, touched_at = "
    "excluded.touched_at";

constexpr const char* put_quarters_sql =
    "INSERT INTO tally_ledger.history_quarters AS known (group_id, quarter, previous, granted, refused, until, "
    "used_before, used, maximum, peak, quantity, area) SELECT * FROM unnest($1::integer[], $2::integer[], "
    "$3::integer[], $4::integer[], $5::integer[], $6::integer[], $7::bigint[], $8::bigint[], $9::bigint[], "
    "$10::bigint[], $11::bigint[], $12::double precision[]) ON CONFLICT (group_id, quarter) DO UPDATE SET "
    "granted = known.granted + excluded.granted, refused = known.refused + excluded.refused, until = excluded.until, "
    "used = excluded.used, maximum = excluded.maximum, peak = greatest(known.peak, excluded.peak), "
    "quantity = known.quantity + excluded.quantity, area = known.area + excluded.area";

constexpr const char* put_places_sql =
    "INSERT INTO tally_ledger.history_places (hold, counter_id, user_group, door_group, quantity, is_shared) "
    "SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::integer[], $4::integer[], $5::bigint[], $6::boolean[]) "
    "ON CONFLICT (hold) DO NOTHING";

/// A column of values, as PostgreSQL writes arrays.
class Column {
 public:
  void add(std::int64_t value) { next() += std::to_string(value); }
  void add(const std::optional<std::int64_t>& value) { next() += value ? std::to_string(*value) : "NULL"; }
  void add(double value) { next() += pqxx::to_string(value); }
  void add(bool value) { next() += value ? "t" : "f"; }
  void add(const std::string& value) {
    next() += '"';
    for (const char c : value) {
      if (c == '"' || c == '\\') text_ += '\\';
      text_ += c;
    }
    text_ += '"';
  }
  [[nodiscard]] std::string text() const { return text_ + '}'; }

 private:
  std::string& next() {
    if (text_.size() > 1) text_ += ',';
    return text_;
  }
  std::string text_ = "{";
};

/// Rows of values for one statement over arrays.
template<std::size_t count>
class Rows {
 public:
  template<class... Values>
  void add(const Values&... values) {
    static_assert(sizeof...(values) == count);
    std::size_t column = 0;
    (columns_[column++].add(values), ...);
    is_empty_ = false;
  }
  void put(pqxx::work& transaction, const char* sql) const {
    if (!is_empty_) put(transaction, sql, std::make_index_sequence<count>{});
  }

 private:
  template<std::size_t... index>
  void put(pqxx::work& transaction, const char* sql, std::index_sequence<index...>) const {
    transaction.exec_params(sql, columns_[index].text()...);
  }
  std::array<Column, count> columns_;
  bool is_empty_ = true;
};

template<class Kind>
std::int64_t number(Kind value) {
  return static_cast<std::int64_t>(value);
}
std::optional<std::int64_t> number(const std::optional<std::int32_t>& value) {
  return value ? std::optional<std::int64_t>{*value} : std::nullopt;
}

std::optional<std::int64_t> number_or_nothing(const pqxx::field& field) {
  return field.is_null() ? std::nullopt : std::optional{field.as<std::int64_t>()};
}

CountedLine line_of(const pqxx::row& row) {
  return {.token = row[0].as<std::int64_t>(),
          .at = row[1].as<std::int64_t>(),
          .kind = static_cast<model::EventKind>(row[2].as<std::int16_t>()),
          .door = row[3].as<std::int16_t>(),
          .counter = row[4].as<std::int64_t>(),
          .hold = row[5].as<std::int64_t>(),
          .is_shared = row[6].as<bool>(),
          .quantity = row[7].as<std::int64_t>(),
          .used_after = row[8].as<std::int64_t>(),
          .balance_after = number_or_nothing(row[9]),
          .user = row[10].c_str()};
}

}  // namespace

std::int64_t Summer::last_token(pqxx::connection& connection) {
  pqxx::nontransaction reading{connection};
  return reading.exec1(last_token_sql)[0].as<std::int64_t>();
}

Summer::Step Summer::step(pqxx::connection& connection) {
  const std::int64_t expected = std::exchange(remembered_at_, -1);
  pqxx::work transaction{connection};
  transaction.exec(settings_sql);
  const auto rows = transaction.exec(position_sql);
  if (rows.empty()) {
    remembered_at_ = expected;
    return Step::another;
  }
  const auto position = rows[0][0].as<std::int64_t>();
  const auto last = rows[0][2].as<std::int64_t>();
  const auto until = std::min(position + lines_max, last);
  if (until > position) {
    if (position != expected) {
      sums_ = {};
      sums_.set_time(rows[0][1].as<std::int64_t>());
      read_back(transaction);
    }
    sums_.begin_portion();
    add_lines(transaction, position, until);
    write(transaction, until);
    transaction.commit();
  }
  remembered_at_ = until > position ? until : expected;
  return until < last ? Step::more : Step::done;
}

void Summer::read_back(pqxx::work& transaction) {
  for_each_row(
      transaction,
      "SELECT id, dimension, account, name, kind, product_id, used, limited, unlimited, touched_at "
      "FROM tally_ledger.history_groups",
      [this](const pqxx::row& row) {
        sums_.put(Group{.id = row[0].as<std::int32_t>(),
                        .dimension = static_cast<storage::HistoryGroup>(row[1].as<std::int16_t>()),
                        .account = row[2].c_str(),
                        .name = row[3].c_str(),
                        .kind = static_cast<model::CounterKind>(row[4].as<std::int16_t>()),
                        .product_id = row[5].is_null() ? std::nullopt : std::optional{row[5].as<std::int32_t>()},
                        .used = row[6].as<std::int64_t>(),
                        .limited = row[7].as<std::int64_t>(),
                        .unlimited = row[8].as<std::int32_t>(),
                        .touched_at = row[9].as<std::int64_t>()});
      });
  for_each_row(transaction,
               "SELECT hold, counter_id, user_group, door_group, quantity, is_shared FROM tally_ledger.history_places",
               [this](const pqxx::row& row) {
                 sums_.put(row[0].as<std::int64_t>(), {.counter = row[1].as<std::int64_t>(),
                                                       .user_group = row[2].as<std::int32_t>(),
                                                       .door_group = row[3].as<std::int32_t>(),
                                                       .quantity = row[4].as<std::int64_t>(),
                                                       .is_shared = row[5].as<bool>()});
               });
}

void Summer::know_counters(pqxx::work& transaction) {
  for (const auto& row : transaction.exec("SELECT id, account, product, kind FROM tally_ledger.counters")) {
    counters_.try_emplace(row[0].as<std::int64_t>(),
                          CounterPlace{.account = row[1].c_str(),
                                       .product = row[2].c_str(),
                                       .kind = static_cast<model::CounterKind>(row[3].as<std::int16_t>())});
  }
}

void Summer::add_lines(pqxx::work& transaction, std::int64_t after, std::int64_t until) {
  bool may_be_new = true;
  for_each_row(transaction, lines_between(after, until), [&](const pqxx::row& row) {
    const CountedLine line = line_of(row);
    auto counter = counters_.find(line.counter);
    // A counter's row is committed before its first line, or with it.
    if (counter == counters_.end() && std::exchange(may_be_new, false)) {
      know_counters(transaction);
      counter = counters_.find(line.counter);
    }
    if (counter != counters_.end()) sums_.add(line, counter->second);
  });
}

void Summer::write(pqxx::work& transaction, std::int64_t position) {
  Rows<10> groups;
  for (const auto id : sums_.changed_groups()) {
    const Group& group = sums_.group(id);
    groups.add(number(group.id), number(group.dimension), group.account, group.name, number(group.kind),
               number(group.product_id), group.used, group.limited, number(group.unlimited), group.touched_at);
  }
  groups.put(transaction, put_groups_sql);
  Rows<12> quarters;
  for (const auto& [key, row] : sums_.quarters()) {
    quarters.add(number(key.first), number(key.second), number(row.previous), number(row.granted), number(row.refused),
                 number(row.until), row.used_before, row.used, row.maximum, row.peak, row.quantity, row.area);
  }
  quarters.put(transaction, put_quarters_sql);
  Rows<6> places;
  Column ended;
  for (const auto hold : sums_.changed_places()) {
    if (const auto place = sums_.place(hold)) {
      places.add(hold, place->counter, number(place->user_group), number(place->door_group), place->quantity,
                 place->is_shared);
    } else {
      ended.add(hold);
    }
  }
  transaction.exec_params("DELETE FROM tally_ledger.history_places WHERE hold = ANY ($1::bigint[])", ended.text());
  places.put(transaction, put_places_sql);
  transaction.exec_params("UPDATE tally_ledger.history_position SET token = $1, at = $2", position, sums_.time());
}

}  // namespace tally::postgres::history

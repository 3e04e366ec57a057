#include "tally/postgres/postgres_usage_ledger.hpp"

#include <algorithm>
#include <map>
#include <pqxx/pqxx>
#include <tuple>

#include "connection_string.hpp"
#include "outcome_json.hpp"
#include "patience.hpp"
#include "stored_fields.hpp"
#include "tally/catalog_json/catalog_reader.hpp"
#include "usage_statements.hpp"

namespace tally::postgres {
namespace {

using namespace storage;

constexpr std::chrono::seconds patience{25};
constexpr const char* settings_sql = "SET LOCAL timezone = 'UTC'; SET LOCAL statement_timeout = '20s'";

using CounterName = std::tuple<model::AccountId, std::int64_t, std::string>;

struct CounterRow {
  model::CounterId id;
  CounterName name;
  std::string product;  ///< of the license
  model::Quantity used;
};

std::int64_t fold_position(SnapshotTransaction& transaction) {
  return transaction.exec1("SELECT position FROM tally_ledger.fold")[0].as<std::int64_t>();
}

std::vector<CounterRow> counters(SnapshotTransaction& transaction, std::int64_t position) {
  std::vector<CounterRow> all;
  for (const auto& row : transaction.exec_params(counters_sql, position)) {
    all.push_back({.id = {row[0].as<std::int64_t>()},
                   .name = {row[1].c_str(), row[2].as<std::int64_t>(), row[4].c_str()},
                   .product = row[3].c_str(),
                   .used = quantity(row[5])});
  }
  return all;
}

}  // namespace

/// With the catalogue as it was last read: it changes rarely, and is large where there is much to count.
class PostgresUsageLedger::Connection {
 public:
  explicit Connection(const std::string& text) : connection_{text} {}

  template<class Question>
  auto ask(Question&& question) {
    const Patience with_server{connection_, patience};
    SnapshotTransaction transaction{connection_};
    transaction.exec(settings_sql);
    return question(transaction);
  }

  const model::Catalog& catalog(SnapshotTransaction& transaction) {
    const auto group = transaction.exec("SELECT group_number FROM tally_ledger.catalog");
    const std::int64_t current = group.empty() ? 0 : group[0][0].as<std::int64_t>();
    if (current != read_at_) {
      auto read =
          catalog_json::parse_catalog(transaction.exec1("SELECT document FROM tally_ledger.catalog")[0].c_str());
      if (!read) throw std::runtime_error{"the stored catalogue can't be read: " + read.error().front().what};
      catalog_ = std::move(*read);
      know_names();
      read_at_ = current;
    }
    return catalog_;
  }

  /// After catalog().
  [[nodiscard]] ProductName product_of(const CounterRow& counter) const {
    const auto known = names_.find(counter.name);
    ProductName name = known != names_.end() ? known->second : ProductName{0, std::get<2>(counter.name)};
    if (name.id == 0) name.id = counter.id.value;
    return name;
  }

 private:
  void know_names() {
    names_.clear();
    for (const auto& account : catalog_.accounts) {
      for (const auto& license : account.licenses) {
        for (const auto& feature : license.features)
          names_[{account.id, license.id.value, feature.code}] = {feature.product_id.value_or(0), feature.name};
        // What a license counts besides has words that say so only beside the license's own.
        for (const auto code : {model::connections_code, model::users_code})
          names_[{account.id, license.id.value, std::string{code}}] = {0, license.name};
      }
    }
  }

  pqxx::connection connection_;
  model::Catalog catalog_;
  std::map<CounterName, ProductName> names_;
  std::int64_t read_at_ = 0;
};

namespace {

bool is_meant(const std::string& wanted, const CounterRow& counter, const ProductName& product) {
  return wanted == product.name || wanted == counter.product || wanted == std::to_string(product.id);
}

/// As PostgreSQL writes arrays of numbers.
std::string array_of(const std::vector<std::int64_t>& numbers) {
  std::string text = "{";
  for (const auto number : numbers) text.append(text.size() > 1 ? "," : "").append(std::to_string(number));
  return text + '}';
}

HeldPlace place_of(const pqxx::row& row, const std::map<std::int64_t, ProductName>& names) {
  const auto counter = row[1].as<std::int64_t>();
  const auto name = names.find(counter);
  return {.token = {row[0].as<std::int64_t>()},
          .product = name != names.end() ? name->second : ProductName{counter, {}},
          .holder_kind = static_cast<model::HolderKind>(row[2].as<std::int16_t>()),
          .taken_at = instant(row[7]),
          .used_then = quantity(row[8]),
          .balance_then = optional_quantity(row[9]),
          .reason = row[10].c_str(),
          .user = row[4].c_str(),
          .computer = row[5].c_str(),
          .address = row[6].c_str(),
          .opened_at = instant(row[11]),
          .session = guid(row[3]),
          .settings = row[12].is_null() ? model::Settings{} : settings_from_json(row[12].c_str())};
}

const char* text_or_null(const std::optional<std::string>& text) { return text ? text->c_str() : nullptr; }

pqxx::result rows_of(SnapshotTransaction& transaction, const HeldPlacesQuestion& question, std::int64_t position,
                     const std::optional<std::string>& counters) {
  const char* account = text_or_null(question.account);
  const char* user = text_or_null(question.user);
  const char* kind = text_or_null(question.kind);
  const auto limit = static_cast<std::int64_t>(question.limit + 1);
  if (!question.at)
    return transaction.exec_params(held_now_sql, position, text_or_null(counters), account, user, kind,
                                   question.after.value, limit);
  return transaction.exec_params(held_then_sql, position, text_or_null(counters), account, user, kind,
                                 question.after.value, limit, question.at->time_since_epoch().count());
}

}  // namespace

PostgresUsageLedger::PostgresUsageLedger(std::string url) : url_{std::move(url)} {}
PostgresUsageLedger::~PostgresUsageLedger() = default;

PostgresUsageLedger::Connection& PostgresUsageLedger::connected() {
  if (connection_ == nullptr) {
    const auto text = connection_string(url_, "tally usage");
    if (!text) throw std::runtime_error{text.error()};
    connection_ = std::make_unique<Connection>(*text);
  }
  return *connection_;
}

UsageAnswer<HeldPlaces, NotRetained> PostgresUsageLedger::held(const HeldPlacesQuestion& question) try {
  Connection& connection = connected();
  return connection.ask([&](SnapshotTransaction& transaction) -> UsageAnswer<HeldPlaces, NotRetained> {
    if (question.at) {
      const auto since = transaction.exec1("SELECT " MICROSECONDS("tally_ledger.retained_since()"))[0];
      if (!since.is_null() && *question.at < instant(since)) return std::unexpected{NotRetained{instant(since)}};
    }
    const auto position = fold_position(transaction);
    connection.catalog(transaction);
    std::map<std::int64_t, ProductName> names;
    std::vector<std::int64_t> meant;
    for (const auto& counter : counters(transaction, position)) {
      const auto& name = names[counter.id.value] = connection.product_of(counter);
      if (question.product && is_meant(*question.product, counter, name)) meant.push_back(counter.id.value);
    }
    HeldPlaces held;
    for (const auto& row :
         rows_of(transaction, question, position, question.product ? std::optional{array_of(meant)} : std::nullopt)) {
      held.there_are_more = held.places.size() == question.limit;
      if (!held.there_are_more) held.places.push_back(place_of(row, names));
    }
    return held;
  });
} catch (const std::exception& error) {
  connection_.reset();
  return std::unexpected{LedgerSilent{error.what()}};
}

UsageAnswer<AccountRights, UnknownAccount> PostgresUsageLedger::rights(const model::AccountId& account) try {
  Connection& connection = connected();
  return connection.ask([&](SnapshotTransaction& transaction) -> UsageAnswer<AccountRights, UnknownAccount> {
    const auto& accounts = connection.catalog(transaction).accounts;
    const auto found = std::ranges::find(accounts, account, &model::Account::id);
    if (found == accounts.end()) return std::unexpected{UnknownAccount{}};
    std::map<CounterName, CounterRow> by_name;
    for (auto& counter : counters(transaction, fold_position(transaction))) by_name[counter.name] = counter;
    AccountRights all{.account = {.id = found->id, .name = found->name, .licenses = {}, .tenants = {}, .products = {}},
                      .rights = {}};
    for (const auto& license : found->licenses) {
      for (const auto& counted : model::counted_by(license)) {
        const auto counter = by_name.find(CounterName{account, license.id.value, counted.code});
        if (counted.kind != model::CounterKind::floating || counter == by_name.end()) continue;
        auto& right = all.rights.emplace_back(connection.product_of(counter->second), counter->second.used,
                                              counted.maximum, license);
        right.license.features.clear();
      }
    }
    return all;
  });
} catch (const std::exception& error) {
  connection_.reset();
  return std::unexpected{LedgerSilent{error.what()}};
}

}  // namespace tally::postgres

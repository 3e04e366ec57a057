#include "group_statements.hpp"

#include <array>

#include "outcome_json.hpp"
#include "row_statements.hpp"
#include "statement_columns.hpp"
#include "tally/catalog_json/catalog_writer.hpp"

namespace tally::postgres {
namespace {

using storage::Group;

// The fence: no predecessor of our epoch, no `previous`, and the NOT NULL aborts the whole transaction.
constexpr Statement empty_group{"group", R"(
INSERT INTO tally_ledger.groups (number, epoch, previous, last_token, committed_at)
VALUES ($1::bigint, $2::bigint, (SELECT number FROM tally_ledger.groups WHERE number = $1::bigint - 1 AND epoch = $2::bigint), $3::bigint, $4::timestamptz))"};

// One array of rows: an array for each column would be a function call and a store of its own for each in every group.
constexpr Statement group_with_events{"group_with_events", R"(
WITH fence AS (
  INSERT INTO tally_ledger.groups (number, epoch, previous, last_token, committed_at)
  VALUES ($1::bigint, $2::bigint, (SELECT number FROM tally_ledger.groups WHERE number = $1::bigint - 1 AND epoch = $2::bigint), $3::bigint, $4::timestamptz))
INSERT INTO tally_ledger.events SELECT * FROM unnest($5::tally_ledger.events[]))"};

constexpr Statement open_sessions{"open_sessions", R"(
INSERT INTO tally_ledger.sessions (group_number, id, account, user_name, database, computer, address, login_time,
                                   last_contact, offline, settings)
SELECT $1::bigint, id, account, user_name, database, computer, address, login_time, last_contact, offline, settings::jsonb
FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::timestamptz[],
            $10::boolean[], $11::text[])
  AS s(id, account, user_name, database, computer, address, login_time, last_contact, offline, settings))"};

constexpr Statement change_settings{"change_settings", R"(
UPDATE tally_ledger.sessions s SET settings = c.settings::jsonb, group_number = $1::bigint
FROM unnest($2::uuid[], $3::text[]) AS c(id, settings) WHERE s.id = c.id)"};

constexpr Statement change_offline{"change_offline", R"(
UPDATE tally_ledger.sessions s SET offline = c.offline, remembered = c.remembered::uuid[], group_number = $1::bigint
FROM unnest($2::uuid[], $3::boolean[], $4::text[]) AS c(id, offline, remembered) WHERE s.id = c.id)"};

constexpr Statement fold_contacts{"fold_contacts", R"(
UPDATE tally_ledger.sessions s SET last_contact = c.at, group_number = $1::bigint
FROM unnest($2::uuid[], $3::timestamptz[]) AS c(id, at) WHERE s.id = c.id)"};

constexpr Statement end_sessions{"end_sessions", R"(
UPDATE tally_ledger.sessions s SET ended_at = e.at, end_reason = e.reason, group_number = $1::bigint
FROM unnest($2::uuid[], $3::timestamptz[], $4::text[]) AS e(id, at, reason) WHERE s.id = e.id)"};

constexpr Statement put_catalog{"put_catalog", R"(
INSERT INTO tally_ledger.catalog (document, file_hash, imported_at, group_number) VALUES ($2::text::jsonb, $3::text, $4::timestamptz, $1::bigint)
ON CONFLICT (only_row) DO UPDATE
SET document = excluded.document, file_hash = excluded.file_hash, imported_at = excluded.imported_at,
    group_number = excluded.group_number)"};

constexpr Statement put_counters{"put_counters", R"(
INSERT INTO tally_ledger.counters (group_number, id, account, license_id, product, feature, option_id, kind, maximum, in_catalog)
SELECT $1::bigint, id, account, license_id, product, feature, option_id, kind, maximum, in_catalog
FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::uuid[], $8::smallint[], $9::bigint[],
            $10::boolean[]) AS c(id, account, license_id, product, feature, option_id, kind, maximum, in_catalog)
ON CONFLICT (id) DO UPDATE
SET product = CASE WHEN excluded.in_catalog THEN excluded.product ELSE counters.product END, option_id = excluded.option_id,
    maximum = excluded.maximum, in_catalog = excluded.in_catalog, group_number = excluded.group_number)"};

constexpr Statement record_answers{"record_answers", R"(
INSERT INTO tally_ledger.answers (group_number, caller, operation, key, digest, recorded_at, outcome)
SELECT $1::bigint, caller, operation, key, digest, recorded_at, outcome::jsonb
FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[])
  AS a(caller, operation, key, digest, recorded_at, outcome))"};

constexpr Statement forget_answers{"forget_answers", R"(
DELETE FROM tally_ledger.answers a USING unnest($1::text[], $2::text[], $3::text[]) AS f(caller, operation, key)
WHERE a.caller = f.caller AND a.operation = f.operation AND a.key = f.key)"};

constexpr Statement answer_inbox{"answer_inbox", R"(
INSERT INTO tally_ledger.inbox_answers (group_number, inbox_id, outcome)
SELECT $1::bigint, id, outcome::jsonb FROM unnest($2::bigint[], $3::text[]) AS a(id, outcome))"};

constexpr Statement fold_balances{"fold_balances", R"(
INSERT INTO tally_ledger.balances (group_number, counter_id, used, gross, high_water)
SELECT $1::bigint, counter_id, used, gross, high_water
FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) AS b(counter_id, used, gross, high_water)
ON CONFLICT (counter_id) DO UPDATE
SET used = excluded.used, gross = excluded.gross, high_water = excluded.high_water, group_number = excluded.group_number)"};

constexpr Statement fold_holds{"fold_holds", R"(
INSERT INTO tally_ledger.holds (group_number, token, counter_id, holder_kind, session_id, quantity, taken_at, used_then,
                                balance_then, reason)
SELECT $1::bigint, token, counter_id, holder_kind, session_id, quantity, taken_at, used_then, balance_then, reason
FROM unnest($2::bigint[], $3::bigint[], $4::smallint[], $5::uuid[], $6::bigint[], $7::timestamptz[], $8::bigint[],
            $9::bigint[], $10::text[])
  AS h(token, counter_id, holder_kind, session_id, quantity, taken_at, used_then, balance_then, reason)
ON CONFLICT (token) DO NOTHING)"};

constexpr Statement end_holds{"end_holds", "DELETE FROM tally_ledger.holds WHERE token = ANY ($1::bigint[])"};

constexpr Statement move_fold{"move_fold", "UPDATE tally_ledger.fold SET position = greatest(position, $1::bigint)"};

// From the front only, below the fold position, never the last, and never an opening group: a statement of an earlier
// epoch that took its snapshot before the take-over and slept since would find its predecessor there, and only the
// opening group that stands in its place still refuses it.
constexpr Statement trim_groups{"trim_groups", R"(
DELETE FROM tally_ledger.groups g
USING (SELECT number FROM tally_ledger.groups WHERE number <> epoch ORDER BY number LIMIT 1) AS first
WHERE g.number >= first.number AND g.number < least($1::bigint, first.number + 20000) AND g.number <> g.epoch)"};

constexpr Statement renew_term{"renew_term", "UPDATE tally_ledger.term SET renewed = $1::bigint"};
constexpr Statement end_term{
    "end_term", "UPDATE tally_ledger.term SET renewed = $1::bigint, stopped_at = $2::timestamptz, backend_pid = NULL"};

constexpr std::array all_statements{empty_group,    group_with_events, open_sessions, change_settings, change_offline,
                                    fold_contacts,  end_sessions,      put_catalog,   put_counters,    record_answers,
                                    forget_answers, answer_inbox,      fold_balances, fold_holds,      end_holds,
                                    move_fold,      trim_groups,       renew_term,    end_term};

void fence(Parameters& p, const Group& group) {
  p.clear();
  p.add(group.number.value);
  p.add(group.epoch.value);
  p.add(group.last_token.value);
  p.add(group.at);
}

/// Rows of the ledger's own table, in the order of its columns (storage/migrations).
void events(Parameters& p, const Group& group, std::uint32_t event_type_oid) {
  using Number = std::optional<std::int32_t>;
  fence(p, group);
  p.begin_rows(event_type_oid);
  for (const model::Event& e : group.events) {
    const bool of_session = e.holder_kind == model::HolderKind::session;
    p.row(e.token, group.number, group.at, number_of(e.kind), number_of(e.door), unless_zero(e.counter),
          unless_zero(e.session), std::string_view{e.user}, unless_zero(e.hold), e.quantity, e.used_after,
          e.gross_after, e.balance_after, std::string_view{e.reason},
          of_session ? std::nullopt : std::optional{number_of(e.holder_kind)}, unless_zero(e.resource),
          e.numbers ? Number{e.numbers->first} : std::nullopt, e.numbers ? Number{e.numbers->last} : std::nullopt,
          unless_zero(e.for_user));
  }
}

void sessions_opened(Parameters& p, const Group& group) {
  using model::Session;
  const auto& rows = group.sessions_opened;
  with_group_number(p, group);
  column(p, uuids, rows, &Session::id);
  for (const auto member :
       {&Session::account, &Session::user, &Session::database, &Session::computer, &Session::address}) {
    column(p, texts, rows, [member](const Session& s) { return std::string_view{s.*member}; });
  }
  column(p, instants, rows, &Session::login_time);
  column(p, instants, rows, &Session::last_contact);
  column(p, booleans, rows, &Session::offline);
  p.begin_texts();
  for (const auto& session : rows) p.value(std::string_view{settings_to_json(session.settings)});
}

void settings_changed(Parameters& p, const Group& group) {
  using storage::SettingsChange;
  with_group_number(p, group);
  column(p, uuids, group.settings_changed, &SettingsChange::session);
  p.begin_texts();
  for (const auto& change : group.settings_changed) p.value(std::string_view{settings_to_json(change.settings)});
}

/// In PostgreSQL's own writing of an array: an array of arrays would have to be a rectangle.
std::string array_text(const std::vector<model::Guid>& guids) {
  std::string text = "{";
  for (const auto& guid : guids) text.append(text.size() > 1 ? "," : "").append(to_string(guid));
  return text + "}";
}

void offline_changed(Parameters& p, const Group& group) {
  using storage::OfflineChange;
  with_group_number(p, group);
  column(p, uuids, group.offline_changed, &OfflineChange::session);
  column(p, booleans, group.offline_changed, &OfflineChange::offline);
  p.begin_texts();
  for (const auto& change : group.offline_changed) p.value(std::string_view{array_text(change.remembered)});
}

void last_contacts(Parameters& p, const Group& group) {
  using storage::LastContact;
  with_group_number(p, group);
  column(p, uuids, group.last_contacts, &LastContact::session);
  column(p, instants, group.last_contacts, &LastContact::at);
}

void sessions_ended(Parameters& p, const Group& group) {
  using storage::SessionEnd;
  with_group_number(p, group);
  column(p, uuids, group.sessions_ended, &SessionEnd::session);
  column(p, instants, group.sessions_ended, &SessionEnd::ended_at);
  column(p, texts, group.sessions_ended, [](const SessionEnd& e) { return std::string_view{e.reason}; });
}

void catalog(Parameters& p, const Group& group) {
  with_group_number(p, group);
  p.add(catalog_json::write_catalog(group.catalog->catalog));
  p.add(group.catalog->file_hash);
  p.add(group.at);
}

/// A counter's identity with what its row says besides.
struct CounterRow {
  const model::CounterIdentity* identity;
  std::string_view product;                ///< empty for a counter that left the catalogue
  std::optional<model::Quantity> maximum;  ///< absent = unlimited
  bool in_catalog = false;
};

CounterRow row_of(const model::CounterIdentity& identity, const model::Catalog& catalog) {
  for (const auto& account : catalog.accounts) {
    if (account.id != identity.account) continue;
    for (const auto& license : account.licenses) {
      if (license.id != identity.license) continue;
      for (const auto& counted : model::counted_by(license)) {
        if (counted.code == identity.feature)
          return {.identity = &identity, .product = license.product, .maximum = counted.maximum, .in_catalog = true};
      }
    }
    for (const auto& product : account.products) {
      if (identity.license == model::no_license && product.code == identity.feature)
        return {.identity = &identity, .product = product.code, .maximum = product.quantity, .in_catalog = true};
    }
  }
  return {.identity = &identity, .product = {}, .maximum = {}};
}

void counters(Parameters& p, const Group& group) {
  std::vector<CounterRow> rows;
  for (const auto& identity : group.catalog->counters) rows.push_back(row_of(identity, group.catalog->catalog));
  with_group_number(p, group);
  column(p, bigints, rows, [](const CounterRow& r) { return r.identity->id; });
  column(p, texts, rows, [](const CounterRow& r) { return std::string_view{r.identity->account}; });
  column(p, bigints, rows, [](const CounterRow& r) { return r.identity->license; });
  column(p, texts, rows, &CounterRow::product);
  column(p, texts, rows, [](const CounterRow& r) { return std::string_view{r.identity->feature}; });
  column(p, uuids, rows, [](const CounterRow& r) { return r.identity->option; });
  column(p, smallints, rows, [](const CounterRow& r) { return number_of(r.identity->kind); });
  column(p, bigints, rows, &CounterRow::maximum);
  column(p, booleans, rows, &CounterRow::in_catalog);
}

void answers(Parameters& p, const Group& group) {
  using model::RecordedAnswer;
  const auto& rows = group.answers;
  with_group_number(p, group);
  column(p, texts, rows, [](const RecordedAnswer& a) { return std::string_view{a.key.caller}; });
  column(p, texts, rows, [](const RecordedAnswer& a) { return std::string_view{a.key.operation}; });
  column(p, texts, rows, [](const RecordedAnswer& a) { return std::string_view{a.key.key}; });
  column(p, texts, rows, [](const RecordedAnswer& a) { return std::string_view{a.key.digest}; });
  column(p, instants, rows, &RecordedAnswer::recorded_at);
  p.begin_texts();
  for (const auto& answer : rows) p.value(std::string_view{outcome_to_json(answer.outcome)});
}

void forgotten_answers(Parameters& p, const Group& group) {
  using model::IdempotencyKey;
  p.clear();
  column(p, texts, group.forgotten_answers, [](const IdempotencyKey& k) { return std::string_view{k.caller}; });
  column(p, texts, group.forgotten_answers, [](const IdempotencyKey& k) { return std::string_view{k.operation}; });
  column(p, texts, group.forgotten_answers, [](const IdempotencyKey& k) { return std::string_view{k.key}; });
}

void inbox_answers(Parameters& p, const Group& group) {
  with_group_number(p, group);
  column(p, bigints, group.inbox_answers, &storage::InboxAnswer::id);
  p.begin_texts();
  for (const auto& answer : group.inbox_answers) p.value(std::string_view{outcome_to_json(answer.outcome)});
}

void balances(Parameters& p, const Group& group) {
  using model::Balance;
  const auto& rows = group.fold->balances;
  with_group_number(p, group);
  column(p, bigints, rows, &Balance::counter);
  column(p, bigints, rows, &Balance::used);
  column(p, bigints, rows, &Balance::gross);
  column(p, bigints, rows, &Balance::high_water);
}

void holds(Parameters& p, const Group& group) {
  using model::Hold;
  const auto& rows = group.fold->holds;
  with_group_number(p, group);
  column(p, bigints, rows, &Hold::token);
  column(p, bigints, rows, &Hold::counter);
  column(p, smallints, rows, [](const Hold& h) { return number_of(h.holder_kind); });
  column(p, uuids, rows, &Hold::session);
  column(p, bigints, rows, &Hold::quantity);
  column(p, instants, rows, &Hold::taken_at);
  column(p, bigints, rows, &Hold::used_then);
  column(p, bigints, rows, &Hold::balance_then);
  column(p, texts, rows, [](const Hold& h) { return std::string_view{h.reason}; });
}

}  // namespace

std::span<const Statement> group_statements() { return all_statements; }

void for_each_statement(const Group& group, std::uint32_t event_type_oid, Parameters& p,
                        const std::function<void(const char*, Parameters&)>& send) {
  const auto send_filled = [&](const Statement& statement, auto fill) {
    fill(p, group);
    send(statement.name, p);
  };
  if (group.events.empty()) {
    send_filled(empty_group, fence);
  } else {
    events(p, group, event_type_oid);
    send(group_with_events.name, p);
  }
  if (!group.sessions_opened.empty()) send_filled(open_sessions, sessions_opened);
  if (!group.settings_changed.empty()) send_filled(change_settings, settings_changed);
  if (!group.offline_changed.empty()) send_filled(change_offline, offline_changed);
  if (!group.last_contacts.empty()) send_filled(fold_contacts, last_contacts);
  if (!group.sessions_ended.empty()) send_filled(end_sessions, sessions_ended);
  if (group.catalog) {
    send_filled(put_catalog, catalog);
    send_filled(put_counters, counters);
  }
  if (!group.answers.empty()) send_filled(record_answers, answers);
  if (!group.forgotten_answers.empty()) send_filled(forget_answers, forgotten_answers);
  if (!group.inbox_answers.empty()) send_filled(answer_inbox, inbox_answers);
  for_each_row_statement(group, p, send);
  if (group.fold) {
    if (!group.fold->balances.empty()) send_filled(fold_balances, balances);
    if (!group.fold->holds.empty()) send_filled(fold_holds, holds);
    if (!group.fold->ended_holds.empty()) {
      p.clear();
      p.begin_bigints();
      for (const auto token : group.fold->ended_holds) p.value(token);
      send(end_holds.name, p);
    }
    if (group.fold->position) {
      p.clear();
      p.add(group.fold->position->value);
      send(move_fold.name, p);
      send(trim_groups.name, p);
    }
  }
  if (group.orderly_stop) {
    with_group_number(p, group);
    p.add(group.at);
    send(end_term.name, p);
  } else if (group.renews_term) {
    send_filled(renew_term, with_group_number);
  }
}

}  // namespace tally::postgres

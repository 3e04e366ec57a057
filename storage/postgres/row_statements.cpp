#include "row_statements.hpp"

#include <array>
#include <ranges>

#include "statement_columns.hpp"

namespace tally::postgres {
namespace {

using storage::Group;

constexpr Statement put_numerators{"put_numerators", R"(
INSERT INTO tally_ledger.numerators (group_number, account, id, left_bound, right_bound)
SELECT $1::bigint, account, id, left_bound, right_bound
FROM unnest($2::text[], $3::uuid[], $4::bigint[], $5::bigint[]) AS n(account, id, left_bound, right_bound)
ON CONFLICT (account, id) DO UPDATE
SET left_bound = excluded.left_bound, right_bound = excluded.right_bound, group_number = excluded.group_number)"};

constexpr Statement put_zones{"put_zones", R"(
INSERT INTO tally_ledger.zones (group_number, id, account, numerator, name, name_id, used, gross, high_water)
SELECT $1::bigint, id, account, numerator, name, name_id, used, gross, high_water
FROM unnest($2::bigint[], $3::text[], $4::uuid[], $5::text[], $6::uuid[], $7::bigint[], $8::bigint[], $9::bigint[])
  AS z(id, account, numerator, name, name_id, used, gross, high_water)
ON CONFLICT (id) DO UPDATE
SET used = excluded.used, gross = excluded.gross, high_water = excluded.high_water, group_number = excluded.group_number)"};

constexpr Statement put_ranges{"put_ranges", R"(
INSERT INTO tally_ledger.number_ranges (group_number, zone_id, first, last)
SELECT $1::bigint, zone_id, first, last FROM unnest($2::bigint[], $3::bigint[], $4::bigint[]) AS r(zone_id, first, last)
ON CONFLICT (zone_id, first) DO UPDATE SET last = excluded.last, group_number = excluded.group_number)"};

constexpr Statement remove_ranges{"remove_ranges", R"(
DELETE FROM tally_ledger.number_ranges r USING unnest($1::bigint[], $2::bigint[]) AS g(zone_id, first)
WHERE r.zone_id = g.zone_id AND r.first = g.first)"};

constexpr Statement put_locks{"put_locks", R"(
INSERT INTO tally_ledger.locks (group_number, account, resource, kind, section, instance, session_id, user_name, locked_at)
SELECT $1::bigint, account, resource, kind, section, instance, session_id, user_name, locked_at
FROM unnest($2::text[], $3::uuid[], $4::smallint[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::timestamptz[])
  AS l(account, resource, kind, section, instance, session_id, user_name, locked_at)
ON CONFLICT (account, resource) DO UPDATE
SET kind = excluded.kind, section = excluded.section, instance = excluded.instance, session_id = excluded.session_id,
    user_name = excluded.user_name, locked_at = excluded.locked_at, group_number = excluded.group_number)"};

constexpr Statement remove_locks{"remove_locks", R"(
DELETE FROM tally_ledger.locks l USING unnest($1::text[], $2::uuid[]) AS g(account, resource)
WHERE l.account = g.account AND l.resource = g.resource)"};

constexpr Statement add_profiles{"add_profiles", R"(
INSERT INTO tally_ledger.profiles (group_number, account, id, user_name)
SELECT $1::bigint, account, id, user_name FROM unnest($2::text[], $3::uuid[], $4::text[]) AS p(account, id, user_name))"};

constexpr Statement put_consumption{"put_consumption", R"(
INSERT INTO tally_ledger.consumption (group_number, counter_id, period, next_reset, allow_overages, max_overages)
SELECT $1::bigint, counter_id, period, next_reset, allow_overages, max_overages
FROM unnest($2::bigint[], $3::smallint[], $4::timestamptz[], $5::boolean[], $6::bigint[])
  AS c(counter_id, period, next_reset, allow_overages, max_overages)
ON CONFLICT (counter_id) DO UPDATE
SET period = excluded.period, next_reset = excluded.next_reset, allow_overages = excluded.allow_overages,
    max_overages = excluded.max_overages, group_number = excluded.group_number)"};

constexpr Statement put_registrations{"put_registrations", R"(
INSERT INTO tally_ledger.registrations (group_number, counter_id, user_name, token, computer, address, taken_at, used_then,
                                        balance_then, borrowed_until, expires_at)
SELECT $1::bigint, counter_id, user_name, token, computer, address, taken_at, used_then, balance_then, borrowed_until, expires_at
FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::timestamptz[], $8::bigint[], $9::bigint[],
            $10::timestamptz[], $11::timestamptz[])
  AS r(counter_id, user_name, token, computer, address, taken_at, used_then, balance_then, borrowed_until, expires_at)
ON CONFLICT (counter_id, user_name) DO UPDATE
SET token = excluded.token, computer = excluded.computer, address = excluded.address, taken_at = excluded.taken_at,
    used_then = excluded.used_then, balance_then = excluded.balance_then, borrowed_until = excluded.borrowed_until,
    expires_at = excluded.expires_at, group_number = excluded.group_number)"};

constexpr Statement remove_registrations{"remove_registrations", R"(
DELETE FROM tally_ledger.registrations r USING unnest($1::bigint[], $2::text[]) AS g(counter_id, user_name)
WHERE r.counter_id = g.counter_id AND r.user_name = g.user_name)"};

constexpr Statement put_allotments{"put_allotments", R"(
INSERT INTO tally_ledger.allotments (group_number, id, account, scope, service, product, parent_id, token, allotted_at, quantity)
SELECT $1::bigint, id, account, scope, service, product, parent_id, token, allotted_at, quantity
FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::timestamptz[],
            $10::bigint[]) AS a(id, account, scope, service, product, parent_id, token, allotted_at, quantity)
ON CONFLICT (id) DO UPDATE
SET token = excluded.token, allotted_at = excluded.allotted_at, quantity = excluded.quantity,
    group_number = excluded.group_number)"};

constexpr std::array all_statements{
    put_numerators, put_zones,       put_ranges,        remove_ranges,        put_locks,     remove_locks,
    add_profiles,   put_consumption, put_registrations, remove_registrations, put_allotments};

void numerators(Parameters& p, const Group& group) {
  using model::Numerator;
  const auto rows = group.numbers.numerators | std::views::values;
  with_group_number(p, group);
  column(p, texts, rows, [](const Numerator& n) { return std::string_view{n.account}; });
  column(p, uuids, rows, &Numerator::id);
  column(p, bigints, rows, [](const Numerator& n) { return std::int64_t{n.bounds.first}; });
  column(p, bigints, rows, [](const Numerator& n) { return std::int64_t{n.bounds.last}; });
}

void zones(Parameters& p, const Group& group) {
  using model::Zone;
  const auto rows = group.numbers.zones | std::views::values;
  with_group_number(p, group);
  column(p, bigints, rows, &Zone::id);
  column(p, texts, rows, [](const Zone& z) { return std::string_view{z.account}; });
  column(p, uuids, rows, &Zone::numerator);
  column(p, texts, rows, [](const Zone& z) { return std::string_view{z.name}; });
  column(p, uuids, rows, &Zone::name_id);
  for (const auto count : {&Zone::used, &Zone::gross, &Zone::high_water}) column(p, bigints, rows, count);
}

using RangeRow = std::pair<const std::pair<model::CounterId, std::int32_t>, std::optional<std::int32_t>>;
using LockRow = std::pair<const std::pair<model::AccountId, model::Guid>, std::optional<model::Lock>>;

/// Those that are there after the group, or those that are no more.
auto present(const auto& rows) {
  return rows | std::views::filter([](const auto& row) { return row.second.has_value(); });
}
auto absent(const auto& rows) {
  return rows | std::views::filter([](const auto& row) { return !row.second.has_value(); });
}

void range_keys(Parameters& p, auto&& rows) {
  column(p, bigints, rows, [](const RangeRow& r) { return r.first.first; });
  column(p, bigints, rows, [](const RangeRow& r) { return std::int64_t{r.first.second}; });
}

void present_ranges(Parameters& p, const Group& group) {
  auto rows = present(group.numbers.taken_ranges);
  with_group_number(p, group);
  range_keys(p, rows);
  column(p, bigints, rows, [](const RangeRow& r) { return std::int64_t{*r.second}; });
}

void absent_ranges(Parameters& p, const Group& group) {
  p.clear();
  range_keys(p, absent(group.numbers.taken_ranges));
}

void lock_keys(Parameters& p, auto&& rows) {
  column(p, texts, rows, [](const LockRow& r) { return std::string_view{r.first.first}; });
  column(p, uuids, rows, [](const LockRow& r) { return r.first.second; });
}

void present_locks(Parameters& p, const Group& group) {
  auto rows = present(group.locks);
  with_group_number(p, group);
  lock_keys(p, rows);
  column(p, smallints, rows, [](const LockRow& r) { return number_of(r.second->kind); });
  column(p, uuids, rows, [](const LockRow& r) { return unless_zero(r.second->section); });
  column(p, uuids, rows, [](const LockRow& r) { return unless_zero(r.second->instance); });
  column(p, uuids, rows, [](const LockRow& r) { return unless_zero(r.second->session); });
  column(p, texts, rows, [](const LockRow& r) { return std::string_view{r.second->user}; });
  column(p, instants, rows, [](const LockRow& r) { return r.second->locked_at; });
}

void absent_locks(Parameters& p, const Group& group) {
  p.clear();
  lock_keys(p, absent(group.locks));
}

void profiles(Parameters& p, const Group& group) {
  using model::Profile;
  const auto& rows = group.new_profiles;
  with_group_number(p, group);
  column(p, texts, rows, [](const Profile& profile) { return std::string_view{profile.account}; });
  column(p, uuids, rows, &Profile::id);
  column(p, texts, rows, [](const Profile& profile) { return std::string_view{profile.user}; });
}

void consumption(Parameters& p, const Group& group) {
  using Row = model::ConsumptionState;
  using Allowed = std::optional<bool>;
  const auto rows = group.consumption | std::views::values;
  with_group_number(p, group);
  column(p, bigints, rows, &Row::counter);
  column(p, smallints, rows,
         [](const Row& r) { return r.boundary ? std::optional{number_of(r.boundary->period)} : std::nullopt; });
  column(p, instants, rows, [](const Row& r) { return r.boundary ? std::optional{r.boundary->at} : std::nullopt; });
  column(p, booleans, rows, [](const Row& r) { return r.overages ? Allowed{r.overages->allowed} : std::nullopt; });
  column(p, bigints, rows, [](const Row& r) { return r.overages ? r.overages->maximum : std::nullopt; });
}

using RegistrationRow = std::pair<const std::pair<model::CounterId, std::string>, std::optional<model::Registration>>;

void registration_keys(Parameters& p, auto&& rows) {
  column(p, bigints, rows, [](const RegistrationRow& r) { return r.first.first; });
  column(p, texts, rows, [](const RegistrationRow& r) { return std::string_view{r.first.second}; });
}

void present_registrations(Parameters& p, const Group& group) {
  auto rows = present(group.registrations);
  with_group_number(p, group);
  registration_keys(p, rows);
  column(p, bigints, rows, [](const RegistrationRow& r) { return r.second->token; });
  column(p, texts, rows, [](const RegistrationRow& r) { return std::string_view{r.second->computer}; });
  column(p, texts, rows, [](const RegistrationRow& r) { return std::string_view{r.second->address}; });
  column(p, instants, rows, [](const RegistrationRow& r) { return r.second->taken_at; });
  column(p, bigints, rows, [](const RegistrationRow& r) { return r.second->used_then; });
  column(p, bigints, rows, [](const RegistrationRow& r) { return r.second->balance_then; });
  column(p, instants, rows, [](const RegistrationRow& r) { return r.second->borrowed_until; });
  column(p, instants, rows, [](const RegistrationRow& r) { return r.second->expires_at; });
}

void absent_registrations(Parameters& p, const Group& group) {
  p.clear();
  registration_keys(p, absent(group.registrations));
}

void allotments(Parameters& p, const Group& group) {
  using Row = model::Allotment;
  const auto rows = group.allotments | std::views::values;
  with_group_number(p, group);
  column(p, bigints, rows, &Row::id);
  column(p, texts, rows, [](const Row& r) { return std::string_view{r.holder.account}; });
  column(p, texts, rows, [](const Row& r) { return std::string_view{r.holder.scope}; });
  column(p, texts, rows, [](const Row& r) { return std::string_view{r.holder.service}; });
  column(p, texts, rows, [](const Row& r) { return std::string_view{r.product}; });
  column(p, bigints, rows, &Row::parent);
  column(p, bigints, rows, &Row::token);
  column(p, instants, rows, &Row::allotted_at);
  column(p, bigints, rows, &Row::quantity);
}

}  // namespace

std::span<const Statement> row_statements() { return all_statements; }

void for_each_row_statement(const Group& group, Parameters& p,
                            const std::function<void(const char*, Parameters&)>& send) {
  const auto send_unless_empty = [&](const Statement& statement, auto fill, auto&& rows) {
    if (std::ranges::begin(rows) == std::ranges::end(rows)) return;
    fill(p, group);
    send(statement.name, p);
  };
  send_unless_empty(put_numerators, numerators, group.numbers.numerators);
  send_unless_empty(put_zones, zones, group.numbers.zones);
  send_unless_empty(put_ranges, present_ranges, present(group.numbers.taken_ranges));
  send_unless_empty(remove_ranges, absent_ranges, absent(group.numbers.taken_ranges));
  send_unless_empty(put_locks, present_locks, present(group.locks));
  send_unless_empty(remove_locks, absent_locks, absent(group.locks));
  send_unless_empty(add_profiles, profiles, group.new_profiles);
  send_unless_empty(put_consumption, consumption, group.consumption);
  send_unless_empty(put_registrations, present_registrations, present(group.registrations));
  send_unless_empty(remove_registrations, absent_registrations, absent(group.registrations));
  send_unless_empty(put_allotments, allotments, group.allotments);
}

}  // namespace tally::postgres

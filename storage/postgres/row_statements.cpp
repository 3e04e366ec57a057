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

constexpr std::array all_statements{put_numerators, put_zones,    put_ranges,  remove_ranges,
                                    put_locks,      remove_locks, add_profiles};

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
}

}  // namespace tally::postgres

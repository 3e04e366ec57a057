#pragma once

#include "stored_fields.hpp"

namespace tally::postgres::history {

// $1 and $2 from and to, in microseconds; $3 the zone. Hours go on evenly, days and longer windows as the zone's
// calendar does.
#define FROM_INSTANT "to_timestamp($1::bigint / 1000000.0)"
#define TO_INSTANT "to_timestamp($2::bigint / 1000000.0)"
inline constexpr const char* even_windows_sql = "SELECT " MICROSECONDS(
    "start") " FROM generate_series(CASE $5::text WHEN 'hour' THEN date_trunc('hour', " FROM_INSTANT
             ", $3) "
             "ELSE date_bin($4::interval, " FROM_INSTANT ", to_timestamp(0)) END, " TO_INSTANT
             " + $4::interval, $4::interval) AS start";
inline constexpr const char* calendar_windows_sql = "SELECT DISTINCT " MICROSECONDS(
    "start AT TIME ZONE $3") " FROM generate_series(date_trunc($5::text, " FROM_INSTANT " AT TIME ZONE $3), " TO_INSTANT
                             " AT TIME ZONE $3 + $4::interval, $4::interval) AS start ORDER BY 1";

/// $1 the dimension, $2 the first quarter, $3 account, $4 product, $5 user, $6 how many.
inline constexpr const char* groups_sql = R"(
SELECT g.id, g.account, coalesce(c.product, g.name), g.kind, c.id, c.license_id, c.feature, before.used, before.maximum
FROM tally_ledger.history_groups g
     LEFT JOIN tally_ledger.counters c ON c.id = CASE WHEN g.dimension = 0 THEN g.name::bigint END
     LEFT JOIN LATERAL (SELECT q.used, q.maximum FROM tally_ledger.history_quarters q
                        WHERE q.group_id = g.id AND q.quarter < $2::integer ORDER BY q.quarter DESC LIMIT 1) before ON true
WHERE g.dimension = $1::smallint AND ($3::text IS NULL OR g.account = $3)
  AND ($4::text IS NULL OR coalesce(c.product, g.name) = $4) AND ($5::text IS NULL OR g.name = $5)
ORDER BY g.account, coalesce(c.product, g.name), c.license_id, c.feature, g.kind, g.id LIMIT $6::bigint)";

/// $1 the groups, $2 the first quarter of each window and the end of the last. A row tells besides its own
/// quarter how it was since the one before, as far as that lies in the window.
inline constexpr const char* totals_sql = R"(
WITH steps AS (
  SELECT q.*, width_bucket(q.quarter, $2::integer[]) AS window_number FROM tally_ledger.history_quarters q
  WHERE q.group_id = ANY ($1::integer[]) AND q.quarter >= ($2::integer[])[1]
    AND q.quarter < ($2::integer[])[array_length($2::integer[], 1)]),
totals AS (
  SELECT group_id, window_number, max(quarter) AS last_quarter, max(peak) AS peak, sum(granted) AS granted,
         sum(refused) AS refused, sum(quantity)::bigint AS quantity,
         sum(area + used::float8 * (900 - until / 1000000.0::float8)
             + coalesce(used_before::float8 * 900 * (quarter - greatest(previous + 1, ($2::integer[])[window_number])), 0))
           AS area
  FROM steps GROUP BY group_id, window_number)
SELECT t.group_id, t.window_number - 1, t.area, t.last_quarter, q.used, q.maximum, t.peak, t.granted, t.refused, t.quantity
FROM totals t JOIN tally_ledger.history_quarters q ON q.group_id = t.group_id AND q.quarter = t.last_quarter
ORDER BY t.group_id, t.window_number)";

}  // namespace tally::postgres::history

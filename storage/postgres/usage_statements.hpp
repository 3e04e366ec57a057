#pragma once

#include <string>

#include "stored_fields.hpp"

// What is held, told by the folded tables and the ledger's lines behind them.

namespace tally::postgres {

// Columns of `held`, in each of its parts: token, counter_id, holder_kind, session_id, user_name, computer, address,
// taken_at, used_then, balance_then, reason. $1 is the position of the fold.
inline const std::string held_now_part = R"(WITH later AS MATERIALIZED (
  SELECT token, kind, hold, counter_id, coalesce(holder_kind, 1) AS holder_kind, session_id, user_name, at, used_after,
         balance_after, reason
  FROM tally_ledger.events WHERE group_number > $1::bigint),
later_ends AS MATERIALIZED (SELECT hold FROM later WHERE kind IN (3, 6, 11) AND hold > 0),
held_now AS (
  SELECT h.token, h.counter_id, h.holder_kind, h.session_id, NULL::text AS user_name, NULL::text AS computer,
         NULL::text AS address, h.taken_at, h.used_then, h.balance_then, h.reason
  FROM tally_ledger.holds h WHERE h.token NOT IN (SELECT hold FROM later_ends)
  UNION ALL
  SELECT e.token, e.counter_id, e.holder_kind, e.session_id, NULL, NULL, NULL, e.at, e.used_after, e.balance_after, e.reason
  FROM later e WHERE e.kind IN (1, 10) AND e.hold = e.token AND e.holder_kind <> 3
    AND e.token NOT IN (SELECT hold FROM later_ends)
    AND NOT EXISTS (SELECT FROM tally_ledger.holds h WHERE h.token = e.token)
  UNION ALL
  SELECT token, counter_id, 3, NULL, user_name, computer, address, taken_at, used_then, balance_then,
         CASE WHEN borrowed_until IS NULL THEN '' ELSE 'borrowed' END
  FROM tally_ledger.registrations),
)";

// What was held at $8: of what is held now what was there already, and what has ended since.
inline const std::string held_then_part = R"(held AS (
  SELECT * FROM held_now WHERE taken_at <= to_timestamp($8::bigint / 1000000.0)
  UNION ALL
  SELECT s.token, s.counter_id, coalesce(s.holder_kind, 1), s.session_id, s.user_name, r.computer, r.address, s.at,
         s.used_after, s.balance_after, s.reason
  FROM tally_ledger.events e JOIN tally_ledger.events s ON s.token = e.hold
       LEFT JOIN tally_ledger.ended_registrations r ON r.token = s.token
  WHERE e.at > to_timestamp($8::bigint / 1000000.0) AND e.kind IN (3, 6, 11) AND e.hold > 0
    AND s.at <= to_timestamp($8::bigint / 1000000.0) AND s.kind IN (1, 10)),
)";

// $2 counters, null for all; $3 account; $4 user; $5 kind of session; $6 the token before the first; $7 how many.
inline const std::string places_part = R"(places AS (
  SELECT DISTINCT ON (h.counter_id, CASE WHEN h.holder_kind = 2
                                         THEN ROW(s.account, s.user_name, lower(s.computer COLLATE "C"))::text
                                         ELSE h.token::text END)
         h.token, h.counter_id, h.holder_kind, h.session_id, coalesce(s.user_name, h.user_name, '') AS user_name,
         coalesce(s.computer, h.computer, '') AS computer, coalesce(s.address, h.address, '') AS address, h.taken_at,
         h.used_then, h.balance_then, h.reason, coalesce(s.login_time, h.taken_at) AS opened_at, s.settings
  FROM held h LEFT JOIN tally_ledger.sessions s ON s.id = h.session_id
  WHERE $2::bigint[] IS NULL OR h.counter_id = ANY ($2::bigint[])
  ORDER BY h.counter_id, CASE WHEN h.holder_kind = 2
                              THEN ROW(s.account, s.user_name, lower(s.computer COLLATE "C"))::text
                              ELSE h.token::text END, h.token)
SELECT token, counter_id, holder_kind, session_id, user_name, computer, address, )" MICROSECONDS("taken_at") R"(,
       used_then, balance_then, reason, )" MICROSECONDS("opened_at") R"(, settings
FROM places
WHERE ($3::text IS NULL OR counter_id IN (SELECT id FROM tally_ledger.counters WHERE account = $3))
  AND ($4::text IS NULL OR user_name = $4)
  AND ($5::text IS NULL OR $5 = coalesce((SELECT lower(value ->> 'value') FROM jsonb_array_elements(settings)
                                          WHERE lower(value ->> 'name') = 'sessiontype'), 'remote'))
  AND token > $6::bigint
ORDER BY token LIMIT $7::bigint)";

inline const std::string held_now_sql = held_now_part + "held AS (SELECT * FROM held_now)," + places_part;
inline const std::string held_then_sql = held_now_part + held_then_part + places_part;

/// Every counter that a place can be of, with what is used of it. $1 is the position of the fold.
inline constexpr const char* counters_sql = R"(
SELECT c.id, c.account, c.license_id, c.product, c.feature,
       coalesce((SELECT e.used_after FROM tally_ledger.events e
                 WHERE e.group_number > $1::bigint AND e.counter_id = c.id ORDER BY e.token DESC LIMIT 1), b.used, 0)
FROM tally_ledger.counters c LEFT JOIN tally_ledger.balances b ON b.counter_id = c.id WHERE c.kind = 0 ORDER BY c.id)";

}  // namespace tally::postgres

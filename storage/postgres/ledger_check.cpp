#include "ledger_check.hpp"

#include "damaged_ledger.hpp"
#include "group_statements.hpp"
#include "row_statements.hpp"

namespace tally::postgres {
namespace {

// Each gives a row with a text for the first thing that is wrong, and none when all is well. Sessions that ended keep
// their rows, and counters and zones theirs when they leave the catalogue: so whoever is named must be there.
constexpr const char* flaws[]{
    R"(SELECT 'the ledger has no groups' WHERE NOT EXISTS (SELECT FROM tally_ledger.groups))",

    R"(SELECT format('the tables are folded up to group %s, but the last group is %s', position, last)
FROM tally_ledger.fold, (SELECT max(number) AS last FROM tally_ledger.groups) AS g WHERE position > last)",

    // Trimmed groups leave from the front; opening groups stay, and so does the one at the fold position.
    R"(SELECT format('group %s is missing', before + 1)
FROM (SELECT number, lag(number) OVER (ORDER BY number) AS before FROM tally_ledger.groups
      WHERE number >= (SELECT least(position, (SELECT min(number) FROM tally_ledger.groups WHERE number <> epoch))
                       FROM tally_ledger.fold)) AS g
WHERE number <> before + 1 ORDER BY number LIMIT 1)",
    R"(SELECT format('group %s, up to which the tables are folded, is missing', position) FROM tally_ledger.fold
WHERE NOT EXISTS (SELECT FROM tally_ledger.groups WHERE number = position))",
    R"(SELECT format('group %s names group %s as the one before it', number, previous) FROM tally_ledger.groups
WHERE previous <> number - 1 LIMIT 1)",

    // Tokens are given out one by one, so that they tell how many events a group has.
    R"(SELECT format('group %s should have %s events behind the fold, but has %s', number, given, coalesce(found, 0))
FROM (SELECT number, last_token - lag(last_token) OVER (ORDER BY number) AS given FROM tally_ledger.groups
      WHERE number >= (SELECT position FROM tally_ledger.fold)) AS g
LEFT JOIN (SELECT group_number, count(*) AS found FROM tally_ledger.events
           WHERE group_number > (SELECT position FROM tally_ledger.fold) GROUP BY group_number) AS e
  ON e.group_number = g.number
WHERE given <> coalesce(found, 0) ORDER BY number LIMIT 1)",
    R"(SELECT format('event %s is of group %s, which there is not', token, group_number) FROM tally_ledger.events
WHERE group_number > (SELECT max(number) FROM tally_ledger.groups) LIMIT 1)",
    R"(SELECT format('event %s is of counter %s, which there is not', token, counter_id) FROM tally_ledger.events e
WHERE group_number > (SELECT position FROM tally_ledger.fold) AND counter_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM tally_ledger.counters WHERE id = e.counter_id)
  AND NOT EXISTS (SELECT FROM tally_ledger.zones WHERE id = e.counter_id) LIMIT 1)",
    // Places taken, by a session or by a connection; a refused log-in has no session.
    R"(SELECT format('event %s is of session %s, which there is not', token, session_id) FROM tally_ledger.events e
WHERE group_number > (SELECT position FROM tally_ledger.fold) AND kind IN (1, 10) AND coalesce(holder_kind, 1) IN (1, 2)
  AND session_id IS NOT NULL AND NOT EXISTS (SELECT FROM tally_ledger.sessions WHERE id = e.session_id) LIMIT 1)",

    R"(SELECT format('the balance of counter %s is below 0', counter_id) FROM tally_ledger.balances WHERE used < 0 LIMIT 1)",
    R"(SELECT format('there is a balance of counter %s, which there is not', counter_id) FROM tally_ledger.balances b
WHERE NOT EXISTS (SELECT FROM tally_ledger.counters WHERE id = b.counter_id) LIMIT 1)",
    R"(SELECT format('hold %s is of counter %s, which there is not', token, counter_id) FROM tally_ledger.holds h
WHERE NOT EXISTS (SELECT FROM tally_ledger.counters WHERE id = h.counter_id) LIMIT 1)",
    R"(SELECT format('hold %s is of session %s, which there is not', token, session_id) FROM tally_ledger.holds h
WHERE holder_kind IN (1, 2) AND NOT EXISTS (SELECT FROM tally_ledger.sessions WHERE id = h.session_id) LIMIT 1)",
    R"(SELECT format('%s has a place of counter %s, which there is not', user_name, counter_id) FROM tally_ledger.registrations r
WHERE NOT EXISTS (SELECT FROM tally_ledger.counters WHERE id = r.counter_id) LIMIT 1)",
    R"(SELECT format('%s/%s has of counter %s, which there is not', scope, service, parent_id) FROM tally_ledger.allotments a
WHERE NOT EXISTS (SELECT FROM tally_ledger.counters WHERE id = a.parent_id) LIMIT 1)",
    R"(SELECT format('numbers are taken in zone %s, which there is not', zone_id) FROM tally_ledger.number_ranges r
WHERE NOT EXISTS (SELECT FROM tally_ledger.zones WHERE id = r.zone_id) LIMIT 1)",
};

/// What can't be planned can't be run: a table or a column is missing, or of another type.
void plan_all(SnapshotTransaction& transaction) {
  for (const auto& statements : {group_statements(), row_statements()}) {
    for (const auto& [name, sql] : statements) transaction.exec("PREPARE check_" + std::string{name} + " AS " + sql);
  }
}

}  // namespace

void check_ledger(SnapshotTransaction& transaction) {
  plan_all(transaction);
  for (const char* flaw : flaws) {
    for (const auto& row : transaction.exec(flaw)) throw DamagedLedger{row[0].c_str()};
  }
}

}  // namespace tally::postgres

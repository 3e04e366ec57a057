#pragma once

#include <functional>
#include <span>

#include "parameters.hpp"
#include "tally/storage/records.hpp"

namespace tally::postgres {

/// A statement that is prepared once a connection. The name is also what error reports and pg_stat_activity show.
struct Statement {
  const char* name;
  const char* sql;
};

/// The statements that a group may consist of, besides row_statements().
[[nodiscard]] std::span<const Statement> group_statements();

/// Calls `send` for each statement that makes the group durable, in order, the fence first. The parameters are valid
/// during the call only. All are to run in one transaction. `event_type_oid` is the row type of tally_ledger.events.
void for_each_statement(const storage::Group& group, std::uint32_t event_type_oid, Parameters& scratch,
                        const std::function<void(const char* name, Parameters& parameters)>& send);

}  // namespace tally::postgres

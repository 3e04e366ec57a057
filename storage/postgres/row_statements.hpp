#pragma once

#include "group_statements.hpp"

namespace tally::postgres {

/// The statements for what numerators, locks, profiles, consumption, named users' places and allotments are after a
/// group.
[[nodiscard]] std::span<const Statement> row_statements();

/// As for_each_statement(), for these.
void for_each_row_statement(const storage::Group& group, Parameters& scratch,
                            const std::function<void(const char* name, Parameters& parameters)>& send);

}  // namespace tally::postgres

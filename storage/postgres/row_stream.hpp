#pragma once

#include <pqxx/pqxx>
#include <string>

namespace tally::postgres {

/// Calls `each` with the query's rows in their order, which are never all in memory. The query has no parameters and
/// no semicolon; the transaction does nothing else meanwhile but plain statements. Throws what libpqxx throws.
template<class Each>
void for_each_row(pqxx::transaction_base& transaction, const std::string& query, Each&& each) {
  constexpr pqxx::icursorstream::difference_type rows_at_once = 2'000;
  pqxx::icursorstream rows{transaction, query, "rows", rows_at_once};
  for (pqxx::result some; rows.get(some) && !some.empty();) {
    for (const auto& row : some) each(row);
  }
}

}  // namespace tally::postgres

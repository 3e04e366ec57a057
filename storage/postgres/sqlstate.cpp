#include "sqlstate.hpp"

namespace tally::postgres {

// Codes from PostgreSQL's documentation, appendix A.
ErrorMeaning meaning_of(std::string_view sqlstate, std::string_view table, std::string_view constraint) {
  const std::string_view error_class = sqlstate.substr(0, 2);
  const bool not_null_violation = sqlstate == "23502";
  const bool unique_violation = sqlstate == "23505";
  const bool check_violation = sqlstate == "23514";
  const bool read_only = sqlstate == "25006";  // this server became a standby: the primary is elsewhere
  const bool shutting_down = sqlstate.starts_with("57P0");

  if (table == "groups" && (not_null_violation || unique_violation)) return ErrorMeaning::fence;
  if (check_violation && constraint.empty()) return ErrorMeaning::partition_missing;
  // 21: two rows for one; 54: a value too big for an index.
  if (error_class == "21" || error_class == "22" || error_class == "23" || error_class == "54")
    return ErrorMeaning::data;
  if (error_class == "08" || shutting_down || read_only || sqlstate.empty()) return ErrorMeaning::connection;
  return ErrorMeaning::refused;
}

bool tells_of_damage(std::string_view sqlstate) {
  const bool no_such_table_column_or_function = sqlstate == "42P01" || sqlstate == "42703" || sqlstate == "42883";
  const bool of_another_type = sqlstate == "42804";
  const bool corrupted = sqlstate == "XX001" || sqlstate == "XX002";
  const bool file_is_gone = sqlstate == "58P01";
  return no_such_table_column_or_function || of_another_type || corrupted || file_is_gone;
}

}  // namespace tally::postgres

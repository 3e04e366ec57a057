#pragma once

#include <string>
#include <string_view>

namespace tally::postgres {

/// What an error of the server means for the group that met it.
enum class ErrorMeaning {
  fence,              ///< another epoch stands in the group's place, or its predecessor is gone
  partition_missing,  ///< the month has no partition yet
  data,               ///< the rows themselves are at fault
  connection,         ///< the connection is of no use any more
  refused,            ///< nothing was committed, for a reason that may pass: disk full, cancelled, locked
};

/// `table` and `constraint` as the server names them in its error fields; empty where it names none.
[[nodiscard]] ErrorMeaning meaning_of(std::string_view sqlstate, std::string_view table, std::string_view constraint);

/// Whether an error of a statement that reads what must be there means that the database is damaged or was tampered
/// with.
[[nodiscard]] bool tells_of_damage(std::string_view sqlstate);

}  // namespace tally::postgres

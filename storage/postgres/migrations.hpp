#pragma once

#include <string_view>
#include <vector>

namespace tally::postgres {

/// One file of storage/migrations.
struct Migration {
  int version;
  std::string_view name;
  std::string_view sql;
};

/// All of them, in order; generated from the files when the program is built.
const std::vector<Migration>& migrations();

}  // namespace tally::postgres

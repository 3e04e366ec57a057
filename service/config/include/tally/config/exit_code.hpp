#pragma once

#include <array>
#include <string_view>

namespace tally::config {

/// What `tally` ends with; docs/configuration.md lists the same numbers. Scripts rely on them: append only.
enum class ExitCode : int {
  ok = 0,
  failed = 1,
  usage = 2,
  refused = 3,
  database_unavailable = 4,
};

struct ExitCodeMeaning {
  ExitCode code = ExitCode::ok;
  std::string_view meaning;
};

inline constexpr std::array exit_code_meanings{
    ExitCodeMeaning{ExitCode::ok, "done, or stopped in order"},
    ExitCodeMeaning{ExitCode::failed, "something went wrong that no other code names"},
    ExitCodeMeaning{ExitCode::usage, "wrong command line, environment, configuration file or catalogue file"},
    ExitCodeMeaning{ExitCode::refused, "understood, but the rules or the running server refuse it"},
    ExitCodeMeaning{ExitCode::database_unavailable, "the database cannot be reached or used"},
};

}  // namespace tally::config

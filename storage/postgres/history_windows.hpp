#pragma once

#include <vector>

#include "history_sums.hpp"

namespace tally::postgres::history {

/// How a group stands after a step.
struct Standing {
  std::int64_t used = 0;
  std::optional<std::int64_t> maximum;
};

/// What the steps of one window come to.
struct WindowTotal {
  std::size_t window = 0;         ///< its place in the list of windows
  double area = 0;                ///< from the window's start to the end of `last_quarter`, in millionths and seconds
  std::int32_t last_quarter = 0;  ///< with a step
  Standing last;
  std::int64_t peak = 0;
  std::int64_t granted = 0;
  std::int64_t refused = 0;
  std::int64_t quantity = 0;
};

/// The rows of one group: what `row` says of it in each window, from the first on in which it was known, the windows
/// without a step between those with some. `starts` has the start of each window and the end of the last, in
/// microseconds; what begins at `now` or later is left out, and so is, of a user, a window without use and steps.
void append_windows(storage::HistoryRows& rows, const storage::HistoryRow& row, storage::HistoryGroup group,
                    std::optional<Standing> before, const std::vector<WindowTotal>& totals,
                    const std::vector<std::int64_t>& starts, std::int64_t now);

}  // namespace tally::postgres::history
